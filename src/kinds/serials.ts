import { isDeepStrictEqual } from "node:util";
import type { Question } from "../schema/question.ts";
import type { Column } from "../schema/schema.ts";
import { alterColumnSql, bareName, blockSql, id, literal, parseName, path, sequenceName, siblingName } from "../sql.ts";
import { isSerial, storedType } from "./column-types.ts";
import { readExpressionNames, readStringNames } from "./expression-names.ts";

/** The sequence of a serial or identity column. */
export function sequenceAt(table: string, column: Column): string {
  return siblingName(table, column.sequence ?? sequenceName(table, column.name));
}

/** The sequence in a default `nextval('…'::regclass)`; `undefined` for any other default. */
export function parseNextval(value: string): string | undefined {
  const [, name] = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(value) ?? [];
  return name?.replaceAll("''", "'");
}

/** Whether a column takes its numbers from the sequence of a serial column, without owning it. */
export function takesFrom(column: Column, table: string, serial: Column): boolean {
  const [used, own] = [parseNextval(column.default ?? ""), parseName(sequenceAt(table, serial))];
  return !isSerial(column.type) && used !== undefined && isDeepStrictEqual(parseName(used), own);
}

/** The names of the sequences that a default uses in any way, without their schemas. */
export function listUsedSequences(value = ""): readonly string[] {
  // Most defaults are read no further.
  if (!/nextval/i.test(value) || !readExpressionNames(value).functions.has("nextval")) return [];
  return readStringNames(value);
}

/** Whether a default uses a sequence in any way. */
export function mentionsSequence(value: string | undefined, sequence: string): boolean {
  return listUsedSequences(value).includes(bareName(sequence));
}

/** The question before a column stops using a sequence that it does not own. */
export function otherSequence(from: Column, to: Column, table: string): Question | undefined {
  const used = parseNextval(from.default ?? "");
  if (used === undefined || isSerial(from.type) || takesFrom(from, table, to)) return undefined;
  return {
    about: "type",
    asks: "sequence",
    subject: { kind: "column", table, name: to.name },
    from: used,
    to: sequenceAt(table, to),
  };
}

/** The statements that give an integer column a sequence, which continues after its largest value. */
export function serialSql(
  table: string,
  column: string,
  type: string,
  name: string = sequenceName(table, column),
): readonly string[] {
  const sequence = path(siblingName(table, name));
  return [
    otherOwnerSql(sequence, path(table), column),
    `CREATE SEQUENCE IF NOT EXISTS ${sequence} AS ${storedType(type)}`,
    sameOwnerSql(sequence, path(table)),
    `ALTER SEQUENCE ${sequence} OWNED BY ${path(table)}.${id(column)}`,
    alterColumnSql(table, column, `SET DEFAULT nextval(${literal(sequence)}::regclass)`),
    continueSql(table, column),
  ];
}

/**
 * Renames the sequence of a new column. If the usual name is used already, also by the sequence of another column,
 * PostgreSQL chooses another one.
 */
export function renameOwnSql(table: string, column: string, name: string): string {
  const own = `pg_get_serial_sequence(${literal(path(table))}, ${literal(column)})`;
  const wanted = literal(path(siblingName(table, name)));
  return blockSql(`DECLARE own text := ${own};
BEGIN IF own IS NOT NULL AND own::regclass IS DISTINCT FROM to_regclass(${wanted}) THEN
EXECUTE 'ALTER SEQUENCE ' || own || ${literal(` RENAME TO ${id(name)}`)}; END IF; END`);
}

/**
 * Gives a sequence the owner of a table, if it has another one: PostgreSQL lets a column own only a sequence with the owner
 * of its table.
 * @param sequence the sequence, as SQL has it
 * @param table the table, as SQL has it
 */
export function sameOwnerSql(sequence: string, table: string): string {
  return blockSql(`DECLARE owner text := (SELECT c.relowner::regrole FROM pg_catalog.pg_class c, pg_catalog.pg_class s
    WHERE c.oid = to_regclass(${literal(table)}) AND s.oid = to_regclass(${literal(sequence)}) AND s.relowner <> c.relowner);
BEGIN IF owner IS NOT NULL THEN EXECUTE ${literal(`ALTER SEQUENCE ${sequence} OWNER TO `)} || owner; END IF; END`);
}

/** Fails if another column owns a sequence of that name. */
function otherOwnerSql(sequence: string, table: string, column: string): string {
  return blockSql(`DECLARE other text := (
    SELECT pg_catalog.format('%s.%I', d.refobjid::regclass, a.attname) FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = to_regclass(${literal(sequence)})
      AND d.deptype IN ('a', 'i') AND (d.refobjid <> to_regclass(${literal(table)}) OR a.attname <> ${literal(column)})
    LIMIT 1);
BEGIN IF other IS NOT NULL THEN RAISE duplicate_table USING MESSAGE = ${literal(`the sequence ${sequence} belongs to `)} || other; END IF; END`);
}

/**
 * Lets the sequence of a column continue after the largest value, which may be the last one of its type, or below the first
 * value of the sequence.
 * @param other a sequence that knows the largest value already, so that no row has to be read
 */
export function continueSql(table: string, column: string, other?: string): string {
  const sequence = `pg_get_serial_sequence(${literal(path(table))}, ${literal(column)})`;
  if (other !== undefined) return `SELECT setval(${sequence}, last_value, is_called) FROM ${path(other)}`;
  const largest = `coalesce(max(${id(column)}), 0)`;
  return `SELECT setval(${sequence}, greatest(${largest}, 1), ${largest} > 0) FROM ${path(table)}`;
}

/**
 * The statement that lets a sequence continue after the values that a column has, if they are in the range of the sequence.
 * @param table the table
 * @param column its serial or identity column, in which numbers rise
 */
export function passValuesSql(table: string, column: string): string {
  const sequence = `pg_get_serial_sequence(${literal(path(table))}, ${literal(column)})`;
  return `SELECT setval(q.seqrelid, max(t.${id(column)})) FROM ${path(table)} t JOIN pg_sequence q ON q.seqrelid = ${sequence}::regclass WHERE q.seqincrement > 0 GROUP BY q.seqrelid, q.seqstart, q.seqmax HAVING max(t.${id(column)}) BETWEEN q.seqstart AND q.seqmax`;
}
