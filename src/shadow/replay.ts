import { createHash } from "node:crypto";
import type { Connection } from "../connection/connect.ts";
import { readEmbeddedVersion } from "../connection/embedded.ts";
import { packCopy, unpackCopy } from "../connection/embedded-template.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { type CacheFolder, COPY, openCacheFolder } from "../load/cache-folder.ts";
import { readVersions } from "../load/compile.ts";
import { createsSchema, hasCode, type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/** A copy of an embedded throwaway in which the first revisions of a history were run. It has no made-up rows. */
export interface ReplayedCopy {
  readonly database: Blob;
  /** What `prepareThrowaway` returned for it. */
  readonly extensions: readonly string[];
}

/** What earlier runs left of the revisions before one. */
export interface Replay {
  /** What the throwaway may begin with. */
  readonly copy?: ReplayedCopy;
  /**
   * Keeps a copy of a throwaway in which all revisions before were run, and nothing else.
   * @param begun the copy that it began with
   */
  keep(connection: Connection, extensions: readonly string[], begun?: ReplayedCopy): Promise<void>;
}

/** Of fewer operations no copy is kept: to run them takes no longer than to copy. */
const MIN_OPERATIONS = 40;

/** Without copies. */
export const NO_REPLAY: Replay = { keep: async () => undefined };

/**
 * Finds the copy with the most of the revisions before one. What a copy depends on is in its name, so an edited revision
 * finds no copy that has it. Code of a revision may do anything, so no copy has a revision with code.
 * @param session the project
 * @param revision the revision
 */
export async function findReplay(session: Session, revision: Revision): Promise<Replay> {
  const before = await loadRevisions(session.loader, listBefore(session, revision));
  const names = await nameCopies(session, before);
  if (names.length === 0) return NO_REPLAY;
  const folder = openCacheFolder(session.folder);
  const found = findCopy(folder, names);
  const [name] = names.length === before.length ? names.slice(-1) : [];
  return {
    ...(found && { copy: found.copy }),
    keep: async ({ copy }, extensions, begun) => {
      const ran = before.slice(begun && found ? found.revisions : 0).flatMap(({ upgrade }) => upgrade);
      if (name === undefined || copy === undefined || ran.length < MIN_OPERATIONS) return;
      const content = await packCopy(await copy());
      folder.save(name, Buffer.concat([Buffer.from(`${JSON.stringify(extensions)}\n`), content]));
    },
  };
}

/** The revisions that run before one, in their order. */
export function listBefore({ graph }: Session, { id }: Revision): readonly Revision[] {
  return upgradePlan(graph(), [], id).filter((one) => one.id !== id);
}

/** The names of copies after the first revision, after the second …, up to the first one that has code. */
async function nameCopies(session: Session, before: readonly LoadedRevision[]): Promise<readonly string[]> {
  const base = await describeBase(session);
  if (base === undefined) return [];
  const names: string[] = [];
  let key = base;
  for (const loaded of before) {
    if (hasCode(loaded)) break;
    const sql = loaded.upgrade.map(({ operation }) => operation.sql);
    key = hash([key, loaded.revision.id, loaded.checksum, sql]);
    names.push(`${key}${COPY}`);
  }
  return names;
}

/** What else the database depends on, as a hash; nothing if the version of PGlite is not known. */
async function describeBase(session: Session): Promise<string | undefined> {
  const { stateTable, exclude, keepNames } = session.settings;
  const schema = await session.schema();
  const all = await loadRevisions(session.loader, upgradePlan(session.graph(), [], "heads"));
  const creates = schema !== undefined && all.some((one) => createsSchema(one, schema));
  try {
    const versions = [readVersions(), readEmbeddedVersion(session.folder)];
    return hash([versions, stateTable, exclude, keepNames, schema, session.givenSchema, creates]);
  } catch {
    return undefined;
  }
}

function hash(parts: unknown): string {
  return createHash("sha1").update(JSON.stringify(parts)).digest("hex");
}

interface FoundCopy {
  readonly copy: ReplayedCopy;
  /** How many revisions were run in it. */
  readonly revisions: number;
}

function findCopy(folder: CacheFolder, names: readonly string[]): FoundCopy | undefined {
  for (const [at, name] of [...names.entries()].reverse()) {
    const copy = parseCopy(folder.load(name));
    if (copy !== undefined) return { copy, revisions: at + 1 };
  }
  return undefined;
}

/** @returns nothing for a file that was not written whole */
function parseCopy(file: Buffer | undefined): ReplayedCopy | undefined {
  const end = file?.indexOf("\n") ?? -1;
  if (file === undefined || end === -1) return undefined;
  try {
    const extensions: unknown = JSON.parse(file.toString("utf8", 0, end));
    if (!Array.isArray(extensions)) return undefined;
    return { extensions, database: unpackCopy(file.subarray(end + 1)) };
  } catch {
    return undefined;
  }
}
