import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Dependencies, Dependent } from "../schema/dependencies.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { inProbe, saysUnreadable } from "./probe.ts";
import { chooseStandIns, createStandIns, trialStatement } from "./stand-ins.ts";
import { findReach, readUntrusted, type Untrusted } from "./untrusted.ts";

/** A dependent and the statement that creates it over temporary objects. */
interface Trial {
  readonly dependent: Dependent;
  readonly statement: string;
}

/**
 * Finds the dependents that changes drop and create again although PostgreSQL would refuse to create them: one that names a
 * removed value of an enum type, or has an operator that the new type of a column does not have. It creates them over
 * temporary objects of the same names and rolls back. One that fails over the objects as they are, too, does not count.
 * @param db the connection, in no transaction
 * @param server where it is connected
 * @param sides both schemas, each in its own names
 * @param dependencies what depends on what in the live database
 * @param changes what leads to the models
 */
export async function markUncreatable(
  db: Database,
  server: ServerInfo,
  sides: { readonly live: Schema; readonly models: Schema },
  dependencies: Dependencies,
  changes: readonly Change[],
): Promise<Dependencies> {
  const restored = listRestored(dependencies, changes);
  const standIns = chooseStandIns(sides.live, sides.models, restored);
  const trials = restored.flatMap((dependent): readonly Trial[] => {
    const statement = trialStatement(dependent, standIns, server.schema);
    return collect(statement !== undefined && { dependent, statement });
  });
  if (trials.length === 0) return dependencies;
  const untrusted = await readUntrusted(db);
  if (!untrusted.temporary) return dependencies;
  const run = (schema: Schema) => findRefused(db, server, createStandIns(standIns, schema), trials, untrusted);
  const refused = await run(sides.models);
  if (refused.size === 0) return dependencies;
  const refusedNow = await run(sides.live);
  const marked = (one: Dependent): Dependent =>
    refused.has(one) && !refusedNow.has(one) ? { ...one, isUncreatable: true } : one;
  return { ...dependencies, dependents: dependencies.dependents.map(marked) };
}

/** The dependents that changes drop and create again. Their statements are those of the notes. */
function listRestored({ dependents }: Dependencies, changes: readonly Change[]): readonly Dependent[] {
  const notes = changes.flatMap((change) => change.notes ?? []).filter(({ effect }) => effect === "restored");
  const drops = new Set(notes.flatMap(({ drop }) => drop));
  return dependents.filter(({ drop }) => drops.has(drop));
}

/** The dependents that cannot be created; all of them count as creatable if the temporary objects themselves cannot. */
async function findRefused(
  db: Database,
  server: ServerInfo,
  setup: readonly string[],
  trials: readonly Trial[],
  untrusted: Untrusted,
): Promise<ReadonlySet<Dependent>> {
  const refused = new Set<Dependent>();
  if (setup.some((statement) => findReach(untrusted, statement) === "unread")) return refused;
  const mayTry = ({ dependent: { kind }, statement }: Trial) => {
    const reach = findReach(untrusted, statement);
    // To create an index, PostgreSQL evaluates what is constant in it.
    return reach === "planned" || (reach === "parsed" && kind !== "index");
  };
  await inProbe(db, server, "READ WRITE", async () => {
    for (const statement of setup) if (!(await isCreated(db, statement))) return;
    for (const trial of trials.filter(mayTry))
      if (!(await isCreated(db, trial.statement))) refused.add(trial.dependent);
  });
  return refused;
}

/** Runs one statement; what an error takes back is only this statement. */
async function isCreated(db: Database, statement: string): Promise<boolean> {
  await db.readOne("SAVEPOINT trial");
  try {
    await db.readOne(statement);
    await db.readOne("RELEASE SAVEPOINT trial");
    return true;
  } catch (error) {
    if (!saysUnreadable(error)) throw error;
    await db.readOne("ROLLBACK TO SAVEPOINT trial");
    return false;
  }
}
