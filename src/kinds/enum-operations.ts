import { collect, joinClauses } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Operation } from "../schema/operation.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import {
  alterColumnSql,
  bareName,
  blockSql,
  clipName,
  id,
  literal,
  moveSql,
  path,
  qualifiedName,
  siblingName,
} from "../sql.ts";
import { endComment } from "../tokens.ts";
import { type IfExists, type IfNotExists, ifExistsSql, withOptions } from "./kind.ts";
import { exclusive, NO_LOCKS } from "./locks.ts";
import { ifExists, ifNotExists } from "./option-rules.ts";
import * as is from "./rules.ts";
import { nullable, optional, type ParameterRules, shape } from "./rules.ts";

const values = is.distinct(is.every(is.anyText));

const place = is.whole(
  shape<EnumPlace>({ before: optional(is.anyText), after: optional(is.anyText), commit: optional(is.yes) }),
  (value) => !("before" in value && "after" in value),
  "has both before and after",
);

/** What its operations take. */
export const enumParameters = {
  createEnum: { name: is.text, values, options: ifNotExists },
  addEnumValue: { type: is.text, value: is.anyText, where: optional(place) },
  renameEnumValue: { type: is.text, from: is.anyText, to: is.anyText },
  replaceEnum: {
    type: is.text,
    values,
    columns: is.every(
      shape<EnumUse>({
        table: is.text,
        column: is.text,
        array: optional(is.yes),
        default: optional(nullable(is.text)),
      }),
    ),
  },
  renameEnum: { from: is.text, to: is.text },
  moveEnumToSchema: { name: is.text, schema: optional(is.text) },
  dropEnum: { name: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates an enum type.
 * @param name its name
 * @param values its values, in their order
 * @param options with `ifNotExists: true` nothing happens if the name exists
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

/** The place of a new value of an enum type: before or after an existing value; left out, it is the last. */
export interface EnumPlace {
  readonly before?: string;
  readonly after?: string;
  /** Adds it outside the revision's transaction, so that later operations of the revision can use it. */
  readonly commit?: true;
}

/**
 * Adds a value to an enum type. To remove it again, the tables that use the type have to be rewritten. The transaction
 * that adds a value cannot use it (PostgreSQL manual, ALTER TYPE).
 * @param type the enum type
 * @param value the new value
 * @param where see {@link EnumPlace}
 * @example op.addEnumValue("shop_status_enum", "paused", { after: "open" })
 */
export function addEnumValue(type: string, value: string, where: EnumPlace = {}): Operation {
  const { commit } = where;
  return {
    name: "addEnumValue",
    args: withOptions([type, value], where),
    target: { kind: "enum value", table: type, name: value, effect: "create" },
    sql: [
      joinClauses(`ALTER TYPE ${path(type)} ADD VALUE`, commit && "IF NOT EXISTS", literal(value), placeSql(where)),
    ],
    locks: NO_LOCKS,
    ...(commit && { outsideTransaction: true as const }),
  };
}

function placeSql({ before, after }: EnumPlace): string | undefined {
  const first = mapGiven(before, (value) => `BEFORE ${literal(value)}`);
  return first ?? mapGiven(after, (value) => `AFTER ${literal(value)}`);
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
    hazards: [{ code: "enum-value-unknown-to-old-code", text: `Code that still writes '${from}' fails from now on.` }],
  };
}

/** The end of a replaced type's name, until the type is dropped. */
const OLD = "_old";

/** A column that uses an enum type. */
export interface EnumUse {
  readonly table: string;
  readonly column: string;
  readonly array?: true;
  /** Its new default; `null` drops the present one. Without it, PostgreSQL has to convert the present default. */
  readonly default?: string | null;
}

/**
 * Gives an enum type another list of values: a new type takes its name, and every column that uses it is rewritten. It
 * fails if a row has a value that is not in the new list.
 * @param type the enum type
 * @param values the new values, in their order
 * @param columns every column of this type, with its default
 * @example op.replaceEnum("shop_status_enum", ["open", "closed"], [{ table: "shop", column: "status", default: "'open'" }])
 */
export function replaceEnum(type: string, values: readonly string[], columns: readonly EnumUse[]): Operation {
  const old = siblingName(type, `${clipName(bareName(type), OLD.length)}${OLD}`);
  return {
    name: "replaceEnum",
    args: [type, values, columns],
    target: { kind: "enum type", name: type, effect: "alter" },
    resets: "all",
    retypes: columns.map(({ table, column }) => ({ table, column })),
    sql: [
      renameSql(type, old),
      createSql(type, values),
      ...columns.flatMap((use) => replaceTypeSql(use, path(type))),
      `DROP TYPE ${path(old)}`,
    ],
    locks: exclusive(...columns.map(({ table }) => table)),
    probes: columns.map((use) => probeUse(use, values)),
    hazards: columns.map(({ table, column }) => ({
      code: "enum-replaced",
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
 * @param schema the new schema; left out, the schema of the connection
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
 * @param options with `ifExists: true` nothing happens if the type does not exist
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

/** The rows of a column that have a value which is not in the new list. */
export function probeUse({ table, column, array }: EnumUse, values: readonly string[]): RowProbe {
  return { table, finds: "labels", column, values, ...dropUndefined({ array }) };
}

function replaceTypeSql({ table, column, array, default: value }: EnumUse, type: string): readonly string[] {
  const brackets = array ? "[]" : "";
  const actions = collect(
    value !== undefined && "DROP DEFAULT",
    `TYPE ${type}${brackets} USING ${id(column)}::text${brackets}::${type}${brackets}`,
    typeof value === "string" && `SET DEFAULT ${endComment(value)}`,
  );
  return actions.map((action) => alterColumnSql(table, column, action));
}

function createSql(name: string, values: readonly string[]): string {
  return `CREATE TYPE ${path(name)} AS ENUM (${values.map(literal).join(", ")})`;
}

function renameSql(from: string, to: string): string {
  return `ALTER TYPE ${path(from)} RENAME TO ${id(bareName(to))}`;
}
