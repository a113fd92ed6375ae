import { dropUndefined } from "../given.ts";
import type { Operation } from "../schema/operation.ts";
import type { Check, Column, ForeignKey, Index, Named, PrimaryKey, Schema, Table, Unique } from "../schema/schema.ts";
import { bareName, parseName, qualifiedName, siblingName } from "../sql.ts";
import type { ColumnChanges } from "./column-operations.ts";
import type { EnumPlace } from "./enum-operations.ts";
import type { TableBody } from "./tables.ts";

/** A constraint that was added as NOT VALID. Its rows are not checked, so nothing can rely on it. */
export interface Unvalidated {
  readonly table: string;
  readonly name: string;
  /** Puts it into the table. */
  readonly add: (table: Table) => Table;
}

/** A schema while operations are applied to it. */
export interface Following {
  readonly schema: Schema;
  readonly unvalidated: readonly Unvalidated[];
}

/** Reads the arguments of an operation, which were checked when it was recorded. */
type Apply = (before: Following, args: never) => Following;
type ChangeTable = (table: Table) => Table;

const APPLIERS: Readonly<Record<string, Apply>> = {
  createTable: (before, [name, body]: readonly [string, TableBody]) =>
    withTables(before, (tables) => [...tables, { ...(body as Omit<Table, "name">), name }]),
  dropTable: (before, [name]: readonly [string]) =>
    withTables(before, (tables) => tables.filter((table) => table.name !== name)),
  renameTable: (before, [from, to]: readonly [string, string]) =>
    renameTableTo(before, from, siblingName(from, bareName(to))),
  moveToSchema: (before, [name, schema]: readonly [string, string?]) =>
    renameTableTo(before, name, qualifiedName(bareName(name), schema)),
  renameSchema: (before, [from, to]: readonly [string, string]) => {
    const { tables = [], enums = [] } = before.schema;
    const isInside = ({ name }: Named) => parseName(name).schema === from;
    const moved = ({ name }: Named) => [name, qualifiedName(bareName(name), to)] as const;
    const withTypes = enums.filter(isInside).reduce((state, one) => renameEnumTo(state, ...moved(one)), before);
    return tables.filter(isInside).reduce((state, one) => renameTableTo(state, ...moved(one)), withTypes);
  },
  addColumn: (before, [table, column]: readonly [string, Column]) =>
    inTable(before, table, (one) => ({ ...one, columns: [...one.columns, column] })),
  dropColumn: (before, [table, column]: readonly [string, string]) =>
    inTable(before, table, (one) => withoutColumn(one, column)),
  renameColumn: (before, [table, from, to]: readonly [string, string, string]) =>
    renameColumnTo(before, table, from, to),
  alterColumn: (before, [table, column, changes]: readonly [string, string, ColumnChanges]) =>
    inTable(before, table, (one) => ({
      ...one,
      columns: one.columns.map((other) => (other.name === column ? alter(other, changes) : other)),
    })),
  createIndex: (before, [table, index]: readonly [string, Index]) =>
    inTable(before, table, (one) => ({ ...one, indexes: [...(one.indexes ?? []), index] })),
  dropIndex: (before, [table, name]: readonly [string, string]) =>
    inTable(before, table, (one) => ({ ...one, indexes: without(one.indexes, name) })),
  renameIndex: (before, [table, from, to]: readonly [string, string, string]) =>
    inTable(before, table, (one) => ({ ...one, indexes: renamed(one.indexes, from, to) })),
  createPrimaryKey: (before, [table, key, options]: readonly [string, PrimaryKey, UsedIndex?]) =>
    inTable(before, table, (one) => addPrimaryKey(withoutUsed(one, options), key)),
  createUniqueConstraint: (before, [table, key, options]: readonly [string, Unique, UsedIndex?]) =>
    inTable(before, table, (one) => addTo(withoutUsed(one, options), { uniques: [key] })),
  createCheckConstraint: (before, [table, check, options]: readonly [string, Check, { notValid?: true }?]) =>
    addConstraint(before, table, check.name, options, (one) => addTo(one, { checks: [check] })),
  createForeignKey: (before, [table, key, options]: readonly [string, ForeignKey, { notValid?: true }?]) =>
    addConstraint(before, table, key.name, options, (one) => addTo(one, { foreignKeys: [key] })),
  validateConstraint: (before, [table, name]: readonly [string, string]) => validate(before, table, name),
  dropConstraint: (before, [table, name]: readonly [string, string]) =>
    inTable(before, table, (one) => withoutConstraint(one, name)),
  renameConstraint: (before, [table, from, to]: readonly [string, string, string]) =>
    inTable(before, table, (one) => ({
      ...one,
      uniques: renamed(one.uniques, from, to),
      checks: renamed(one.checks, from, to),
      foreignKeys: renamed(one.foreignKeys, from, to),
    })),
  createEnum: (before, [name, values]: readonly [string, readonly string[]]) =>
    withEnums(before, (enums) => [...enums, { name, values }]),
  replaceEnum: (before, [name, values]: readonly [string, readonly string[]]) => inEnum(before, name, () => values),
  addEnumValue: (before, [name, value, place]: readonly [string, string, EnumPlace?]) =>
    inEnum(before, name, (values) => insertValue(values, value, place)),
  renameEnumValue: (before, [name, from, to]: readonly [string, string, string]) =>
    inEnum(before, name, (values) => values.map((value) => (value === from ? to : value))),
  renameEnum: (before, [from, to]: readonly [string, string]) =>
    renameEnumTo(before, from, siblingName(from, bareName(to))),
  moveEnumToSchema: (before, [name, schema]: readonly [string, string?]) =>
    renameEnumTo(before, name, qualifiedName(bareName(name), schema)),
  dropEnum: (before, [name]: readonly [string]) =>
    withEnums(before, (enums) => enums.filter((one) => one.name !== name)),
};

/** An empty database. */
export const NOTHING: Following = { schema: {}, unvalidated: [] };

/**
 * Applies an operation to a schema as data, as far as the rules of a review need it: tables, columns, keys, checks, indexes
 * and enum types. Statements and code of a person change nothing.
 * @param before the schema before it
 */
export function applyOperation(before: Following, { name, args }: Operation): Following {
  const apply = APPLIERS[name] as ((before: Following, args: readonly unknown[]) => Following) | undefined;
  return apply?.(before, args) ?? before;
}

/** An index that becomes the one of a constraint. */
interface UsedIndex {
  readonly usingIndex?: string;
}

function withTables(
  { schema, unvalidated }: Following,
  change: (tables: readonly Table[]) => readonly Table[],
): Following {
  return { schema: { ...schema, tables: change(schema.tables ?? []) }, unvalidated };
}

function withEnums(
  { schema, unvalidated }: Following,
  change: (enums: NonNullable<Schema["enums"]>) => NonNullable<Schema["enums"]>,
): Following {
  return { schema: { ...schema, enums: change(schema.enums ?? []) }, unvalidated };
}

type Values = readonly string[];

function inEnum(before: Following, name: string, change: (values: Values) => Values): Following {
  return withEnums(before, (enums) =>
    enums.map((one) => (one.name === name ? { ...one, values: change(one.values) } : one)),
  );
}

/** Adds a value where `ALTER TYPE … ADD VALUE` does. A value that is there already stays where it is. */
function insertValue(values: Values, value: string, { before, after }: EnumPlace = {}): Values {
  const neighbour = values.indexOf(before ?? after ?? "");
  if (values.includes(value)) return values;
  if (neighbour < 0) return [...values, value];
  return values.toSpliced(before === undefined ? neighbour + 1 : neighbour, 0, value);
}

function inTable(before: Following, name: string, change: ChangeTable): Following {
  return withTables(before, (tables) => {
    const at = tables.findIndex((table) => table.name === name);
    const found = tables[at];
    return found === undefined ? tables : tables.with(at, change(found));
  });
}

function renameTableTo(before: Following, from: string, to: string): Following {
  const follow = (key: ForeignKey): ForeignKey =>
    key.references.table === from ? { ...key, references: { ...key.references, table: to } } : key;
  const after = withTables(before, (tables) =>
    tables.map((table) => ({
      ...table,
      name: table.name === from ? to : table.name,
      ...(table.foreignKeys && { foreignKeys: table.foreignKeys.map(follow) }),
    })),
  );
  const unvalidated = before.unvalidated.map((one) => (one.table === from ? { ...one, table: to } : one));
  return { ...after, unvalidated };
}

function renameEnumTo(before: Following, from: string, to: string): Following {
  const follow = (column: Column): Column => {
    const [type = "", ...dimensions] = column.type.split("[]");
    return type === from ? { ...column, type: [to, ...dimensions].join("[]") } : column;
  };
  const renamedList = withEnums(before, (enums) => renamed(enums, from, to));
  return withTables(renamedList, (tables) => tables.map((table) => ({ ...table, columns: table.columns.map(follow) })));
}

function renameColumnTo(before: Following, table: string, from: string, to: string): Following {
  const follow = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
  const followKey = (key: ForeignKey, owner: string): ForeignKey => ({
    ...key,
    columns: owner === table ? follow(key.columns) : key.columns,
    references: key.references.table === table ? { table, columns: follow(key.references.columns) } : key.references,
  });
  return withTables(before, (tables) =>
    tables.map((one) => {
      const keyed = one.foreignKeys
        ? { ...one, foreignKeys: one.foreignKeys.map((key) => followKey(key, one.name)) }
        : one;
      return one.name === table ? renameInTable(keyed, from, to, follow) : keyed;
    }),
  );
}

function renameInTable(
  table: Table,
  from: string,
  to: string,
  follow: (names: readonly string[]) => readonly string[],
): Table {
  const { columns, primaryKey, uniques = [], indexes = [] } = table;
  const followAll = <Item extends { readonly columns: readonly string[] }>(items: readonly Item[]) =>
    items.map((item) => ({ ...item, columns: follow(item.columns) }));
  return {
    ...table,
    columns: columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
    ...(primaryKey && { primaryKey: { ...primaryKey, columns: follow(primaryKey.columns) } }),
    uniques: followAll(uniques),
    indexes: followAll(indexes),
  };
}

function alter(column: Column, changes: ColumnChanges): Column {
  const { nullable: _, default: __, ...rest } = column;
  const { type = column.type, nullable = column.nullable ?? false } = changes;
  const value = changes.default === undefined ? column.default : (changes.default ?? undefined);
  return {
    ...rest,
    type,
    ...(nullable && { nullable: true as const }),
    ...dropUndefined({ default: value }),
  };
}

function addPrimaryKey(table: Table, key: PrimaryKey): Table {
  const columns = table.columns.map((column) =>
    key.columns.includes(column.name) ? alter(column, { nullable: false }) : column,
  );
  return { ...table, columns, primaryKey: key };
}

function withoutUsed(table: Table, { usingIndex }: UsedIndex = {}): Table {
  if (usingIndex === undefined) return table;
  return { ...table, indexes: without(table.indexes, usingIndex) };
}

function addTo(table: Table, items: Pick<Table, "uniques" | "checks" | "foreignKeys">): Table {
  const { uniques = [], checks = [], foreignKeys = [] } = items;
  return {
    ...table,
    uniques: [...(table.uniques ?? []), ...uniques],
    checks: [...(table.checks ?? []), ...checks],
    foreignKeys: [...(table.foreignKeys ?? []), ...foreignKeys],
  };
}

function addConstraint(
  before: Following,
  table: string,
  name: string,
  options: { notValid?: true } | undefined,
  add: ChangeTable,
): Following {
  if (!options?.notValid) return inTable(before, table, add);
  return { ...before, unvalidated: [...before.unvalidated, { table, name, add }] };
}

function validate(before: Following, table: string, name: string): Following {
  const found = before.unvalidated.find((one) => one.table === table && one.name === name);
  if (found === undefined) return before;
  const after = inTable(before, table, found.add);
  return { ...after, unvalidated: before.unvalidated.filter((one) => one !== found) };
}

/** PostgreSQL drops every index and constraint of the table that uses the column. */
function withoutColumn(table: Table, name: string): Table {
  const isKept = ({ columns }: { readonly columns: readonly string[] }) => !columns.includes(name);
  const { primaryKey, columns, uniques = [], indexes = [], foreignKeys = [], ...rest } = table;
  return {
    ...rest,
    columns: columns.filter((column) => column.name !== name),
    ...(primaryKey && isKept(primaryKey) && { primaryKey }),
    uniques: uniques.filter(isKept),
    indexes: indexes.filter(isKept),
    foreignKeys: foreignKeys.filter(isKept),
  };
}

function withoutConstraint(table: Table, name: string): Table {
  const { primaryKey, ...rest } = table;
  return {
    ...rest,
    ...(primaryKey && primaryKey.name !== name && { primaryKey }),
    uniques: without(table.uniques, name),
    checks: without(table.checks, name),
    exclusions: without(table.exclusions, name),
    foreignKeys: without(table.foreignKeys, name),
  };
}

function without<Item extends { readonly name: string }>(items: readonly Item[] = [], name: string): readonly Item[] {
  return items.filter((item) => item.name !== name);
}

function renamed<Item extends { readonly name: string }>(
  items: readonly Item[] = [],
  from: string,
  to: string,
): readonly Item[] {
  return items.map((item) => (item.name === from ? { ...item, name: to } : item));
}
