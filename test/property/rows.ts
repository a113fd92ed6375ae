import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { id, literal, path, typeName } from "../../src/sql.ts";
import { sampleOf } from "./samples.ts";

/** How often every table is tried: a row may need the row of another table. */
const ROUNDS = 2;

/** Three rows for every table, or fewer where the constraints leave no room; the last has NULL wherever it may. */
export function rowsSql(schema: Schema): string {
  const tables = schema.tables ?? [];
  const attempts = tables.flatMap((table) => [0, 1, 2].map((row) => attempt(table, row, schema)));
  return Array.from({ length: ROUNDS }, () => attempts.join("\n")).join("\n");
}

/** Takes all rows away, whatever the tables are called by now. */
export function noRowsSql(schemas: readonly string[]): string {
  const names = schemas.map(literal).join(", ");
  const body = `DECLARE one regclass; BEGIN
  FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname <> 'typeorm_metadata' AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN (${names}))
  LOOP EXECUTE format('TRUNCATE %s CASCADE', one); END LOOP; END`;
  return `DO ${literal(body)}`;
}

function attempt(table: Table, row: number, schema: Schema): string {
  const given = table.columns.filter(
    ({ asExpression, generatedIdentity, type }) =>
      asExpression === undefined && generatedIdentity === undefined && !type.endsWith("serial"),
  );
  const values = given.map((column) => valueFor(column, row, schema));
  const insert =
    given.length === 0
      ? `INSERT INTO ${path(table.name)} DEFAULT VALUES`
      : `INSERT INTO ${path(table.name)} (${given.map(({ name }) => id(name)).join(", ")}) VALUES (${values.join(", ")})`;
  const body = `BEGIN IF (SELECT count(*) FROM ${path(table.name)}) <= ${row} THEN ${insert}; END IF; SET CONSTRAINTS ALL IMMEDIATE; EXCEPTION WHEN integrity_constraint_violation OR not_null_violation THEN NULL; END`;
  return `DO ${literal(body)};`;
}

function valueFor({ type, nullable }: Column, row: number, schema: Schema): string {
  if (nullable && row === 2) return "NULL";
  const element = type.replace(/\[\]$/, "");
  const values = schema.enums?.find(({ name }) => typeName(name) === element)?.values;
  const { values: samples } = sampleOf(type, values);
  return samples[row % samples.length]!;
}
