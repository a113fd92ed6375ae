import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import { id, literal } from "../sql.ts";
import { type FillCatalog, type FillTable, readFillCatalog } from "./fill-catalog.ts";
import { readAllKeys } from "./fill-keys.ts";
import { type FillStep, mayBeNull, orderTables } from "./fill-plan.ts";
import { describeRefusal, type Refusal, readRefusal, searchRow } from "./fill-row.ts";
import { type Cells, createProposer, createProposing, type Proposer, type Proposing } from "./propose.ts";
import { lowerSequences, raiseSequences } from "./raise-sequences.ts";
import { setReferences } from "./set-references.ts";
import type { CellValue } from "./values.ts";

/** A table that has no row, and why. */
export interface Unfilled {
  /** `schema.name` */
  readonly table: string;
  /** The constraint that refused every row, or the server's message. */
  readonly reason: string;
}

/** What filling a database did. */
export interface Filled {
  /** How many tables have rows. */
  readonly filled: number;
  readonly unfilled: readonly Unfilled[];
}

/** How to fill. */
export interface FillOptions {
  /** Rows of each table. */
  readonly rows: number;
  /** The same seed gives the same rows. */
  readonly seed: number;
}

/** Fills a database, again and again while its schema changes. */
export interface Filler {
  /**
   * Fills all tables that are new or have other columns than the last time.
   * @param leave tables to leave alone, as `schema.name`
   */
  fill(leave?: readonly string[]): Promise<Filled>;
}

/** After so many rows in a row that found no place, the others are not tried. */
const LAST_HOPE = 2;

/**
 * Makes a filler. Every cell has a value of its own, so that each can be recognised. PostgreSQL judges each row: the
 * columns of the rule that refuses it get other values.
 * @param db a database of its own, outside a transaction; rows are committed
 */
export function createFiller(db: Database, { rows, seed }: FillOptions): Filler {
  const proposing = createProposing(seed);
  const seen = new Map<string, string | undefined>();
  return {
    fill: async (leave = []) => {
      const catalog = await readFillCatalog(db, leave);
      const steps = orderTables(catalog.tables);
      const fresh = steps.filter(({ table }) => !seen.has(describeShape(table)));
      if (fresh.length > 0) await raiseSequences(db);
      const problems = await fillSteps({ db, catalog, proposing, rows }, fresh);
      for (const { table } of fresh) seen.set(describeShape(table), problems.get(table));
      const unfilled = steps.flatMap(({ table }) => {
        const reason = seen.get(describeShape(table));
        return collect(reason !== undefined && { table: `${table.schema}.${table.name}`, reason });
      });
      return { filled: steps.length - unfilled.length, unfilled };
    },
  };
}

/** A table with other columns is filled again: the new ones need values. */
function describeShape({ oid, columns }: FillTable): string {
  return JSON.stringify([
    oid,
    columns.map(({ number, typeText, type, nullable }) => [number, typeText, type.labels, nullable]),
  ]);
}

async function fillSteps(
  filling: Omit<Filling, "step">,
  steps: readonly FillStep[],
): Promise<ReadonlyMap<FillTable, string>> {
  const { db, catalog } = filling;
  const problems = new Map<FillTable, string>();
  for (const step of steps) {
    const problem = await fillTable({ ...filling, step });
    if (problem !== undefined && !(await hasRows(db, step.table))) problems.set(step.table, problem);
  }
  for (const { table, later } of steps) {
    const unset = problems.has(table) ? undefined : await setReferences(db, catalog, table, later);
    if (unset !== undefined) problems.set(table, unset);
  }
  return problems;
}

/** The seed of the project may have rows that no made-up ones can be added to. */
async function hasRows(db: Database, { schema, name }: FillTable): Promise<boolean> {
  return (await db.readOne(`SELECT FROM ${id(schema)}.${id(name)} LIMIT 1`)).length > 0;
}

interface Filling {
  readonly db: Database;
  readonly catalog: FillCatalog;
  readonly step: FillStep;
  readonly proposing: Proposing;
  readonly rows: number;
}

/** @returns why the table has no rows, if it has none */
async function fillTable(filling: Filling): Promise<string | undefined> {
  const { db, catalog, step, proposing, rows } = filling;
  const { table, later } = step;
  if (table.closed) return "it is partitioned and has no partition";
  const ready = await readAllKeys(db, catalog, step);
  const empty = ready.find(({ keys, reference }) => keys.length === 0 && !mayBeNull(table, reference));
  if (empty !== undefined) return `${empty.reference.name}: the table that it references has no rows`;
  const columns = new Set(later.flatMap((reference) => reference.columns));
  const propose = () => createProposer(table, ready, columns, catalog.domainRules, proposing);
  const isBroken = later.some((reference) => !mayBeNull(table, reference));
  // Only a superuser may switch off the triggers of foreign keys.
  if (isBroken && !(await isAllowed(db, "SET session_replication_role = replica"))) return describeCycle(table, later);
  try {
    const problem = await insertRows(db, catalog, table, propose(), rows);
    if (problem === undefined || !(await lowerSequences(db, table))) return problem;
    return await insertRows(db, catalog, table, propose(), rows);
  } finally {
    if (isBroken) await db.query("RESET session_replication_role");
  }
}

async function isAllowed(db: Database, sql: string): Promise<boolean> {
  return await db.query(sql).then(
    () => true,
    () => false,
  );
}

function describeCycle(table: FillTable, later: FillStep["later"]): string {
  const [first] = later.filter((reference) => !mayBeNull(table, reference));
  return `${first?.name}: the foreign keys form a cycle, and only a superuser can fill it`;
}

async function insertRows(
  db: Database,
  catalog: FillCatalog,
  table: FillTable,
  proposer: Proposer,
  rows: number,
): Promise<string | undefined> {
  const planned = Array.from({ length: rows }, (_, at) => proposer.row(at));
  if ((await insert(db, table, planned)) === undefined) return undefined;
  let inserted = 0;
  let failures = 0;
  let reason: string | undefined;
  for (const [at, first] of planned.entries()) {
    // What the rows before have taught is used for this one.
    const cells = at === 0 ? first : proposer.row(at);
    const refusal = await searchRow({ catalog, table, proposer, attempt: (row) => insert(db, table, [row]) }, cells);
    reason = refusal === undefined ? reason : describeRefusal(refusal);
    failures = refusal === undefined ? 0 : failures + 1;
    inserted += refusal === undefined ? 1 : 0;
    if (failures === LAST_HOPE) break;
  }
  if (inserted === 0) return reason;
  return undefined;
}

async function insert(db: Database, table: FillTable, rows: readonly Cells[]): Promise<Refusal | undefined> {
  const columns = table.columns.filter(({ generated }) => !generated);
  const names = columns.map(({ name }) => id(name)).join(", ");
  const tuples = rows.map((cells) => `(${columns.map(({ name }) => cellSql(cells.get(name))).join(", ")})`);
  try {
    await db.query(
      `INSERT INTO ${id(table.schema)}.${id(table.name)} (${names}) OVERRIDING SYSTEM VALUE VALUES ${tuples.join(", ")}`,
    );
    return undefined;
  } catch (error) {
    return readRefusal(error);
  }
}

/** An identity column takes DEFAULT also with OVERRIDING SYSTEM VALUE. */
function cellSql(value: CellValue | undefined): string {
  if (value === undefined) return "DEFAULT";
  if (value === null) return "NULL";
  return literal(value);
}
