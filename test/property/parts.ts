import fc from "fast-check";
import {
  at,
  bottomOf,
  type CheckPlan,
  type ColumnPlan,
  type ConditionPlan,
  type ExclusionPlan,
  type ForeignKeyPlan,
  type IndexPlan,
  type KeyPlan,
  type Plan,
  SCHEMAS,
  type TablePlan,
  type ViewPlan,
} from "./plan.ts";
import { TYPES } from "./samples.ts";

/** Names as people choose them, and now and then as nobody should. */
const HOSTILE = [
  'say "hi"',
  "two words",
  "Capital",
  "naïve 商店",
  "select",
  "user",
  "order",
  "a.b",
  "it's",
  "back\\slash",
  "$1",
  "%s",
  "{}",
  "a;b--c",
  "a_name_that_is_as_long_as_a_name_in_postgres_can_ever_be_63_byte",
].map((name) => name.slice(0, 63));

const name = (plain: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 8, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
  );

export const tableName = name(["shop", "mall", "lease", "product", "staff", "unit"]);
export const columnName = name(["id", "code", "title", "size", "price", "note", "state", "owner", "since", "tags"]);
export const enumName = name(["state_enum", "kind_enum", "shop_state_enum"]);
export const viewName = name(["open_shop", "shop_view", "report", "shop_report"]);
const givenName = fc.constantFrom("by hand", 'by "hand"', "Ünique");
export const comment = fc.constantFrom("A comment", 'It\'s "quoted" \\ and\nbroken', "ünï 商店");
const enumValue = fc.constantFrom("open", "closed", "paused", "it's", "Two words", "a,b{}", "商店");
export const enumValues = fc.uniqueArray(enumValue, { minLength: 1, maxLength: 4 });

const place = fc.nat({ max: 5 });
const columns = fc.oneof({ withCrossShrink: true }, fc.tuple(place), fc.tuple(place, place));
const maybe = <Item>(one: fc.Arbitrary<Item>, weight: number): fc.Arbitrary<Item | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: one });
const rarely = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

export const columnType: fc.Arbitrary<ColumnPlan["type"]> = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.constantFrom(...TYPES) },
  { weight: 1, arbitrary: fc.record({ enum: fc.nat({ max: 2 }), array: rarely(3) }) },
);
export const filling: fc.Arbitrary<ColumnPlan["filling"]> = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.nat({ max: 4 }) },
  { weight: 3, arbitrary: fc.constantFrom("serial", "BY DEFAULT", "ALWAYS", "generated") },
);
const part: fc.Arbitrary<ConditionPlan> = fc.record({ column: place, form: fc.nat({ max: 4 }) });
export const collation = maybe(fc.constantFrom("C", "POSIX"), 5);
/** Mostly the connection's own. */
export const schemaPlace = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: SCHEMAS.length }) },
);

export const column: fc.Arbitrary<ColumnPlan> = fc.record({
  id: fc.constant(0),
  name: columnName,
  type: columnType,
  nullable: fc.boolean(),
  filling,
  from: part,
  virtual: fc.boolean(),
  collation,
  comment: maybe(comment, 6),
});
export const key: fc.Arbitrary<KeyPlan> = fc.record({ columns, name: maybe(givenName, 3), deferrable: rarely(6) });
export const primaryKey: fc.Arbitrary<KeyPlan> = fc.record({ columns, name: maybe(givenName, 4) });
export const check: fc.Arbitrary<CheckPlan> = fc.record({
  column: place,
  form: fc.nat({ max: 4 }),
  name: maybe(givenName, 3),
});
export const exclusion: fc.Arbitrary<ExclusionPlan> = fc.record({
  column: place,
  form: fc.nat({ max: 4 }),
  name: maybe(givenName, 3),
  where: maybe(part, 3),
  deferrable: rarely(4),
});
export const index: fc.Arbitrary<IndexPlan> = fc.record({
  columns,
  name: maybe(givenName, 3),
  unique: rarely(3),
  hash: rarely(4),
  where: maybe(part, 3),
});
const action = maybe(fc.constantFrom("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"), 2);
export const foreignKey: fc.Arbitrary<ForeignKeyPlan> = fc.record({
  columns,
  name: maybe(givenName, 4),
  to: fc.nat({ max: 4 }),
  key: fc.nat({ max: 2 }),
  onDelete: action,
  onUpdate: action,
  deferrable: rarely(5),
});
export const table: fc.Arbitrary<TablePlan> = fc
  .record({
    id: fc.constant(0),
    name: tableName,
    schema: schemaPlace,
    comment: maybe(comment, 6),
    columns: fc.array(column, { minLength: 1, maxLength: 6 }),
    primaryKey: fc.option(primaryKey, { nil: undefined, freq: 4 }),
    uniques: fc.array(key, { maxLength: 2 }),
    checks: fc.array(check, { maxLength: 2 }),
    exclusions: maybe(fc.array(exclusion, { minLength: 1, maxLength: 2 }), 4).map((list) => list ?? []),
    indexes: fc.array(index, { maxLength: 2 }),
    foreignKeys: fc.array(foreignKey, { maxLength: 2 }),
  })
  .map((one) => ({ ...one, columns: one.columns.map((column, id) => ({ ...column, id })) }))
  .map((one) => ({
    ...one,
    primaryKey: one.primaryKey && pointed(one.primaryKey, one),
    uniques: one.uniques.map((item) => pointed(item, one)),
    checks: one.checks.map((item) => pointed(item, one)),
    exclusions: one.exclusions.map((item) => pointed(item, one)),
    indexes: one.indexes.map((item) => pointed(item, one)),
    foreignKeys: one.foreignKeys.map((item) => pointed(item, one)),
  }));

/** Turns places into the numbers of columns, and of tables where the plan is told. */
export function pointed<Item extends object>(item: Item, { columns }: TablePlan, plan?: Plan): Item {
  const one = item as Partial<ForeignKeyPlan & CheckPlan & IndexPlan>;
  const column = (number: number) => at(columns, number)!.id;
  return {
    ...item,
    ...(one.columns && { columns: one.columns.map(column) }),
    ...(one.column !== undefined && { column: column(one.column) }),
    ...(one.where && { where: { ...one.where, column: column(one.where.column) } }),
    ...(plan && one.to !== undefined && { to: at(plan.tables, one.to)!.id }),
  };
}

/** A view before it is known what it selects from. */
export const view: fc.Arbitrary<ViewPlan> = fc.record({
  id: fc.constant(0),
  name: viewName,
  schema: schemaPlace,
  base: fc.record({ list: fc.constantFrom("tables", "views"), id: place }),
  columns: fc.array(place, { minLength: 1, maxLength: 3 }),
  where: maybe(part, 1),
  materialized: fc.boolean(),
  indexes: maybe(index, 1).map((one) => (one === undefined ? [] : [{ ...one, unique: false }])),
});

/** Turns the places of a new view into numbers; it may lean on any view that is there. */
export function pointedView(view: ViewPlan, plan: Plan): ViewPlan {
  const list = plan.views.length === 0 ? "tables" : view.base.list;
  const source = at<{ readonly id: number }>(plan[list], view.base.id)!;
  const based: ViewPlan = { ...view, base: { list, id: source.id } };
  const table = bottomOf(based, plan)!;
  const columns = list === "tables" ? table.columns.map(({ id }) => id) : (source as ViewPlan).columns;
  const column = (number: number) => at(columns, number)!;
  const inside = [...new Set(view.columns.map(column))];
  return {
    ...based,
    columns: inside,
    where: view.where && { ...view.where, column: column(view.where.column) },
    indexes: view.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((number) => at(inside, number)!),
      where: index.where && { ...index.where, column: at(inside, index.where.column)! },
    })),
  };
}
