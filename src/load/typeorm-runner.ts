import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";

/** What is used of a data source of TypeORM; it is not initialized. */
export interface QueryRunnerSource {
  readonly createQueryRunner: () => object;
  readonly driver: object;
}

/** A file with the class of a migration, and the name by which TypeORM knows it. */
export type MigrationEntry = readonly [exports: object, name: string];

/**
 * Runs migration classes of TypeORM in the transaction of a revision.
 * @param db the connection of the revision
 * @param source a data source, which is not initialized: it only writes SQL
 * @param migrations the classes, the oldest first
 * @param direction the method to call; `down` goes the other way
 * @throws RemodelError `REVISION_INVALID` for a class that is not in its file
 */
export async function runTypeormMigrations(
  db: Database,
  source: QueryRunnerSource,
  migrations: readonly MigrationEntry[],
  direction: "up" | "down",
): Promise<void> {
  const runner = createRunner(db, source);
  const found = migrations.map(findMigration);
  for (const migration of direction === "up" ? found : found.toReversed()) await migration[direction](runner);
}

/** An instance of a migration class. */
interface MigrationInstance {
  readonly name?: unknown;
  readonly up: (runner: object) => Promise<unknown>;
  readonly down: (runner: object) => Promise<unknown>;
}

function findMigration([exports, name]: MigrationEntry): MigrationInstance {
  for (const one of Object.values(exports)) {
    if (typeof one !== "function" || typeof Object(one.prototype).up !== "function") continue;
    const instance: MigrationInstance = Reflect.construct(one, []);
    if (instance.name === name || one.name === name) return instance;
  }
  throw new RemodelError("REVISION_INVALID", `The migration ${name} of TypeORM is not in its file any more.`, {
    hint: "Restore the file. The revision runs it on every new database.",
  });
}

/** A query runner that sends what it writes over the connection of the revision, which has a transaction of its own. */
function createRunner(db: Database, source: QueryRunnerSource): object {
  Object.assign(source.driver, { isGeneratedColumnsSupported: true });
  const nothing = async () => undefined;
  return Object.assign(source.createQueryRunner(), {
    query: (sql: string, values?: readonly unknown[], isStructured?: boolean) => query(db, sql, values, isStructured),
    connect: async () => ({}),
    release: nothing,
    startTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    isTransactionActive: true,
  });
}

/** What the query runner of TypeORM returns for PostgreSQL. */
async function query(db: Database, sql: string, values?: readonly unknown[], isStructured = false): Promise<unknown> {
  const rows = await db.query(sql, values);
  if (isStructured) return { raw: rows, records: rows, affected: rows.length };
  return /^\s*(?:update|delete)\b/i.test(sql) ? [rows, rows.length] : rows;
}
