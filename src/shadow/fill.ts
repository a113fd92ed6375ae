import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import { readError } from "../errors.ts";
import { id, literal } from "../sql.ts";
import { listDomains } from "./cell-type.ts";
import { type FillCatalog, type FillRule, type FillTable, readFillCatalog } from "./fill-catalog.ts";
import { readKeys } from "./fill-keys.ts";
import { type FillStep, mayBeNull, orderTables } from "./fill-plan.ts";
import { type Cells, createProposer, type Proposer, type Proposing, type ReadyReference } from "./propose.ts";
import { createRandom } from "./random.ts";
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

/** How often a row is changed before it is given up. */
const ATTEMPTS = 120;

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
    if (problem !== undefined) problems.set(step.table, problem);
  }
  for (const { table, later } of steps) {
    const unset = problems.has(table) ? undefined : await setReferences(db, catalog, table, later);
    if (unset !== undefined) problems.set(table, unset);
  }
  return problems;
}

function createProposing(seed: number): Proposing {
  const counters = new Map<string, number>();
  const next = (kind: string) => {
    const number = (counters.get(kind) ?? 0) + 1;
    counters.set(kind, number);
    return number;
  };
  return { random: createRandom(seed), next };
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
  const proposer = createProposer(table, ready, columns, catalog.domainRules, proposing);
  const isBroken = later.some((reference) => !mayBeNull(table, reference));
  // Only a superuser may switch off the triggers of foreign keys.
  if (isBroken && !(await isAllowed(db, "SET session_replication_role = replica"))) return describeCycle(table, later);
  try {
    return await insertRows(db, catalog, table, proposer, rows);
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

async function readAllKeys(
  db: Database,
  { tables }: FillCatalog,
  { table, later }: FillStep,
): Promise<ReadyReference[]> {
  const ready: ReadyReference[] = [];
  for (const reference of table.references.filter((one) => !later.includes(one))) {
    const target = tables.find(({ oid }) => oid === reference.table);
    ready.push({ reference, keys: target === undefined ? [] : await readKeys(db, target, reference) });
  }
  return ready;
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
  for (const cells of planned) {
    const refusal = await searchRow(db, catalog, table, proposer, cells);
    reason = refusal ?? reason;
    failures = refusal === undefined ? 0 : failures + 1;
    inserted += refusal === undefined ? 1 : 0;
    if (failures === LAST_HOPE) break;
  }
  if (inserted === 0) return reason;
  return undefined;
}

/** Changes a row until PostgreSQL takes it. @returns the last refusal, if it never does */
async function searchRow(
  db: Database,
  catalog: FillCatalog,
  table: FillTable,
  proposer: Proposer,
  cells: Cells,
): Promise<string | undefined> {
  let unknown = 0;
  let refusal: Refusal | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    refusal = await insert(db, table, [cells]);
    if (refusal === undefined) return undefined;
    const rule = findRule(catalog, table, refusal);
    if (rule !== undefined) proposer.change(cells, rule);
    else if (unknown++ < 2) proposer.simplify(cells, unknown === 2);
    else break;
  }
  return refusal && (refusal.constraint ?? refusal.message);
}

/** Why PostgreSQL refused a row. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly constraint?: string;
  readonly column?: string;
  readonly dataType?: string;
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

function readRefusal(error: unknown): Refusal {
  const fields: Readonly<Record<string, unknown>> = Object(error);
  const { code, message } = readError(error);
  if (code === undefined || code.length !== 5) throw error;
  const given = ["constraint", "column", "dataType"].filter((name) => typeof fields[name] === "string");
  return { code, message, ...Object.fromEntries(given.map((name) => [name, fields[name]])) };
}

function findRule(
  catalog: FillCatalog,
  table: FillTable,
  { code, constraint, column, dataType }: Refusal,
): FillRule | undefined {
  if (code === "23514" && constraint === undefined) return table.rules.find(({ kind }) => kind === "b");
  const rule = table.rules.find(({ name }) => name === constraint);
  if (rule !== undefined) return rule.columns === null ? undefined : rule;
  const reference = table.references.find(({ name }) => name === constraint);
  if (reference !== undefined) return { name: reference.name, kind: "f", columns: reference.columns, definition: "" };
  if (column !== undefined) return { name: column, kind: "c", columns: [column], definition: "" };
  const domain = catalog.domainRules.find(({ name, columns }) => name === constraint && columns[0] === dataType);
  if (domain === undefined) return undefined;
  const columns = table.columns
    .filter(({ type }) => listDomains(type).includes(dataType ?? ""))
    .map(({ name }) => name);
  return { ...domain, columns };
}
