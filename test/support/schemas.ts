import { listChanging } from "../../src/compare/changing.ts";
import { type CompareOptions, type Comparison, compareSides } from "../../src/compare/compare.ts";
import { selectComparable } from "../../src/compare/ownership.ts";
import { readInSnapshot } from "../../src/connection/snapshot.ts";
import type { Database } from "../../src/database.ts";
import { readCatalog, readCatalogWithDependencies } from "../../src/read/catalog.ts";
import { type ServerInfo, searchPathSql } from "../../src/read/server-info.ts";
import type { Change, Operation } from "../../src/schema/operation.ts";
import type { Schema } from "../../src/schema/schema.ts";

/** PostgreSQL refused a statement of a change. */
export class Refused extends Error {
  readonly change: Change;
  /** How many operations were committed before. */
  readonly done: number;
  constructor(change: Change, sql: string, done: number, cause: unknown) {
    super(`${(cause as Error).message}\n${sql}`, { cause });
    this.change = change;
    this.done = done;
  }
}

/** What is known before the comparison, and which PostgreSQL schemas are read besides the connection's own. */
export interface CompareWithOptions extends CompareOptions {
  readonly schemas?: readonly string[];
  /** Patterns of tables that the configuration excludes. */
  readonly exclude?: readonly string[];
  /** Reads what depends on what, too, as a comparison of a project does. It takes several times as long. */
  readonly withDependencies?: boolean;
  /** Reads what depends on what a second time, of everything, and refuses another result. */
  readonly withBothReadings?: boolean;
}

/** The database and a schema that is used as models. */
export async function compareWith(
  db: Database,
  server: ServerInfo,
  schema: Schema,
  {
    schemas = [],
    exclude = [],
    withDependencies = false,
    withBothReadings = false,
    ...options
  }: CompareWithOptions = {},
): Promise<Comparison> {
  const reading = { server, schemas, exclude: ["typeorm_metadata", ...exclude] };
  const comparison = await compareSides(db, server, selectComparable(await readCatalog(db, reading), schema), options);
  if (comparison.upgrade.length === 0 || !withDependencies) return comparison;
  const changing = listChanging(comparison.upgrade, comparison.live);
  const { dependencies, ...catalog } = await readInSnapshot(db, () =>
    readCatalogWithDependencies(db, { ...reading, inTransaction: true, changing }),
  );
  const sides = { ...selectComparable(catalog, schema), dependencies };
  const found = await compareSides(db, server, sides, options);
  if (withBothReadings) {
    const whole = await readInSnapshot(db, () => readCatalogWithDependencies(db, { ...reading, inTransaction: true }));
    const all = await compareSides(db, server, { ...sides, dependencies: whole.dependencies }, options);
    const text = (one: Comparison) => JSON.stringify([one.upgrade, one.downgrade]);
    if (text(all) !== text(found)) throw new Error(`Of ${changing} more is affected: ${text(all)}, not ${text(found)}`);
  }
  return found;
}

/**
 * Runs changes as a revision whose every guess was kept: in one transaction, but for what allows none.
 * @param done how many operations an earlier run has committed
 * @throws Refused after the transaction was rolled back
 */
export async function runChanges(
  db: Database,
  server: ServerInfo,
  changes: readonly Change[],
  done = 0,
): Promise<void> {
  const path = searchPathSql(server);
  const steps = changes.flatMap((change) => change.operations.map((operation) => ({ change, operation })));
  let committed = done;
  await db.read(`BEGIN; ${path}`);
  for (const [at, { change, operation }] of steps.entries()) {
    if (at < done) continue;
    if (operation.outsideTransaction) {
      await db.read(`COMMIT; ${path.replace("LOCAL ", "")}`);
      committed = at;
    }
    await runOperation(db, change, operation, committed);
    if (operation.outsideTransaction) {
      await db.read(`BEGIN; ${path}`);
      committed = at + 1;
    }
  }
  await db.read("COMMIT");
}

async function runOperation(db: Database, change: Change, { sql, values }: Operation, done: number): Promise<void> {
  for (const statement of sql)
    try {
      await db.query(statement, values);
    } catch (error) {
      await db.read("ROLLBACK");
      throw new Refused(change, statement, done, error);
    }
}
