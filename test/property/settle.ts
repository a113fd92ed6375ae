import {
  at,
  type ColumnPlan,
  type ConditionPlan,
  columnOf,
  type ForeignKeyPlan,
  keysOf,
  nameOf,
  type Plan,
  sample,
  type TablePlan,
  typeOf,
} from "./plan.ts";
import { COUNTED, isCollated } from "./samples.ts";
import { withViews } from "./settle-views.ts";

const VARCHARS = /^character varying.*\[\]$/;

/**
 * Takes out of a plan what PostgreSQL cannot do, and what follows from what is not there any more:
 * - two columns, tables or types of one name; the names of tables, indexes, sequences and types share one space;
 * - a column of a type without B-tree (json), or a virtual one, in a key, an index or an exclusion constraint;
 * - a nullable column in a primary key; a nullable serial or identity column;
 * - a generated column that is made of a generated column, or whose expression has another type;
 * - a foreign key over a generated column (only some actions are allowed there), to a key that may be deferred, to a
 *   partial unique index, over `varchar[]` (PostgreSQL finds no operator), or to columns of other types: the pointing columns get the type of the key, as in models;
 * - two unique constraints, or a unique constraint and the primary key, over the same columns, and two like exclusion
 *   constraints: `CREATE TABLE` makes one index of them and forgets the other's name;
 * - a collation on a type that has none; a view over what is not there.
 * An enum type that no column uses is not in models either.
 * @param major the version of PostgreSQL: virtual columns are stored before 18
 */
export function settle(draft: Plan, major: number): Plan {
  const plan = major < 18 ? withoutVirtual(draft) : draft;
  const tables = apartFrom([], plan.tables).map((table) => withColumns(table, plan));
  const keyed = { ...plan, tables: tables.map((table) => withKeys(table, plan)) };
  const pointing = withForeignKeys(keyed);
  const typed = { ...pointing, tables: pointing.tables.map((table) => withExpressions(table, pointing)) };
  const used = new Set(
    typed.tables.flatMap(({ columns }) => columns.flatMap(({ type }) => (typeof type === "string" ? [] : type.enum))),
  );
  const views = apartFrom(tables, withViews(typed));
  const enums = apartFrom([...tables, ...views], plan.enums);
  return { ...fitting(typed), views, enums: enums.filter(({ id }) => used.has(id)) };
}

function withoutVirtual(plan: Plan): Plan {
  const stored = (column: ColumnPlan) => ({ ...column, virtual: false });
  return { ...plan, tables: plan.tables.map((table) => ({ ...table, columns: table.columns.map(stored) })) };
}

type Placed = Pick<TablePlan, "name" | "schema">;

/** Two of one name in one schema get different ones, also from those that are there before them. */
function apartFrom<Item extends Placed>(others: readonly Placed[], items: readonly Item[]): readonly Item[] {
  return renamedApart(
    items,
    (name, item) => nameOf({ id: 0, name, schema: item.schema }),
    others.map((one) => nameOf({ ...one, id: 0 })),
  );
}

/** Two of one name get different ones. */
function renamedApart<Item extends { readonly name: string }>(
  items: readonly Item[],
  full: (name: string, item: Item) => string = (name) => name,
  others: readonly string[] = [],
): readonly Item[] {
  const taken = new Set(others);
  return items.map((item) => {
    let name = item.name;
    for (let number = 2; taken.has(full(name, item)); number++) name = `${item.name.slice(0, 20)}${number}`;
    taken.add(full(name, item));
    return { ...item, name };
  });
}

function withColumns(table: TablePlan, plan: Plan): TablePlan {
  const known = (column: ColumnPlan) =>
    typeof column.type === "string" || plan.enums.some(({ id }) => id === (column.type as { enum: number }).enum)
      ? column
      : { ...column, type: "text" };
  return { ...table, columns: renamedApart(table.columns).map(known) };
}

function withKeys(table: TablePlan, plan: Plan): TablePlan {
  const there = (id: number) => table.columns.some((column) => column.id === id);
  const usual = (id: number) => there(id) && !isVirtual(columnOf(table, id));
  const keyable = (id: number) => usual(id) && !sample(columnOf(table, id), plan).keyless;
  const filter = (one: ConditionPlan | undefined) => (one && usual(one.column) ? one : undefined);
  const distinct = (ids: readonly number[]) => new Set(ids).size === ids.length && ids.length > 0;
  const usable = ({ columns }: { readonly columns: readonly number[] }) => distinct(columns) && columns.every(keyable);
  const primaryKey = table.primaryKey && usable(table.primaryKey) ? table.primaryKey : undefined;
  const seen = new Set(primaryKey ? [primaryKey.columns.join()] : []);
  const isNew = ({ columns }: { readonly columns: readonly number[] }) =>
    !seen.has(columns.join()) && seen.add(columns.join());
  const uniques = onceNamed(table.uniques.filter((key) => usable(key) && isNew(key)));
  const indexes = onceNamed(table.indexes.filter(usable)).map((index) => ({
    ...index,
    hash: index.hash && !index.unique && index.columns.length === 1,
    where: filter(index.where),
  }));
  const exclusions = onceSaid(table.exclusions)
    .filter((one, at, all) => keyable(one.column) && all.findIndex(({ column }) => column === one.column) === at)
    .map((one) => ({ ...one, where: filter(one.where) }));
  return { ...table, primaryKey, uniques, indexes, exclusions };
}

/** PostgreSQL indexes no virtual column. One that is only meant to be is none in the end, which does no harm. */
function isVirtual({ filling, virtual }: ColumnPlan): boolean {
  return filling === "generated" && virtual === true;
}

/** Without those that would get the name of another: it is made of the column and the form where it is not given. */
function onceSaid<Item extends ConditionPlan & { readonly name?: string | undefined }>(
  items: readonly Item[],
): readonly Item[] {
  const names = items.map(({ name, column, form }) => name ?? `${column} ${form}`);
  return items.filter((_, place) => names.indexOf(names[place]!) === place);
}

/** Without those that would get the name of another: it is made of the columns where it is not given. */
function onceNamed<Item extends { readonly name?: string | undefined; readonly columns: readonly number[] }>(
  items: readonly Item[],
): readonly Item[] {
  const names = items.map(({ name, columns }) => name ?? columns.join());
  return items.filter((_, place) => names.indexOf(names[place]!) === place);
}

/** The pointing columns get the type of what they point at, as often as it takes; what goes in circles is left out. */
function withForeignKeys(plan: Plan): Plan {
  const known = plan.tables.map((table) => ({
    ...table,
    foreignKeys: onceNamed(table.foreignKeys).filter((key) => {
      const target = plan.tables.find(({ id }) => id === key.to);
      const columns = target && at(keysOf(target), key.key)?.columns;
      return (
        columns?.length === key.columns.length &&
        new Set(key.columns).size === key.columns.length &&
        key.columns.every((id) => table.columns.some((column) => column.id === id && column.filling !== "generated")) &&
        columns.every((id) => columnOf(target!, id).filling !== "generated")
      );
    }),
  }));
  let current: Plan = { ...plan, tables: known };
  for (let round = 0; round < 8; round++) {
    const next = { ...current, tables: current.tables.map((table) => pointingTypes(table, current)) };
    if (JSON.stringify(next) === JSON.stringify(current)) return current;
    current = next;
  }
  return { ...plan, tables: plan.tables.map((table) => ({ ...table, foreignKeys: [] })) };
}

/** Without foreign keys whose columns had to have two types at once. */
function fitting(plan: Plan): Plan {
  const fits = (table: TablePlan) => (key: ForeignKeyPlan) => {
    const target = plan.tables.find(({ id }) => id === key.to)!;
    const types = at(keysOf(target), key.key)!.columns.map((id) => typeOf(columnOf(target, id), plan));
    return key.columns.every(
      (id, place) => typeOf(columnOf(table, id), plan) === types[place] && !VARCHARS.test(types[place]!),
    );
  };
  return {
    ...plan,
    tables: plan.tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.filter(fits(table)) })),
  };
}

function pointingTypes(table: TablePlan, plan: Plan): TablePlan {
  const types = new Map<number, ColumnPlan["type"]>();
  for (const key of table.foreignKeys) {
    const target = plan.tables.find(({ id }) => id === key.to)!;
    const columns = at(keysOf(target), key.key)!.columns;
    for (const [place, id] of key.columns.entries()) types.set(id, columnOf(target, columns[place]!).type);
  }
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, type: types.get(column.id) ?? column.type })),
  };
}

function withExpressions(table: TablePlan, plan: Plan): TablePlan {
  const fill = (column: ColumnPlan): ColumnPlan => {
    const { filling, from, virtual, ...rest } = column;
    const key = table.primaryKey?.columns.includes(column.id) ?? false;
    const base = from && table.columns.find(({ id }) => id === from.column);
    const generated = base && sample(base, plan).generated;
    if (
      filling === "generated" &&
      base !== undefined &&
      base.filling !== "generated" &&
      base !== column &&
      generated !== undefined
    )
      return { ...rest, type: generated.type, filling, from, virtual, nullable: column.nullable && !key };
    const counts = filling === "serial" || filling === "ALWAYS" || filling === "BY DEFAULT";
    if (filling === "generated" || (counts && !COUNTED.includes(typeOf(column, plan))))
      return { ...rest, filling: undefined, nullable: column.nullable && !key };
    return { ...rest, filling, nullable: column.nullable && !key && !counts };
  };
  return {
    ...table,
    columns: table.columns.map(fill).map((column) => collated(column, plan)),
    checks: onceSaid(table.checks).filter(({ column }) => table.columns.some(({ id }) => id === column)),
  };
}

function collated(column: ColumnPlan, plan: Plan): ColumnPlan {
  return isCollated(typeOf(column, plan)) ? column : { ...column, collation: undefined };
}
