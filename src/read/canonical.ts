import type { Database } from "../database.ts";
import { type Place, searchPathSql } from "./catalog.ts";

/** An expression that PostgreSQL could not read, and what it said. */
export interface Unreadable {
  readonly where: string;
  readonly text: string;
  readonly message: string;
}

/** One expression put before the server, and what stands in for it in comparisons. */
export interface Asked {
  readonly sql: string;
  /** What the query is selected from, for expressions over columns. */
  readonly from: string;
  readonly where: string;
  readonly text: string;
  /** The statements that print it, for what the planner does not read. */
  readonly probe?: (one: Asked) => readonly string[];
}

/** How many expressions one SELECT carries; PostgreSQL allows 1,664. */
const PER_STATEMENT = 400;

/** What the planner does not read is made as a temporary object, printed, and rolled back. */
async function printed(db: Database, place: Place, one: Asked): Promise<string> {
  try {
    const statements = ["BEGIN", searchPathSql(place.schema), ...one.probe!(one), "ROLLBACK"];
    return (await db.read(statements.join(";\n"))).at(-2)![0]![0]!;
  } catch (error) {
    await db.read("ROLLBACK");
    throw error;
  }
}

/** Expressions with the same key have the same form. */
export function keyOf({ sql, from }: Asked): string {
  return `${sql}\0${from}`;
}

/** The planner's form of every expression: in one round trip, and one by one where one of them cannot be read. */
export async function canonical(
  db: Database,
  place: Place,
  asked: ReadonlyMap<string, Asked>,
): Promise<{ readonly answers: ReadonlyMap<string, string>; readonly unreadable: readonly Unreadable[] }> {
  const groups = new Map<string, Asked[]>();
  const probes = [...asked.values()].filter(({ probe }) => probe !== undefined);
  for (const one of asked.values()) {
    if (one.probe !== undefined) continue;
    const group = groups.get(one.from);
    if (group === undefined) groups.set(one.from, [one]);
    else group.push(one);
  }
  const batches = [...groups.values()].flatMap((group) => chunks(group, PER_STATEMENT));
  const answers = new Map<string, string>();
  const unreadable: Unreadable[] = [];
  for (const one of probes)
    try {
      answers.set(keyOf(one), await printed(db, place, one));
    } catch (error) {
      unreadable.push({ where: one.where, text: one.text, message: (error as Error).message });
    }
  if (batches.length === 0) return { answers, unreadable };
  const keep = (batch: readonly Asked[], outputs: readonly string[]) => {
    for (const [at, one] of batch.entries()) answers.set(keyOf(one), outputs[at]!);
  };
  try {
    for (const [at, outputs] of (await explain(db, place, batches)).entries()) keep(batches[at]!, outputs);
  } catch {
    for (const batch of batches) await oneByOne(db, place, batch, keep, unreadable);
  }
  return { answers, unreadable };
}

async function oneByOne(
  db: Database,
  place: Place,
  batch: readonly Asked[],
  keep: (batch: readonly Asked[], outputs: readonly string[]) => void,
  unreadable: Unreadable[],
): Promise<void> {
  try {
    keep(batch, (await explain(db, place, [batch]))[0]!);
  } catch (error) {
    const [one] = batch;
    if (batch.length > 1)
      for (const half of chunks(batch, Math.ceil(batch.length / 2))) await oneByOne(db, place, half, keep, unreadable);
    else unreadable.push({ where: one!.where, text: one!.text, message: (error as Error).message });
  }
}

async function explain(
  db: Database,
  place: Place,
  batches: readonly (readonly Asked[])[],
): Promise<readonly (readonly string[])[]> {
  const statements = batches.map(
    (batch) =>
      `EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT ${batch.map(({ sql }, at) => `${sql} AS c${at}`).join(", ")}${batch[0]!.from}`,
  );
  try {
    const results = await db.read(
      ["BEGIN READ ONLY", searchPathSql(place.schema), ...statements, "ROLLBACK"].join(";\n"),
    );
    return results.slice(2, -1).map((rows) => JSON.parse(rows[0]![0]!)[0].Plan.Output as string[]);
  } catch (error) {
    await db.read("ROLLBACK");
    throw error;
  }
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
