import { RemodelError } from "../errors.ts";
import { METADATA_TABLE } from "../kinds/typeorm-metadata.ts";
import type { Session } from "../state/session.ts";

/** Tables that TypeORM keeps for itself, by their usual names. */
export const TYPEORM_TABLES = ["typeorm_metadata", "migrations", "query-result-cache"];

/** The options of a data source that name tables. */
interface TypeormOptions {
  readonly metadataTableName?: string;
  readonly migrationsTableName?: string;
  readonly cache?: boolean | { readonly tableName?: string };
}

/** Lists the tables that TypeORM keeps for itself, by their usual names and those that the data source gives them. */
export function listTypeormTables(options: TypeormOptions): {
  readonly metadataTable: string;
  readonly tables: readonly string[];
} {
  const { metadataTableName, migrationsTableName, cache } = options;
  const cacheTable = typeof cache === "object" ? cache.tableName : undefined;
  const named = [metadataTableName, migrationsTableName, cacheTable].filter((name) => typeof name === "string");
  return { metadataTable: metadataTableName || METADATA_TABLE, tables: [...TYPEORM_TABLES, ...named] };
}

/**
 * The same for a session. A fleet needs no data source, and then the names are the usual ones.
 * @param session the project
 */
export async function readTypeormTables({
  options,
}: Pick<Session, "options">): Promise<ReturnType<typeof listTypeormTables>> {
  const given = await options().catch((error: unknown) => {
    if (error instanceof RemodelError) return {};
    throw error;
  });
  return listTypeormTables(given);
}
