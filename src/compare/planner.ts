import type { Database } from "../database.ts";
import { id } from "../sql.ts";
import type { ComparedText, RowColumn } from "./asked.ts";
import { oneWording } from "./printed-words.ts";
import { readable } from "./probe.ts";

/** How many expressions one SELECT carries; PostgreSQL allows 1,664. */
const PER_STATEMENT = 400;

const EXPLAIN = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT";

/** What the planner makes of an expression, or why it cannot be read. */
export type Planned = { readonly answer: string } | { readonly message: string };

/**
 * The planner's form of expressions: those over the same columns in one statement, and one by one where one of them
 * cannot be read. Inside `probing`.
 */
export async function planTexts(
  db: Database,
  asked: readonly ComparedText[],
): Promise<ReadonlyMap<ComparedText, Planned>> {
  const found = new Map<ComparedText, Planned>();
  const byRow = new Map<string, ComparedText[]>();
  for (const one of asked) {
    const row = rowSql(one.columns);
    byRow.set(row, [...(byRow.get(row) ?? []), one]);
  }
  for (const [row, group] of byRow) for (const batch of chunks(group, PER_STATEMENT)) await plan(db, row, batch, found);
  return found;
}

async function plan(
  db: Database,
  row: string,
  batch: readonly ComparedText[],
  found: Map<ComparedText, Planned>,
): Promise<void> {
  const list = batch.map(({ sql }, at) => `${sql} AS c${at}`).join(", ");
  const result = await readable(db, async () => await db.readOne(`${EXPLAIN} ${list}${row}`));
  const outputs = "answer" in result ? outputsOf(result.answer[0]![0]!) : [];
  if (outputs.length === batch.length) {
    for (const [at, one] of batch.entries()) found.set(one, { answer: oneWording(outputs[at]!) });
  } else if (batch.length > 1) {
    for (const half of chunks(batch, Math.ceil(batch.length / 2))) await plan(db, row, half, found);
  } else {
    found.set(batch[0]!, { message: "message" in result ? result.message : "it is not a single expression" });
  }
}

function outputsOf(json: string): readonly string[] {
  return (JSON.parse(json) as readonly { readonly Plan: { readonly Output: readonly string[] } }[])[0]!.Plan.Output;
}

/**
 * Whether two planned expressions are one to the planner although it prints them in two ways, as `EXTRACT(year FROM d)`
 * and `"extract"('year', d)`: it takes what two branches of an OR have in common out of them. Inside `probing`.
 * @param db the connection
 * @param forms the planner's forms
 * @param columns the columns of both
 */
export async function isPlannedAlike(
  db: Database,
  [a, b]: readonly [string, string],
  columns: readonly RowColumn[],
): Promise<boolean> {
  const [one, other] = ["remodel_one", "remodel_other"];
  const flags = [one, other].map((name) => ({ name, as: name, type: "boolean" }));
  const named = columns.map(({ as, type }) => ({ name: as, as, type }));
  const where = `((${a}) IS NULL AND k.${one}) OR ((${b}) IS NULL AND k.${other})`;
  const sql = `${EXPLAIN} FROM (${nullsSql([...named, ...flags])}) k WHERE ${where}`;
  const result = await readable(db, async () => await db.readOne(sql));
  return "answer" in result && result.answer[0]![0]!.includes(`(k.${one} OR k.${other})`);
}

/**
 * A relation without rows that has these columns. `OFFSET 0` keeps the planner from folding the NULLs in; the outer names
 * are gone from what it prints, so that a renamed column makes no difference.
 */
export function rowSql(columns: readonly RowColumn[]): string {
  if (columns.length === 0) return "";
  const outer = columns.map(({ name, as }) => `${id(as)} AS ${id(name)}`);
  return ` FROM (SELECT ${outer.join(", ")} FROM (${nullsSql(columns)}) k) t`;
}

function nullsSql(columns: readonly RowColumn[]): string {
  const inner = columns.map(({ as, type }) => `NULL::${type} AS ${id(as)}`).sort();
  return `SELECT ${[...new Set(inner)].join(", ")} OFFSET 0`;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
