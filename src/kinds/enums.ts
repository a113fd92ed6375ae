import type { Change, Operation } from "../schema/operation.ts";
import type { Enum, Schema, View } from "../schema/schema.ts";
import {
  bareName,
  blockSql,
  clipName,
  id,
  literal,
  moveSql,
  path,
  qualifiedName,
  siblingName,
  typeName,
} from "../sql.ts";
import { change, type IfExists, type IfNotExists, ifExistsSql, type Kind, withOptions } from "./kind.ts";
import { exclusive, NO_LOCKS } from "./locks.ts";

export const enums: Kind<Enum, Schema> = {
  word: "enum type",
  list: "enums",
  holdsData: true,
  catalog: (namespaces) => `
    SELECT n.nspname, t.typname, pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
    WHERE t.typtype = 'e' AND t.typnamespace IN (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass
        AND d.objid = t.oid AND d.deptype = 'e')
    GROUP BY n.nspname, t.typname`,
  fromCatalog: ([schema, name, values], { qualify }) => ({
    item: {
      name: qualify(schema!, name!),
      values: (JSON.parse(values!) as (string | null)[]).filter((value) => value !== null),
    },
  }),
  create: (type) => createEnum(type.name, type.values),
  alter: (from, to, { before, after }) => {
    const added = to.values.filter((value) => !from.values.includes(value));
    const kept = to.values.filter((value) => from.values.includes(value));
    if (kept.join("\0") === from.values.join("\0"))
      return added.map((value) => addition(to, value, from.values, isUsed(to, value, after)));
    return [renamedValues(from, to, before, after) ?? replacement(from, to, before, after)];
  },
  rename: renameEnum,
  move: moveEnumToSchema,
  drop: (type) => dropEnum(type.name),
};

/**
 * Creates an enum type.
 * @param name its name
 * @param values its values, in their order
 * @param options `ifNotExists: true` lets it be there already
 * @example op.createEnum("lease_state_enum", ["draft", "signed"])
 */
export function createEnum(name: string, values: readonly string[], options: IfNotExists = {}): Operation {
  const create = createSql(name, values);
  // CREATE TYPE has no IF NOT EXISTS.
  const guarded = blockSql(
    `BEGIN IF pg_catalog.to_regtype(${literal(path(name))}) IS NULL THEN EXECUTE ${literal(create)}; END IF; END`,
  );
  return {
    name: "createEnum",
    args: withOptions([name, values], options),
    target: { kind: "enum type", name, effect: "create" },
    sql: [options.ifNotExists ? guarded : create],
    locks: NO_LOCKS,
  };
}

/** Where a new value of an enum type stands: before or after an existing one; else it is the last. */
export interface EnumPlace {
  readonly before?: string;
  readonly after?: string;
  /** Adds it outside the revision's transaction, so that later steps of the same revision can use it. */
  readonly commit?: true;
}

/**
 * Adds a value to an enum type. It cannot be taken back without rewriting the tables that use the type, and a
 * transaction that added it cannot use it yet (PostgreSQL manual, ALTER TYPE).
 * @param type the enum type
 * @param value the new value
 * @param where see {@link EnumPlace}
 * @example op.addEnumValue("shop_status_enum", "paused", { after: "open" })
 */
export function addEnumValue(type: string, value: string, where: EnumPlace = {}): Operation {
  const place =
    where.before === undefined
      ? where.after === undefined
        ? ""
        : ` AFTER ${literal(where.after)}`
      : ` BEFORE ${literal(where.before)}`;
  const guard = where.commit ? "IF NOT EXISTS " : "";
  return {
    name: "addEnumValue",
    args: Object.keys(where).length === 0 ? [type, value] : [type, value, where],
    target: { kind: "enum value", table: type, name: value, effect: "create" },
    sql: [`ALTER TYPE ${path(type)} ADD VALUE ${guard}${literal(value)}${place}`],
    locks: NO_LOCKS,
    ...(where.commit && { outsideTransaction: true as const }),
  };
}

/**
 * Renames a value of an enum type, in every row at once.
 * @param type the enum type
 * @param from the value
 * @param to its new name
 * @example op.renameEnumValue("shop_status_enum", "shut", "closed")
 */
export function renameEnumValue(type: string, from: string, to: string): Operation {
  return {
    name: "renameEnumValue",
    args: [type, from, to],
    target: { kind: "enum value", table: type, name: from, effect: "rename", to },
    sql: [`ALTER TYPE ${path(type)} RENAME VALUE ${literal(from)} TO ${literal(to)}`],
    locks: NO_LOCKS,
    hazards: [{ code: "BREAKS_CLIENTS", text: `Code that still writes '${from}' fails from now on.` }],
  };
}

/** What the name of a replaced type ends with, until it is dropped. */
const OLD = "_old";

/** A column whose type an enum type is. */
export interface EnumUse {
  readonly table: string;
  readonly column: string;
  readonly array?: true;
  /** The default it has afterwards; `null` where the one it has goes, since no default outlives its type. */
  readonly default?: string | null;
}

/**
 * Gives an enum type another list of values: a new type takes its name and every column that uses it is rewritten.
 * Rows that hold a value which is no longer there make it fail.
 * @param type the enum type
 * @param values the new values, in their order
 * @param columns every column of this type, with its default
 * @example op.replaceEnum("shop_status_enum", ["open", "closed"], [{ table: "shop", column: "status", default: "'open'" }])
 */
export function replaceEnum(type: string, values: readonly string[], columns: readonly EnumUse[]): Operation {
  const old = siblingName(type, `${clipName(bareName(type), OLD.length)}${OLD}`);
  const alter = ({ table, column }: EnumUse, action: string) =>
    `ALTER TABLE ${path(table)} ALTER COLUMN ${id(column)} ${action}`;
  const target = (use: EnumUse) => (use.array ? `${path(type)}[]` : path(type));
  return {
    name: "replaceEnum",
    args: [type, values, columns],
    target: { kind: "enum type", name: type, effect: "alter" },
    sql: [
      renameSql(type, old),
      createSql(type, values),
      ...columns.flatMap((use) => [
        ...(use.default === undefined ? [] : [alter(use, "DROP DEFAULT")]),
        alter(use, `TYPE ${target(use)} USING ${id(use.column)}::text${use.array ? "[]" : ""}::${target(use)}`),
        ...(typeof use.default === "string" ? [alter(use, `SET DEFAULT ${use.default}`)] : []),
      ]),
      `DROP TYPE ${path(old)}`,
    ],
    locks: exclusive(...columns.map(({ table }) => table)),
    hazards: columns.map(({ table, column }) => ({
      code: "TABLE_REWRITE",
      table,
      text: `${table} is rewritten under an exclusive lock. Rows whose ${column} has a removed value make it fail.`,
    })),
  };
}

/**
 * Renames an enum type.
 * @param from its name
 * @param to its new name; it stays in its schema
 * @example op.renameEnum("store_kind_enum", "shop_kind_enum")
 */
export function renameEnum(from: string, to: string): Operation {
  return {
    name: "renameEnum",
    args: [from, to],
    target: { kind: "enum type", name: from, effect: "rename", to },
    sql: [renameSql(from, to)],
    locks: NO_LOCKS,
  };
}

/**
 * Moves an enum type to another schema.
 * @param name its name
 * @param schema the schema it moves to; left out, the connection's own
 * @example op.moveEnumToSchema("order_state_enum", "sales")
 */
export function moveEnumToSchema(name: string, schema?: string): Operation {
  return {
    name: "moveEnumToSchema",
    args: schema === undefined ? [name] : [name, schema],
    target: { kind: "enum type", name, effect: "move", to: qualifiedName(bareName(name), schema) },
    sql: [moveSql("TYPE", name, schema)],
    locks: NO_LOCKS,
  };
}

/**
 * Drops an enum type that no column uses.
 * @param name its name
 * @param options `ifExists: true` lets it be missing
 * @example op.dropEnum("store_kind_enum")
 */
export function dropEnum(name: string, options: IfExists = {}): Operation {
  return {
    name: "dropEnum",
    args: withOptions([name], options),
    target: { kind: "enum type", name, effect: "drop" },
    sql: [`DROP TYPE ${ifExistsSql(options)}${path(name)}`],
    locks: NO_LOCKS,
  };
}

function createSql(name: string, values: readonly string[]): string {
  return `CREATE TYPE ${path(name)} AS ENUM (${values.map(literal).join(", ")})`;
}

function renameSql(from: string, to: string): string {
  return `ALTER TYPE ${path(from)} RENAME TO ${id(bareName(to))}`;
}

/** The place of a new value is told by its neighbours, so that several may come in any gap. */
function addition(type: Enum, value: string, known: readonly string[], used: boolean): Change {
  const at = type.values.indexOf(value);
  const commit = used ? { commit: true as const } : {};
  const previous = type.values[at - 1];
  const next = type.values.find((later) => known.includes(later));
  if (previous === undefined && next !== undefined)
    return change(addEnumValue(type.name, value, { before: next, ...commit }));
  const last = type.values.slice(at).every((later) => !known.includes(later));
  return change(
    addEnumValue(type.name, value, { ...(!last && previous !== undefined && { after: previous }), ...commit }),
  );
}

/**
 * Whether a default, check, predicate, generated column or view uses the value: PostgreSQL refuses a value that the same
 * transaction added. A text that only looks like it costs no more than a transaction of its own.
 */
function isUsed(type: Enum, value: string, after: Schema): boolean {
  const [text, constant] = [typeName(type.name), literal(value)];
  const inText = (one: string | undefined) =>
    one?.includes(constant) || one?.includes(`{${value}`) || one?.includes(`,${value}`);
  const inView = ({ expression, indexes = [] }: View) =>
    [expression, ...indexes.map(({ where }) => where)].some(inText);
  if (after.views?.some(inView)) return true;
  return (after.tables ?? []).some((table) => {
    if (!table.columns.some((column) => column.type.replace(/\[\]$/, "") === text)) return false;
    const texts = [
      ...table.columns.flatMap(({ default: value, asExpression }) => [value, asExpression]),
      ...(table.checks ?? []).map(({ expression }) => expression),
      ...(table.indexes ?? []).map(({ where }) => where),
    ];
    return texts.some(inText);
  });
}

/** One value went and one came in the same place: it may be the same one. */
function renamedValues(from: Enum, to: Enum, before: Schema, after: Schema): Change | undefined {
  if (from.values.length !== to.values.length) return undefined;
  const pairs = from.values.map((value, at) => [value, to.values[at]!] as const).filter(([old, next]) => old !== next);
  if (pairs.some(([old, next]) => to.values.includes(old) || from.values.includes(next))) return undefined;
  const { operations } = replacement(from, to, before, after);
  const text = pairs.map(([old, next]) => `'${old}' renamed to '${next}'`).join(" and ");
  return {
    operations: pairs.map(([old, next]) => renameEnumValue(to.name, old, next)),
    question: {
      about: "rename",
      text: `In ${to.name}, was ${text} (same position)? If not, change the rows that use the old value and keep the commented line instead.`,
    },
    ifNo: operations,
  };
}

function replacement(from: Enum, to: Enum, before: Schema, after: Schema): Change {
  const gone = from.values.filter((value) => !to.values.includes(value));
  const uses = usesOf(to.name, before, after);
  const operation = replaceEnum(to.name, to.values, uses);
  if (gone.length === 0) return { operations: [operation] };
  const list = gone.map((value) => `'${value}'`).join(", ");
  const query = uses.map((use) => {
    const column = id(use.column);
    const rows = use.array ? `unnest(${column}) value` : `(SELECT ${column} AS value) one`;
    return `SELECT ${literal(`${use.table}.${use.column}`)} AS "column", value::text, count(*) FROM ${path(use.table)}, ${rows} WHERE value::text IN (${gone.map(literal).join(", ")}) GROUP BY 2`;
  });
  return {
    operations: [operation],
    question: {
      about: "enum",
      text: `${to.name} no longer has ${list}. Rows with ${gone.length === 1 ? "this value" : "these values"} are in the way. Change them first:`,
      ...(query.length > 0 && { query: query.join(" UNION ALL ") }),
    },
  };
}

/** The columns of the type that are there before and after, with the default they have after. */
function usesOf(type: string, before: Schema, after: Schema): readonly EnumUse[] {
  const text = typeName(type);
  return (before.tables ?? []).flatMap((table) => {
    const next = after.tables?.find(({ name }) => name === table.name);
    return table.columns.flatMap((column) => {
      if (column.type !== text && column.type !== `${text}[]`) return [];
      const wanted = next?.columns.find(({ name }) => name === column.name);
      const kept = wanted?.type === column.type ? wanted.default : undefined;
      const value = kept ?? (column.default === undefined ? undefined : null);
      return [
        {
          table: table.name,
          column: column.name,
          ...(column.type.endsWith("[]") && { array: true as const }),
          ...(value !== undefined && { default: value }),
        },
      ];
    });
  });
}
