import fc from "fast-check";
import type { Rename } from "../../src/diff/renames.ts";
import { printLiteral } from "../../src/revision/literal.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { type Edit, edited, edits, renameEdits } from "./edits.ts";
import { enumName, enumValues, pointedView, schemaPlace, table, view } from "./parts.ts";
import { type Plan, renamesBetween, type TablePlan, type ViewPlan } from "./plan.ts";
import { schemaOf } from "./schema-of.ts";
import { settle } from "./settle.ts";

/** Two schemas, the second made of the first. */
export interface Pair {
  readonly before: Schema;
  readonly after: Schema;
  /** What was renamed, which nobody but this generator knows. */
  readonly renames: readonly Rename[];
}

/** A schema before what cannot be is taken out of it. */
const draft: fc.Arbitrary<Plan> = fc
  .record({
    enums: fc.array(fc.record({ id: fc.constant(0), name: enumName, schema: schemaPlace, values: enumValues }), {
      minLength: 3,
      maxLength: 3,
    }),
    tables: fc.array(table, { minLength: 1, maxLength: 5 }),
    views: fc.array(view, { maxLength: 3 }),
  })
  .map(({ enums, tables, views }) =>
    withViews(
      pointedTables({
        enums: enums.map((one, id) => ({ ...one, id })),
        tables: tables.map((one, id) => ({ ...one, id })),
        views: [],
      }),
      views,
    ),
  );

/** Views have numbers that no table has, since indexes of both are named after them. */
const FIRST_VIEW = 100;

function withViews(plan: Plan, views: readonly ViewPlan[]): Plan {
  let current = plan;
  for (const [at, one] of views.entries())
    current = { ...current, views: [...current.views, pointedView({ ...one, id: FIRST_VIEW + at }, current)] };
  return current;
}

function pointedTables(plan: Plan): Plan {
  const tables = plan.tables.map((one) => ({
    ...one,
    foreignKeys: one.foreignKeys.map((key) => ({ ...key, to: key.to % plan.tables.length })),
  }));
  return { ...plan, tables };
}

/** The version whose schemas have everything. */
const NEWEST = 18;

/** A schema that models may have. */
export const schema: fc.Arbitrary<Schema> = draft.map((one) => readable(schemaOf(settle(one, NEWEST))));

/** The last version without virtual columns, which TypeORM refuses on PostgreSQL. */
const STORED_ONLY = 17;

/** The same with names that TypeORM can quote: its own SQL fails where one has these in it. */
export const modelSchema: fc.Arbitrary<Schema> = draft.map((one) => {
  const tables = one.tables.map((table) => ({
    ...tame(table),
    columns: table.columns.map(tame),
    primaryKey: table.primaryKey && tame(table.primaryKey),
    uniques: table.uniques.map(tame),
    checks: table.checks.map(tame),
    exclusions: table.exclusions.map(tame),
    indexes: table.indexes.map(tame),
    foreignKeys: table.foreignKeys.map(tame),
  }));
  const views = one.views.map((view) => ({ ...tame(view), indexes: view.indexes.map(tame) }));
  const settled = settle(
    { tables, views, enums: one.enums.map((type) => ({ ...tame(type), schema: 0 })) },
    STORED_ONLY,
  );
  return readable(schemaOf(settle({ ...settled, tables: settled.tables.map(besideItsTypes) }, STORED_ONLY)));
});

/** TypeORM makes an enum type only in the schema of the table that uses it. */
function besideItsTypes(table: TablePlan): TablePlan {
  return table.columns.some(({ type }) => typeof type !== "string") ? { ...table, schema: 0 } : table;
}

function tame<Item extends { readonly name?: string | undefined; readonly schema?: number }>(item: Item): Item {
  return {
    ...item,
    ...(item.name !== undefined && { name: item.name.replace(/["'.\\]/g, "") }),
    ...(item.schema !== undefined && { schema: Math.min(item.schema, 1) }),
  };
}

/** Two schemas, the second an edit of the first, for a major of PostgreSQL. */
export function pair(major = NEWEST): fc.Arbitrary<Pair> {
  return pairOf(fc.array(edits, { minLength: 1, maxLength: 6 }), major);
}

/** Two schemas that differ only in names. */
export function renamed(major = NEWEST): fc.Arbitrary<Pair> {
  return pairOf(fc.array(renameEdits, { minLength: 1, maxLength: 4 }), major);
}

function pairOf(changes: fc.Arbitrary<readonly Edit[]>, major: number): fc.Arbitrary<Pair> {
  return fc.tuple(draft, changes).map(([one, list]) => {
    const before = settle(one, major);
    const after = settle(edited(before, list), major);
    return readable({ before: schemaOf(before), after: schemaOf(after), renames: renamesBetween(before, after) });
  });
}

/** What a failing test prints. */
function readable<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => printLiteral(value) });
}
