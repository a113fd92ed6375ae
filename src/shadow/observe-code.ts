import type { Database } from "../database.ts";
import type { BuiltModels } from "../read/build-models.ts";
import { searchPathSql } from "../read/server-info.ts";
import type { Session } from "../state/session.ts";
import { fullTableName } from "./changed-tables.ts";
import { type FillCatalog, type FillTable, readFillCatalog } from "./fill-catalog.ts";
import { readAllKeys } from "./fill-keys.ts";
import { type Refusal, readRefusal, searchRow } from "./fill-row.ts";
import { listOwnTables } from "./own-tables.ts";
import { type Cells, createProposer, createProposing, type Proposer } from "./propose.ts";
import { type EntityCode, type EntityStatement, listStatements } from "./statements.ts";

/** A statement that works in one schema and not in the other. */
export interface RefusedStatement extends EntityStatement {
  readonly sqlstate: string;
  readonly message: string;
}

/** The statements and rows of code that work in its schema. */
export interface ObservedCode {
  readonly entities: readonly ObservedEntity[];
}

interface ObservedEntity {
  readonly code: EntityCode;
  readonly statements: readonly EntityStatement[];
  /** INSERTs of rows, each list in one transaction. */
  readonly inserts: readonly (readonly string[])[];
}

/** What is observed. */
export interface ObserveOptions {
  readonly seed: number;
  /** The tables into which rows are inserted, as `schema.name`. The other ones take the same rows in both schemas. */
  readonly changed: ReadonlySet<string>;
}

/** Values of rows begin behind those with which the tables were filled. */
const START = 10_000;
/** One ordinary row, one with NULLs, and the limits of types. */
const ROWS = 12;
const MOST_ROWS = 40;

/**
 * Finds statements and rows of code that work in the schema that the database has now. Nothing that it tries stays.
 * @param session the project with the throwaway as its database
 * @param models the models of the code
 */
export async function observeCode(
  session: Session,
  models: BuiltModels,
  { seed, changed }: ObserveOptions,
): Promise<ObservedCode> {
  const db = await session.connection();
  const catalog = await readFillCatalog(db, await listOwnTables(session));
  const { schema: own } = await session.server();
  const attempt = await createAttempt(session);
  const proposing = createProposing(seed, START);
  const entities: ObservedEntity[] = [];
  for (const code of listStatements(models, catalog.tables, own)) {
    const refused = await prepareAll(code.statements, attempt);
    const statements = code.statements.filter((one) => !refused.some(({ sql }) => sql === one.sql));
    const { table } = code;
    const isTried = canInsert(statements) && table !== undefined && changed.has(fullTableName(table));
    const inserts = isTried ? await findInserts({ db, catalog, table, code, attempt, proposing }) : [];
    entities.push({ code, statements, inserts });
  }
  return { entities };
}

/** Tries statements and rows in the schema that the database has now. */
export async function tryCode(session: Session, { entities }: ObservedCode): Promise<readonly RefusedStatement[]> {
  const attempt = await createAttempt(session);
  const refused: RefusedStatement[] = [];
  for (const { code, statements, inserts } of entities) {
    const found = await prepareAll(statements, attempt);
    refused.push(...found, ...(canInsert(found) ? [] : await tryInserts(code, inserts, attempt)));
  }
  return refused;
}

type Attempt = (...statements: readonly string[]) => Promise<Refusal | undefined>;

function canInsert(statements: readonly EntityStatement[]): boolean {
  return statements.some(({ statement }) => statement === "INSERT");
}

/** Runs statements as the project's code would, and rolls them back. */
async function createAttempt(session: Session): Promise<Attempt> {
  const db = await session.connection();
  const path = searchPathSql(await session.server());
  return async (...statements) => {
    try {
      await db.query(["BEGIN", path, ...statements, "SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK"].join(";\n"));
      return undefined;
    } catch (error) {
      await db.query("ROLLBACK");
      return readRefusal(error);
    }
  };
}

async function prepareAll(
  statements: readonly EntityStatement[],
  attempt: Attempt,
): Promise<readonly RefusedStatement[]> {
  const refused: RefusedStatement[] = [];
  for (const one of statements) {
    const refusal = await attempt(`PREPARE remodel_statement AS ${one.sql}`, "DEALLOCATE remodel_statement");
    if (refusal !== undefined) refused.push({ ...one, sqlstate: refusal.code, message: refusal.message });
  }
  return refused;
}

interface InsertSearch {
  readonly db: Database;
  readonly catalog: FillCatalog;
  readonly table: FillTable;
  readonly code: EntityCode;
  readonly attempt: Attempt;
  readonly proposing: ReturnType<typeof createProposing>;
}

async function findInserts(search: InsertSearch): Promise<readonly (readonly string[])[]> {
  const { db, catalog, table, code, attempt, proposing } = search;
  if (table.closed) return [];
  const ready = await readAllKeys(db, catalog, { table, later: [] });
  const proposer = createProposer(table, ready, new Set(), catalog.domainRules, proposing);
  const found: Cells[] = [];
  for (let at = 0; at < countRows(table); at++) {
    const cells = proposer.row(at);
    const given = await searchRow({ catalog, table, proposer, attempt: (row) => attempt(code.insert(row)) }, cells);
    if (given === undefined) found.push(cells);
    else if (found.length === 0) break;
  }
  const [first] = found;
  if (first === undefined) return [];
  const few = keepRequired(first, table);
  const fewest = (await attempt(code.insert(few))) === undefined ? [few] : [];
  const twins = await findTwins(search, proposer, first);
  return [...[...found, ...fewest].map((cells) => [code.insert(cells)]), ...twins];
}

/** Every label of an enum type has a row. */
function countRows({ columns }: FillTable): number {
  const labels = columns.map(({ type }) => type.labels?.length ?? 0);
  return Math.min(MOST_ROWS, Math.max(ROWS, ...labels.map((count) => count + 2)));
}

function keepRequired(cells: Cells, { columns }: FillTable): Cells {
  const required = columns.filter(({ nullable, hasDefault }) => !nullable && !hasDefault).map(({ name }) => name);
  return new Map([...cells].filter(([name]) => required.includes(name)));
}

/** Two rows that differ only in one column of each unique rule: another unique rule would refuse them. */
async function findTwins(
  { catalog, table, code, attempt }: InsertSearch,
  proposer: Proposer,
  first: Cells,
): Promise<readonly (readonly string[])[]> {
  const twins: (readonly string[])[] = [];
  for (const at of [0, -1]) {
    const cells = new Map(first);
    for (const rule of table.rules.filter(({ kind }) => "puix".includes(kind))) {
      const given = (rule.columns ?? []).filter((name) => cells.has(name));
      proposer.change(cells, { ...rule, columns: given.slice(at).slice(0, 1) });
    }
    const both = (row: Cells) => attempt(code.insert(first), code.insert(row));
    if ((await searchRow({ catalog, table, proposer, attempt: both }, cells)) === undefined)
      twins.push([code.insert(first), code.insert(cells)]);
  }
  return twins;
}

/** @returns one refusal for each cause */
async function tryInserts(
  { table, statements }: EntityCode,
  inserts: readonly (readonly string[])[],
  attempt: Attempt,
): Promise<readonly RefusedStatement[]> {
  const written = statements.find(({ statement }) => statement === "INSERT");
  const refused = new Map<string, RefusedStatement>();
  for (const list of written === undefined ? [] : inserts) {
    const refusal = await attempt(...list);
    if (refusal === undefined || written === undefined || isKnown(refusal, table)) continue;
    const { code: sqlstate, message, constraint = "", column = "" } = refusal;
    const cause = `${sqlstate} ${constraint} ${column}`;
    if (!refused.has(cause)) refused.set(cause, { ...written, sqlstate, message });
  }
  return [...refused.values()];
}

/** Whether the constraint is there in both schemas: only the rows of the other one are in the way. */
function isKnown({ code, constraint }: Refusal, table: FillTable | undefined): boolean {
  const rules = code === "23503" ? table?.references : table?.rules.filter(({ kind }) => kind !== "c");
  return (rules ?? []).some(({ name }) => name === constraint);
}
