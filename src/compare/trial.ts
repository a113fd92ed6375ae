import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { parseItemKey } from "../kinds/item-keys.ts";
import { fillMarks } from "../kinds/marks.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Dependencies, Dependent, Fact } from "../schema/dependencies.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { defaultTrial } from "./column-trials.ts";
import { inProbe, saysUnreadable } from "./probe.ts";
import { chooseStandIns, createStandIns, trialStatements } from "./stand-ins.ts";
import { findReach, readUntrusted, type Untrusted } from "./untrusted.ts";

/** A dependent, or a default of a column of a view, and the statements that create it over temporary objects. */
interface Trial {
  readonly subject: Dependent | Fact;
  readonly statements: readonly string[];
  /** PostgreSQL evaluates what is constant in the statements. */
  readonly isEvaluated: boolean;
  /** What it is created in is a temporary table only if an earlier trial has made one. */
  readonly within?: Dependent;
}

const EVALUATED: readonly Dependent["kind"][] = ["index", "column", "default"];

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
  const defaults = listDefaults(dependencies, changes);
  const standIns = chooseStandIns(sides.live, sides.models, restored, [...defaults.values()]);
  const held = new Map(restored.flatMap((one) => (standIns.held.has(one.name) ? [[one.name, one] as const] : [])));
  const trials = [
    ...restored.map((subject): Trial => {
      const within = standIns.relations.has(subject.table ?? "") ? undefined : held.get(subject.table ?? "");
      const statements = trialStatements(subject, standIns, server.schema);
      return { subject, statements, isEvaluated: EVALUATED.includes(subject.kind), ...dropUndefined({ within }) };
    }),
    ...[...defaults].map(([subject, relation]): Trial => {
      const isThere = standIns.relations.has(relation);
      const statement = isThere ? defaultTrial(fillMarks(subject.statement, { relation })) : undefined;
      return { subject, statements: collect(statement), isEvaluated: false };
    }),
  ].filter(({ statements }) => statements.length > 0);
  if (trials.length === 0) return dependencies;
  const untrusted = await readUntrusted(db);
  if (!untrusted.temporary) return dependencies;
  const run = (schema: Schema) => findRefused(db, server, createStandIns(standIns, schema), trials, untrusted);
  const refused = await run(sides.models);
  if (refused.size === 0) return dependencies;
  const refusedNow = await run(sides.live);
  const isUncreatable = (one: Dependent | Fact) => refused.has(one) && !refusedNow.has(one);
  const mark = <One extends Dependent | Fact>(one: One): One =>
    isUncreatable(one) ? { ...one, isUncreatable: true } : one;
  const facts = new Map([...dependencies.facts].map(([key, had]) => [key, { ...had, facts: had.facts.map(mark) }]));
  return { ...dependencies, dependents: dependencies.dependents.map(mark), facts };
}

/**
 * The dependents that changes drop and create again, or create again because they went with their table or view, and the
 * columns that a person gives their type again. Their statements are those of the notes, and of the operations.
 */
function listRestored({ dependents }: Dependencies, changes: readonly Change[]): readonly Dependent[] {
  const notes = changes.flatMap((change) => change.notes ?? []);
  const restored = notes.filter(({ effect, isWhole }) => effect === "restored" || isWhole);
  const drops = new Set(restored.flatMap(({ drop }) => drop));
  const created = listStatements(changes);
  return dependents.filter(({ drop, create: [first = ""] }) => drops.has(drop) || created.has(first));
}

/** What changes give back to what belongs to no table, such as the default of a column of a view. */
function listDefaults({ facts }: Dependencies, changes: readonly Change[]): ReadonlyMap<Fact, string> {
  const created = listStatements(changes);
  return new Map(
    [...facts].flatMap(([key, had]) => {
      const { table, name: relation } = parseItemKey(key);
      const isGiven = ({ statement }: Fact) => created.has(fillMarks(statement, { relation }));
      return table === "" ? had.facts.filter(isGiven).map((fact) => [fact, relation] as const) : [];
    }),
  );
}

function listStatements(changes: readonly Change[]): ReadonlySet<string> {
  const operations = changes.flatMap((change) => change.operations).filter(({ custom }) => custom === "statement");
  return new Set(operations.flatMap(({ sql }) => sql));
}

/** What cannot be created; all of it counts as creatable if the temporary objects themselves cannot. */
async function findRefused(
  db: Database,
  server: ServerInfo,
  setup: readonly string[],
  trials: readonly Trial[],
  untrusted: Untrusted,
): Promise<ReadonlySet<Trial["subject"]>> {
  const [refused, made] = [new Set<Trial["subject"]>(), new Set<Trial["subject"]>()];
  if (setup.some((statement) => findReach(untrusted, statement) === "unread")) return refused;
  const mayTry = ({ statements, isEvaluated }: Trial) =>
    statements.every((statement) => {
      const reach = findReach(untrusted, statement);
      return reach === "planned" || (reach === "parsed" && !isEvaluated);
    });
  await inProbe(db, server, "READ WRITE", async () => {
    for (const statement of setup) if (!(await isCreated(db, statement))) return;
    for (const trial of trials.filter(mayTry)) {
      if (trial.within !== undefined && !made.has(trial.within)) continue;
      if (await areCreated(db, trial.statements)) made.add(trial.subject);
      else refused.add(trial.subject);
    }
  });
  return refused;
}

/** Runs all statements of one trial: the last may drop what the others created. */
async function areCreated(db: Database, statements: readonly string[]): Promise<boolean> {
  const refused: string[] = [];
  for (const statement of statements) if (!(await isCreated(db, statement))) refused.push(statement);
  return refused.length === 0;
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
