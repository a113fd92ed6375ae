import { EntitySchema, type EntitySchemaColumnOptions } from "typeorm";
import { storedType } from "../../src/kinds/column-types.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { parseName, typeName } from "../../src/sql.ts";

/** `numeric(10,2)[]`, taken apart. */
const TYPE = /^(.*?)(?:\((\d+)(?:,(\d+))?\))?(\[\])?$/;

/**
 * The same schema as TypeORM models. What they cannot declare is other: every table has a primary key, indexes have no
 * access method, and no view of an EntitySchema is materialized.
 */
export function modelsOf(schema: Schema): readonly EntitySchema[] {
  return [...tablesOf(schema), ...viewsOf(schema)];
}

/** In the order in which they can be created: an EntitySchema cannot say what a view depends on. */
function viewsOf({ views = [] }: Schema): readonly EntitySchema[] {
  return views.map(
    ({ name, expression }) => new EntitySchema({ name, ...placed(name), type: "view", expression, columns: {} }),
  );
}

/** Where a table or view stands. */
function placed(text: string): { readonly tableName: string; readonly schema?: string } {
  const { name, schema } = parseName(text);
  return { tableName: name, ...(schema !== undefined && { schema }) };
}

function tablesOf(schema: Schema): readonly EntitySchema[] {
  return (schema.tables ?? []).map((table) => {
    const { name, primaryKey, uniques = [], checks = [], exclusions = [], indexes = [], foreignKeys = [] } = table;
    const key = primaryKey ?? { name: `PK_${parseName(name).name}`, columns: ["the_key"] };
    const columns = primaryKey ? table.columns : [...table.columns, { name: "the_key", type: "integer" }];
    return new EntitySchema({
      name,
      ...placed(name),
      columns: Object.fromEntries(columns.map((column) => [column.name, columnOf(column, key, schema)])),
      uniques: uniques.map((one) => ({ ...one, columns: [...one.columns] })),
      checks: checks.map((one) => ({ ...one })),
      exclusions: exclusions.map((one) => ({ ...one })),
      indices: indexes.map(({ name, columns, unique, where }) => ({
        name,
        columns: [...columns],
        ...(unique && { unique }),
        ...(where !== undefined && { where }),
      })),
      foreignKeys: foreignKeys.map(({ name, columns, references, onDelete, onUpdate, deferrable }) => ({
        name,
        // By its whole name: as text TypeORM takes it for a table of that name in any schema.
        target: new EntitySchema({ name: references.table, columns: {} }),
        columnNames: [...columns],
        referencedColumnNames: [...references.columns],
        ...(onDelete && { onDelete }),
        ...(onUpdate && { onUpdate }),
        ...(deferrable && { deferrable }),
      })),
    } as ConstructorParameters<typeof EntitySchema>[0]);
  });
}

function columnOf(column: Column, key: NonNullable<Table["primaryKey"]>, schema: Schema): EntitySchemaColumnOptions {
  const stored = storedType(column.type);
  const [, base = stored, first, second, array] = TYPE.exec(stored) ?? [];
  const type = schema.enums?.find(({ name }) => typeName(name) === base);
  const counted = stored !== column.type;
  return {
    type: type ? "enum" : base,
    ...(type && { enum: [...type.values], enumName: parseName(type.name).name }),
    ...(first && (second ? { precision: Number(first), scale: Number(second) } : { length: first })),
    ...(array && { array: true }),
    ...(key.columns.includes(column.name) && { primary: true, primaryKeyConstraintName: key.name }),
    ...(counted && { generated: "increment" }),
    ...(column.generatedIdentity && { generated: "identity", generatedIdentity: column.generatedIdentity }),
    ...(column.default !== undefined && { default: () => column.default! }),
    ...(column.asExpression !== undefined && {
      asExpression: column.asExpression,
      generatedType: column.generatedType,
    }),
    ...(column.collation !== undefined && { collation: column.collation }),
    ...(column.nullable && { nullable: true }),
    ...(column.comment !== undefined && { comment: column.comment }),
  } as EntitySchemaColumnOptions;
}
