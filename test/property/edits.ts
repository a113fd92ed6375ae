import fc from "fast-check";
import {
  check,
  collation,
  column,
  columnName,
  columnType,
  comment,
  enumName,
  enumValues,
  exclusion,
  filling,
  foreignKey,
  index,
  key,
  pointed,
  pointedView,
  primaryKey,
  schemaPlace,
  table,
  tableName,
  view,
  viewName,
} from "./parts.ts";
import { at, type ColumnPlan, type EnumPlan, type Plan, type TablePlan, type ViewPlan } from "./plan.ts";

/** One edit of the models. */
export type Edit = (plan: Plan) => Plan;

const place = fc.nat({ max: 5 });

/** Does the edits in their order; the plan that comes out has to be settled. */
export function edited(plan: Plan, list: readonly Edit[]): Plan {
  return list.reduce((current, edit) => edit(current), plan);
}

/** Changes one table. */
function ofTable<Value>(
  value: fc.Arbitrary<Value>,
  change: (table: TablePlan, value: Value, plan: Plan) => TablePlan,
): fc.Arbitrary<Edit> {
  return fc.tuple(place, value).map(([number, to]) => (plan: Plan) => {
    const one = at(plan.tables, number);
    return { ...plan, tables: plan.tables.map((other) => (other === one ? change(one, to, plan) : other)) };
  });
}

/** Changes one column. */
function ofColumn<Value>(
  value: fc.Arbitrary<Value>,
  change: (column: ColumnPlan, value: Value) => ColumnPlan,
): fc.Arbitrary<Edit> {
  return ofTable(fc.tuple(place, value), (one, [number, to]) => {
    const found = at(one.columns, number);
    return { ...one, columns: one.columns.map((other) => (other === found ? change(found, to) : other)) };
  });
}

/** Changes one enum type. */
function ofEnum<Value>(
  value: fc.Arbitrary<Value>,
  change: (type: EnumPlan, value: Value) => EnumPlan,
): fc.Arbitrary<Edit> {
  return fc.tuple(place, value).map(([number, to]) => (plan: Plan) => {
    const one = at(plan.enums, number);
    return { ...plan, enums: plan.enums.map((other) => (other === one ? change(one, to) : other)) };
  });
}

/** Changes one view. */
function ofView<Value>(
  value: fc.Arbitrary<Value>,
  change: (view: ViewPlan, value: Value) => ViewPlan,
): fc.Arbitrary<Edit> {
  return fc.tuple(place, value).map(([number, to]) => (plan: Plan) => {
    const one = at(plan.views, number);
    return { ...plan, views: plan.views.map((other) => (other === one ? change(one, to) : other)) };
  });
}

/** Adds an item to a list, takes one out, or puts another in its place under the same name. */
function ofList<List extends "uniques" | "checks" | "exclusions" | "indexes" | "foreignKeys">(
  list: List,
  item: fc.Arbitrary<TablePlan[List][number]>,
): fc.Arbitrary<Edit> {
  const way = fc.constantFrom("add", "drop", "replace");
  return ofTable(fc.tuple(way, place, item), (one, [how, number, added], plan) => {
    const items: readonly TablePlan[List][number][] = one[list];
    const found = at(items, number);
    const others = how === "add" ? items : items.filter((other) => other !== found);
    const fresh = pointed(added, one, plan);
    const come = how === "drop" ? [] : [how === "replace" && found ? { ...fresh, name: found.name } : fresh];
    return { ...one, [list]: [...others, ...come] };
  });
}

/** A number that no table, column or type has had: those that went are not remembered, but new ones count from far away. */
function next(items: readonly { readonly id: number }[]): number {
  return Math.max(9, ...items.map(({ id }) => id)) + 1;
}

const addTable = table.map(
  (one): Edit =>
    (plan) => ({ ...plan, tables: [...plan.tables, { ...one, id: next(plan.tables) }] }),
);
const dropTable = place.map(
  (number): Edit =>
    (plan) => ({
      ...plan,
      tables: plan.tables.length === 1 ? plan.tables : plan.tables.filter((one) => one !== at(plan.tables, number)),
    }),
);
const addView = view.map(
  (one): Edit =>
    (plan) => ({
      ...plan,
      views: [...plan.views, pointedView({ ...one, id: next([...plan.views, { id: 200 }]) }, plan)],
    }),
);
const dropView = place.map(
  (number): Edit =>
    (plan) => ({ ...plan, views: plan.views.filter((one) => one !== at(plan.views, number)) }),
);
/** Another view under the same name, over whatever it finds before it. */
const replaceView = fc.tuple(place, view).map(
  ([number, to]): Edit =>
    (plan) => {
      const found = plan.views.length === 0 ? -1 : number % plan.views.length;
      const known = { ...plan, views: plan.views.slice(0, Math.max(0, found)) };
      return {
        ...plan,
        views: plan.views.map((one, place) => {
          const { id, name, schema } = one;
          return place === found ? pointedView({ ...to, id, name, schema }, known) : one;
        }),
      };
    },
);
const moveTable = ofTable(schemaPlace, (one, schema) => ({ ...one, schema }));
const moveEnum = ofEnum(schemaPlace, (one, schema) => ({ ...one, schema }));
const renameTable = ofTable(tableName, (one, name) => ({ ...one, name }));
const renameColumn = ofColumn(columnName, (one, name) => ({ ...one, name }));
const renameEnum = ofEnum(enumName, (one, name) => ({ ...one, name }));

const swapTables = fc.tuple(place, place).map(
  ([a, b]): Edit =>
    (plan) => {
      const [one, other] = [at(plan.tables, a)!, at(plan.tables, b)!];
      return { ...plan, tables: plan.tables.map((table) => swapped(table, one, other)) };
    },
);
const swapColumns = ofTable(fc.tuple(place, place), (one, [a, b]) => {
  const [left, right] = [at(one.columns, a)!, at(one.columns, b)!];
  return { ...one, columns: one.columns.map((column) => swapped(column, left, right)) };
});

function swapped<Item extends { readonly name: string }>(item: Item, a: Item, b: Item): Item {
  if (item === a) return { ...item, name: b.name };
  return item === b ? { ...item, name: a.name } : item;
}

/** Edits that only change names. */
export const renameEdits: fc.Arbitrary<Edit> = fc.oneof(
  { withCrossShrink: true },
  renameColumn,
  renameTable,
  moveTable,
  swapColumns,
  swapTables,
);

/** Any edit. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { withCrossShrink: true },
  ofTable(column, (one, added) => ({ ...one, columns: [...one.columns, { ...added, id: next(one.columns) }] })),
  ofTable(place, (one, number) => ({
    ...one,
    columns: one.columns.length === 1 ? one.columns : one.columns.filter((other) => other !== at(one.columns, number)),
  })),
  renameColumn,
  ofColumn(columnType, (one, type) => ({ ...one, type })),
  ofColumn(filling, (one, to) => ({ ...one, filling: to })),
  ofColumn(fc.boolean(), (one, nullable) => ({ ...one, nullable })),
  ofColumn(fc.option(comment, { nil: undefined }), (one, to) => ({ ...one, comment: to })),
  ofTable(fc.option(comment, { nil: undefined }), (one, to) => ({ ...one, comment: to })),
  addTable,
  dropTable,
  renameTable,
  moveTable,
  moveEnum,
  ofColumn(collation, (one, to) => ({ ...one, collation: to })),
  ofColumn(fc.boolean(), (one, virtual) => ({ ...one, virtual })),
  addView,
  dropView,
  replaceView,
  ofView(viewName, (one, name) => ({ ...one, name })),
  ofView(schemaPlace, (one, schema) => ({ ...one, schema })),
  ofView(fc.boolean(), (one, materialized) => ({ ...one, materialized })),
  ofTable(fc.option(primaryKey, { nil: undefined }), (one, to) => ({ ...one, primaryKey: to && pointed(to, one) })),
  ofList("uniques", key),
  ofList("checks", check),
  ofList("exclusions", exclusion),
  ofList("indexes", index),
  ofList("foreignKeys", foreignKey),
  ofEnum(enumValues, (one, values) => ({ ...one, values })),
  ofEnum(fc.tuple(place, fc.constantFrom("new", "neuer Wert")), (one, [number, value]) => ({
    ...one,
    values: one.values.includes(value) ? one.values : one.values.toSpliced(number % (one.values.length + 1), 0, value),
  })),
  renameEnum,
  swapColumns,
);
