import type { Revision } from "../history/revision.ts";
import { type BuiltModels, buildModels } from "../read/build-models.ts";
import { downgrade, upgrade } from "../run/run.ts";
import { type Against, judgeCode } from "./against.ts";
import { findChanged, readShapes } from "./changed-tables.ts";
import type { ProjectAt } from "./models-at.ts";
import { observeCode, tryCode } from "./observe-code.ts";
import type { Proof } from "./proof.ts";
import { listEnums } from "./statements.ts";
import { enterBefore, type Walk, type WalkPlace } from "./walk.ts";

/**
 * Tries code of the release before in the schema after a revision, and the code of now in the schema before it. The revision
 * is applied before and afterwards.
 * @param proof what is known of the revision
 * @param old the release before
 */
export async function judgeRevision(
  walk: Walk,
  revision: Revision,
  proof: Proof,
  old: Pick<ProjectAt, "project">,
): Promise<Against> {
  if (!canGoBack(proof)) await upgrade((await goBack(walk, revision, proof)).session, revision.id);
  const last = await readShapes((await walk.place()).throwaway.connection);
  const before = await goBack(walk, revision, proof);
  const changed = findChanged(await readShapes(before.throwaway.connection), last);
  const server = await before.session.server();
  const oldModels = await buildModels(old.project, server);
  const newModels = await readNewModels(before);
  const oldCode = await observeCode(before.session, oldModels, { seed: walk.seed, changed });
  await upgrade(before.session, revision.id);
  const oldRefused = await tryCode(before.session, oldCode);
  const newCode = await observeCode(before.session, newModels, { seed: walk.seed, changed });
  const again = await goBack(walk, revision, proof);
  const newRefused = await tryCode(again.session, newCode);
  await upgrade(again.session, revision.id);
  return { ...judgeCode(oldRefused, newRefused), oldEnums: listEnums(oldModels, server.schema) };
}

async function readNewModels({ session }: WalkPlace): Promise<BuiltModels> {
  return await buildModels(await session.project(), await session.server());
}

/** Goes to the schema before the revision. Without a way back, the history is run again. */
async function goBack(walk: Walk, revision: Revision, proof: Proof): Promise<WalkPlace> {
  if (!canGoBack(proof)) {
    await walk.leave();
    return await enterBefore(walk, revision);
  }
  const place = await walk.place();
  await downgrade(place.session, "-1");
  return place;
}

function canGoBack({ downgrade: grade }: Proof): boolean {
  return grade !== undefined && grade.grade !== "irreversible";
}
