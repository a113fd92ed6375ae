import {
  at,
  type ColumnPlan,
  columnOf,
  type ForeignKeyPlan,
  keysOf,
  type Plan,
  sample,
  type TablePlan,
  typeOf,
} from "./plan.ts";
import { COUNTED } from "./samples.ts";

const VARCHARS = /^character varying.*\[\]$/;

/**
 * Takes out of a plan what PostgreSQL cannot do, and what follows from what is not there any more:
 * - two columns, tables or types of one name; the names of tables, indexes, sequences and types share one space;
 * - a column of a type without B-tree (json) in a key, a B-tree index or a hash index;
 * - a nullable column in a primary key; a nullable serial or identity column;
 * - a generated column that is made of a generated column, or whose expression has another type;
 * - a foreign key over a generated column (only some actions are allowed there), to a key that may be deferred, to a
 *   partial unique index, over `varchar[]` (PostgreSQL finds no operator), or to columns of other types: the pointing columns get the type of the key, as in models;
 * - two unique constraints, or a unique constraint and the primary key, over the same columns: `CREATE TABLE` makes one
 *   index of them and forgets the other's name.
 * An enum type that no column uses is not in models either.
 */
export function settle(plan: Plan): Plan {
  const tables = renamedApart(plan.tables).map((table) => withColumns(table, plan));
  const keyed = { ...plan, tables: tables.map((table) => withKeys(table, plan)) };
  const pointing = withForeignKeys(keyed);
  const typed = { ...pointing, tables: pointing.tables.map((table) => withExpressions(table, pointing)) };
  const used = new Set(
    typed.tables.flatMap(({ columns }) => columns.flatMap(({ type }) => (typeof type === "string" ? [] : type.enum))),
  );
  return { ...fitting(typed), enums: renamedApart(plan.enums.filter(({ id }) => used.has(id))) };
}

/** Two of one name get different ones. */
function renamedApart<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] {
  const taken = new Set<string>();
  return items.map((item) => {
    let name = item.name;
    for (let number = 2; taken.has(name); number++) name = `${item.name.slice(0, 20)}${number}`;
    taken.add(name);
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
  const keyable = (id: number) => there(id) && !sample(columnOf(table, id), plan).keyless;
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
    where: index.where && there(index.where.column) ? index.where : undefined,
  }));
  return { ...table, primaryKey, uniques, indexes };
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
    const { filling, from, ...rest } = column;
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
      return { ...rest, type: generated.type, filling, from, nullable: column.nullable && !key };
    const counts = filling === "serial" || filling === "ALWAYS" || filling === "BY DEFAULT";
    if (filling === "generated" || (counts && !COUNTED.includes(typeOf(column, plan))))
      return { ...rest, filling: undefined, nullable: column.nullable && !key };
    return { ...rest, filling, nullable: column.nullable && !key && !counts };
  };
  return {
    ...table,
    columns: table.columns.map(fill),
    checks: table.checks.filter(
      ({ column, form, name }, place) =>
        table.columns.some(({ id }) => id === column) &&
        table.checks.findIndex(
          (one) => one.name === name && (name !== undefined || (one.column === column && one.form === form)),
        ) === place,
    ),
  };
}
