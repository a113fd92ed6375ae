import fc from "fast-check";
import type { Rename } from "../../src/diff/renames.ts";
import { printLiteral } from "../../src/revision/literal.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { type Edit, edited, edits, renameEdits } from "./edits.ts";
import { enumName, enumValues, table } from "./parts.ts";
import { type Plan, renamesBetween, schemaOf } from "./plan.ts";
import { settle } from "./settle.ts";

/** Two schemas, the second made of the first. */
export interface Pair {
  readonly before: Schema;
  readonly after: Schema;
  /** What was renamed, which nobody but this generator knows. */
  readonly renames: readonly Rename[];
}

/** A schema that models may have, before it is written down. */
const plan: fc.Arbitrary<Plan> = fc
  .record({
    enums: fc.array(fc.record({ id: fc.constant(0), name: enumName, values: enumValues }), {
      minLength: 3,
      maxLength: 3,
    }),
    tables: fc.array(table, { minLength: 1, maxLength: 5 }),
  })
  .map(({ enums, tables }) =>
    pointedTables({
      enums: enums.map((one, id) => ({ ...one, id })),
      tables: tables.map((one, id) => ({ ...one, id })),
    }),
  )
  .map(settle);

function pointedTables(plan: Plan): Plan {
  const tables = plan.tables.map((one) => ({
    ...one,
    foreignKeys: one.foreignKeys.map((key) => ({ ...key, to: key.to % plan.tables.length })),
  }));
  return { ...plan, tables };
}

/** A schema that models may have. */
export const schema: fc.Arbitrary<Schema> = plan.map((one) => readable(schemaOf(one)));

/** The same with names that TypeORM can quote: its own SQL fails where one has these in it. */
export const modelSchema: fc.Arbitrary<Schema> = plan.map((one) => {
  const tame = <Item extends { readonly name?: string | undefined }>(item: Item): Item =>
    item.name === undefined ? item : { ...item, name: item.name.replace(/["'.\\]/g, "") };
  const tables = one.tables.map((table) => ({
    ...tame(table),
    columns: table.columns.map(tame),
    primaryKey: table.primaryKey && tame(table.primaryKey),
    uniques: table.uniques.map(tame),
    checks: table.checks.map(tame),
    indexes: table.indexes.map(tame),
    foreignKeys: table.foreignKeys.map(tame),
  }));
  return readable(schemaOf(settle({ tables, enums: one.enums.map(tame) })));
});

/** Two schemas, the second an edit of the first. */
export const pair: fc.Arbitrary<Pair> = pairOf(fc.array(edits, { minLength: 1, maxLength: 6 }));

/** Two schemas that differ only in names. */
export const renamed: fc.Arbitrary<Pair> = pairOf(fc.array(renameEdits, { minLength: 1, maxLength: 4 }));

function pairOf(changes: fc.Arbitrary<readonly Edit[]>): fc.Arbitrary<Pair> {
  return fc.tuple(plan, changes).map(([before, list]) => {
    const after = settle(edited(before, list));
    return readable({ before: schemaOf(before), after: schemaOf(after), renames: renamesBetween(before, after) });
  });
}

/** What a failing test prints. */
function readable<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => printLiteral(value) });
}
