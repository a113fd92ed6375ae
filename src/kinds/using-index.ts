import type { Deferrable } from "../schema/schema.ts";
import { blockSql, id, idList, literal, path } from "../sql.ts";
import { deferrableSql } from "./kind.ts";

/** Whether a new unique constraint or primary key uses an existing index. */
export interface UsingIndex {
  /**
   * The index, in the schema of the table. It has to be unique and valid, without `where`, over the same columns in the
   * same order. It gets the name of the constraint. PostgreSQL does not allow this on a partitioned table.
   */
  readonly usingIndex?: string;
}

/** The constraint that an index becomes. */
interface KeyConstraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

/**
 * The statements that create a constraint from an index.
 * @param table the table
 * @param constraint the constraint, with the columns that the index has to have
 * @param what the kind of constraint
 * @param index the index
 */
export function usingIndexSql(
  table: string,
  constraint: KeyConstraint,
  what: "PRIMARY KEY" | "UNIQUE",
  index: string,
): readonly string[] {
  return [
    columnsCheckSql(table, constraint, index),
    `ALTER TABLE ${path(table)} ADD CONSTRAINT ${id(constraint.name)} ${what} USING INDEX ${id(index)}${deferrableSql(constraint.deferrable)}`,
  ];
}

/** Checks the columns of the index: PostgreSQL would take any. All other conditions PostgreSQL checks itself. */
function columnsCheckSql(table: string, { name, columns }: KeyConstraint, index: string): string {
  const [over, wanted] = [`index ${id(index)} is over `, `, but the constraint ${id(name)} over ${idList(columns)}`];
  return blockSql(`
DECLARE
  found pg_catalog.text := (
    SELECT '(' OPERATOR(pg_catalog.||) pg_catalog.string_agg('"' OPERATOR(pg_catalog.||) pg_catalog.replace(a.attname::pg_catalog.text, '"', '""') OPERATOR(pg_catalog.||) '"', ', ' ORDER BY k.at) OPERATOR(pg_catalog.||) ')'
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relname OPERATOR(pg_catalog.=) ${literal(index)}::pg_catalog.name
    CROSS JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k(number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum OPERATOR(pg_catalog.=) k.number
    WHERE i.indrelid = pg_catalog.to_regclass(${literal(path(table))})::pg_catalog.oid AND i.indexprs IS NULL AND k.at OPERATOR(pg_catalog.<=) i.indnkeyatts);
BEGIN
  IF found OPERATOR(pg_catalog.<>) ${literal(idList(columns))} THEN
    RAISE invalid_table_definition USING
      MESSAGE = ${literal(over)} OPERATOR(pg_catalog.||) found OPERATOR(pg_catalog.||) ${literal(wanted)},
      HINT = 'List the columns in the order of the index, or name another index.';
  END IF;
END`);
}
