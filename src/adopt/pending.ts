import { ask, type Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { showFile } from "../load/errors.ts";
import type { Project } from "../load/load.ts";
import { createFormat } from "../load/resolve.ts";
import { loadMigrations, migrationsTable, type TypeormMigration } from "../load/typeorm-migrations.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { literal, path, qualifiedName } from "../sql.ts";
import { joinNames } from "../words.ts";

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
 * @param file the file of the data source, for what to type
 * @throws RemodelError `TYPEORM_PENDING`
 */
export function refusePending({ pending, table }: TypeormState, file: string): void {
  const [first] = pending;
  if (first === undefined) return;
  const names = pending.map(({ name }) => name);
  const it = names.length === 1 ? "it" : "them";
  const notToRun = names.length === 1 ? "it is not" : "they are not";
  throw new RemodelError(
    "TYPEORM_PENDING",
    `TypeORM has not run ${joinNames(names)} yet: its table ${table} does not have ${it}.`,
    {
      hint: `If one failed in the middle, first undo by hand what it has done. If ${notToRun} to run, add --ignore-pending. To run ${it}: npx ${chooseProgram(file)} migration:run -d ${showFile(file)}`,
      details: { migrations: names },
    },
  );
}

/** TypeORM's own program that loads a file: those for TypeScript use the ts-node of the project. */
function chooseProgram(file: string): string {
  if (!/\.[mc]?ts$/.test(file)) return "typeorm";
  return createFormat()(file) ? "typeorm-ts-node-esm" : "typeorm-ts-node-commonjs";
}

/** Notes what a baseline leaves to the models although a migration of TypeORM would do it. */
export function noteIgnored({ pending }: TypeormState): readonly string[] {
  if (pending.length === 0) return [];
  const names = pending.map(({ name }) => name);
  return [
    `TypeORM has not run ${joinNames(names)}. The baseline has what the database has, also what a migration that failed in the middle has left.`,
  ];
}
