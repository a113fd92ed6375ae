import type { Database, TextRows } from "../database.ts";
import { groupBy } from "../group-by.ts";
import type { RowColumn } from "../kinds/probes.ts";
import { id } from "../sql.ts";
import type { ComparedText } from "./compared-text.ts";
import { unifyWords } from "./printed-words.ts";
import { tryToRead } from "./probe.ts";

/** How many expressions one SELECT has; PostgreSQL allows 1,664. */
const PER_STATEMENT = 400;

const EXPLAIN = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT";

/** An expression as the planner prints it, or why it cannot be read. */
export type Planned = { readonly answer: string } | { readonly message: string };

/**
 * Asks the planner for its form of expressions: those over the same columns in one statement, and one by one where one
 * of them cannot be read. Inside `inProbe`.
 */
export async function planTexts(
  db: Database,
  texts: readonly ComparedText[],
): Promise<ReadonlyMap<ComparedText, Planned>> {
  const found: (readonly [ComparedText, Planned])[] = [];
  for (const [row, group] of groupBy(texts, ({ columns }) => rowSql(columns)))
    for (const batch of splitIntoChunks(group, PER_STATEMENT)) found.push(...(await planBatch(db, row, batch)));
  return new Map(found);
}

async function planBatch(
  db: Database,
  row: string,
  batch: readonly ComparedText[],
): Promise<readonly (readonly [ComparedText, Planned])[]> {
  const list = batch.map(({ sql }, at) => `${sql} AS c${at}`).join(", ");
  const result = await tryToRead(db, () => explain(db, `${EXPLAIN} ${list}${row}`));
  const outputs = "answer" in result ? parseOutputs(result.answer) : [];
  if (outputs.length === batch.length)
    return batch.map((text, at) => [text, { answer: unifyWords(outputs[at] ?? "") }] as const);
  const [only, ...others] = batch;
  if (only !== undefined && others.length === 0)
    return [[only, { message: "message" in result ? result.message : "it is not a single expression" }]];
  const found: (readonly [ComparedText, Planned])[] = [];
  for (const half of splitIntoChunks(batch, Math.ceil(batch.length / 2)))
    found.push(...(await planBatch(db, row, half)));
  return found;
}

async function explain(db: Database, sql: string): Promise<TextRows> {
  const answer = await db.readOne(sql);
  db.note?.({ how: "planned", sql, answer });
  return answer;
}

/** The expressions that a plan puts out. */
function parseOutputs(rows: TextRows): readonly string[] {
  const [plan]: readonly Explained[] = JSON.parse(findText(rows));
  return plan?.Plan.Output ?? [];
}

interface Explained {
  readonly Plan: { readonly Output?: readonly string[] };
}

/** The text of a result of one row and one column. */
function findText([row]: TextRows): string {
  const text = row?.[0];
  if (text == null) throw new Error("EXPLAIN returned nothing");
  return text;
}

/**
 * Whether two planned expressions are one to the planner although it prints them in two ways, as `EXTRACT(year FROM d)`
 * and `"extract"('year', d)`: it takes a condition that both branches of an OR have out of them. Inside `inProbe`.
 * @param db the connection
 * @param forms the planner's forms
 * @param columns the columns of both
 */
export async function isSamePlan(
  db: Database,
  [a, b]: readonly [string, string],
  columns: readonly RowColumn[],
): Promise<boolean> {
  const [one, other] = ["remodel_one", "remodel_other"];
  const flags = [one, other].map((name) => ({ name, as: name, type: "boolean" }));
  const named = columns.map(({ as, type }) => ({ name: as, as, type }));
  const where = `((${a}) IS NULL AND k.${one}) OR ((${b}) IS NULL AND k.${other})`;
  const sql = `${EXPLAIN} FROM (${nullsSql([...named, ...flags])}) k WHERE ${where}`;
  const result = await tryToRead(db, () => explain(db, sql));
  return "answer" in result && findText(result.answer).includes(`(k.${one} OR k.${other})`);
}

/**
 * A relation without rows that has these columns. `OFFSET 0` keeps the planner from replacing the columns by NULL. The
 * plan prints the inner names, so that a renamed column makes no difference.
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

function splitIntoChunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
