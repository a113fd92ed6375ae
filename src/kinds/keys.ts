import { dropUndefined } from "../given.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { Deferrable } from "../schema/schema.ts";
import { blockSql, id, idList, literal, path } from "../sql.ts";
import { describeCreation } from "./constraints.ts";
import { deferrableSql } from "./kind.ts";
import { exclusive } from "./locks.ts";
import { optional, shape, text } from "./rules.ts";

/** Whether a new unique constraint or primary key uses an existing index. */
export interface UsingIndex {
  /**
   * The index, in the schema of the table. It has to be unique and valid, without `where`, over the same columns in the
   * same order. It gets the name of the constraint. PostgreSQL does not allow this on a partitioned table.
   */
  readonly usingIndex?: string;
}

/** What options with {@link UsingIndex} have to be. */
export const usingIndex = optional(shape<UsingIndex>({ usingIndex: optional(text) }));

/** A primary key or unique constraint. */
interface KeyConstraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

/** The kind of a key in SQL. */
type KeyWord = "PRIMARY KEY" | "UNIQUE";

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
export function keySql(word: KeyWord, { name, columns, deferrable }: KeyConstraint): string {
  return `CONSTRAINT ${id(name)} ${word} ${idList(columns)}${deferrableSql(deferrable)}`;
}

/**
 * What the operations that create a key have in common.
 * @param table the table
 * @param key the key, with the columns that an index has to have
 * @param word the kind of key
 * @param options the options of the operation
 */
export function describeKeyCreation(table: string, key: KeyConstraint, word: KeyWord, options: UsingIndex) {
  const { usingIndex } = options;
  const add = `ALTER TABLE ${path(table)} ADD ${keySql(word, key)}`;
  return {
    ...describeCreation(table, key, usingIndex !== undefined && options),
    sql: usingIndex === undefined ? [add] : usingIndexSql(table, key, word, usingIndex),
    locks: exclusive(table),
  };
}

/** The columns of a key as a question shows them. */
export function describeColumns(key: {
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}): string {
  return `(${key.columns.join(", ")})${deferrableSql(key.deferrable)}`;
}

/** The rows with values that a key or a unique index allows only once. */
export function probeDuplicates(
  table: string,
  { name, columns, where }: { readonly name: string; readonly columns: readonly string[]; readonly where?: string },
): RowProbe {
  return { table, name, finds: "duplicates", columns, ...dropUndefined({ where }) };
}

function usingIndexSql(table: string, key: KeyConstraint, word: KeyWord, index: string): readonly string[] {
  const constraint = `CONSTRAINT ${id(key.name)} ${word} USING INDEX ${id(index)}${deferrableSql(key.deferrable)}`;
  return [columnsCheckSql(table, key, index), `ALTER TABLE ${path(table)} ADD ${constraint}`];
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
