import { ask, type Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Project } from "../load/load.ts";
import { loadMigrations, migrationsTable, type TypeormMigration } from "../load/typeorm-migrations.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { literal, path, qualifiedName } from "../sql.ts";

/** What TypeORM has run in a database, and what it has not. */
export interface TypeormState {
  readonly migrations: readonly TypeormMigration[];
  readonly pending: readonly TypeormMigration[];
  /** The table in which TypeORM keeps that, as a person writes it. */
  readonly table: string;
}

/** Reads which of TypeORM's own migrations have run. */
export async function readTypeormState(db: Database, server: ServerInfo, project: Project): Promise<TypeormState> {
  const migrations = await loadMigrations(project);
  const { name, schema = server.schema } = migrationsTable(project);
  const done = new Set(await readNames(db, schema, name));
  return { migrations, pending: migrations.filter((one) => !done.has(one.name)), table: qualifiedName(name) };
}

async function readNames(db: Database, schema: string, name: string): Promise<readonly string[]> {
  const table = path(qualifiedName(name, schema));
  const [there] = await ask<{ there: boolean }>(db, `SELECT to_regclass(${literal(table)}) IS NOT NULL AS there`);
  if (!there?.there) return [];
  const rows = await ask<{ name: string }>(db, `SELECT name::text AS name FROM ${table}`);
  return rows.map((row) => row.name);
}

/**
 * Requires that TypeORM has nothing left to run: the baseline has what the database has.
 * @throws RemodelError `TYPEORM_PENDING`
 */
export function refusePending({ pending, table }: TypeormState): void {
  const [first] = pending;
  if (first === undefined) return;
  const names = pending.map(({ name }) => name);
  throw new RemodelError(
    "TYPEORM_PENDING",
    `TypeORM has not run ${names.join(", ")} yet: its table ${table} does not have it.`,
    {
      hint: "Run it: typeorm migration:run. If it is not to run, add --ignore-pending.",
      details: { migrations: names },
    },
  );
}
