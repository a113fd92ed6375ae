import { blockSql, id, literal, path, siblingName } from "../sql.ts";

/** PostgreSQL finds an index by its name alone, so it could be the index of another table. */
export function ownerCheckSql(table: string, index: string): string {
  const name = literal(path(siblingName(table, index)));
  const message = literal(`index ${id(index)} does not belong to ${path(table)}`);
  return blockSql(
    `BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(${name})::pg_catalog.oid AND indrelid IS DISTINCT FROM pg_catalog.to_regclass(${literal(path(table))})::pg_catalog.oid) THEN RAISE undefined_object USING MESSAGE = ${message}; END IF; END`,
  );
}

/** The query whether an index is there and valid. */
export function isBuiltSql(table: string, index: string): string {
  const [owner, name] = [table, index].map((one) => literal(path(one)));
  return `SELECT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(${name})::pg_catalog.oid AND indrelid = pg_catalog.to_regclass(${owner})::pg_catalog.oid AND indisvalid) AS done`;
}

/**
 * A concurrent build that failed leaves an invalid index with its name, which has to be dropped first. The drop needs a
 * lock, and all queries of the table wait behind it: so it is not tried while the build is still running, and gives up
 * after four seconds.
 */
export function dropInvalidSql(index: string): string {
  const name = literal(path(index));
  return blockSql(`BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(${name})::pg_catalog.oid AND NOT indisvalid) THEN RETURN; END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index WHERE index_relid = pg_catalog.to_regclass(${name})::pg_catalog.oid) THEN
    RAISE EXCEPTION '% is being built', ${name} USING ERRCODE = 'lock_not_available';
  END IF;
  PERFORM pg_catalog.set_config('lock_timeout', '4000', true);
  EXECUTE 'DROP INDEX ' || ${name};
END`);
}
