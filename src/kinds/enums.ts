import { isDeepStrictEqual } from "node:util";
import { dropUndefined } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { requiredText, textList } from "../result-rows.ts";
import type { Dependent } from "../schema/dependencies.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Column, Enum, Schema, Table, View } from "../schema/schema.ts";
import { literal, typeName } from "../sql.ts";
import { elementType } from "./column-types.ts";
import {
  addEnumValue,
  createEnum,
  dropEnum,
  type EnumUse,
  moveEnumToSchema,
  probeUse,
  renameEnum,
  renameEnumValue,
  replaceEnum,
} from "./enum-operations.ts";
import { objectName } from "./item-rules.ts";
import { catalogQuery, change, type Kind } from "./kind.ts";
import { plainSource, showRowsSql } from "./row-probes.ts";
import { anyText, every, shape } from "./rules.ts";

export const enums: Kind<Enum, Schema> = {
  word: "enum type",
  list: "enums",
  ownsTypeName: true,
  rule: shape<Enum>({ name: objectName, values: every(anyText) }),
  holdsData: true,
  describe: ({ name, values }) => [`enum ${name} (${values.map((value) => `'${value}'`).join(", ")})`],
  fromModels: ({ enums }) => enums,
  catalog: catalogQuery(
    { schema: requiredText, name: requiredText, values: textList },
    ({ namespaces }) => `
    SELECT n.nspname, t.typname,
      pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FILTER (WHERE e.enumlabel IS NOT NULL)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
    WHERE t.typtype = 'e' AND t.typnamespace = ANY (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass
        AND d.objid = t.oid AND d.deptype = 'e')
    GROUP BY n.nspname, t.typname`,
    ({ schema, name, values }, { qualify }) => ({ item: { name: qualify(schema, name), values } }),
  ),
  usedBy: (tables) => {
    const types = new Set(tables.flatMap(({ columns }) => columns.map(({ type }) => elementType(type))));
    return ({ name }) => types.has(typeName(name));
  },
  create: (type) => createEnum(type.name, type.values),
  alter: (from, to, { before, after, dependents = [] }) => {
    const changes = changesOfValues(from, to);
    if (changes === "added") {
      const added = to.values.filter((value) => !from.values.includes(value));
      return added.map((value) => change(addValue(from, to, value, isUsed(to, value, after, dependents))));
    }
    const uses = findUses(to.name, before, after);
    const replace = replaceEnum(to.name, to.values, uses);
    if (changes === "replaced") return [replaceValues(from, to, replace, uses)];
    return [renameValues(to, changes.renamed, replace)];
  },
  rename: renameEnum,
  move: moveEnumToSchema,
  drop: (type) => dropEnum(type.name),
};

/** Names a neighbour of the new value, so that any number of values can be added to any gap. */
function addValue(from: Enum, to: Enum, value: string, needsCommit: boolean): Operation {
  const at = to.values.indexOf(value);
  const commit = needsCommit ? { commit: true as const } : {};
  const previous = to.values[at - 1];
  const next = to.values.find((later) => from.values.includes(later));
  if (previous === undefined && next !== undefined) return addEnumValue(to.name, value, { before: next, ...commit });
  const isLast = to.values.slice(at).every((later) => !from.values.includes(later));
  return addEnumValue(to.name, value, { ...(!isLast && previous !== undefined && { after: previous }), ...commit });
}

/**
 * Whether a default, check, exclusion, predicate, generated column, view or an object that may be created again uses the value:
 * PostgreSQL refuses a value that the same transaction added. For a text that only looks like a use, the value is added
 * outside the transaction without need.
 */
function isUsed(
  type: Enum,
  value: string,
  { views = [], tables = [] }: Schema,
  dependents: readonly Dependent[],
): boolean {
  const signs = [literal(value), `{${value}`, `,${value}`];
  const uses = (text: string | undefined) => text !== undefined && signs.some((sign) => text.includes(sign));
  if (views.some((view) => viewTexts(view).some(uses))) return true;
  const isOver = (one: Dependent) => one.uses.some((use) => "type" in use && use.type === type.name);
  if (dependents.some((one) => isOver(one) && one.create.some(uses))) return true;
  const name = typeName(type.name);
  return tables.some(
    (table) => table.columns.some((column) => elementType(column.type) === name) && tableTexts(table).some(uses),
  );
}

function viewTexts({ expression, indexes = [] }: View): readonly (string | undefined)[] {
  return [expression, ...indexes.map(({ where }) => where)];
}

function tableTexts({ columns, checks = [], exclusions = [], indexes = [] }: Table): readonly (string | undefined)[] {
  return [
    ...columns.flatMap((column) => [column.default, column.asExpression]),
    ...[...checks, ...exclusions].map(({ expression }) => expression),
    ...indexes.map(({ where }) => where),
  ];
}

/** A value that may be another one with a new name. */
interface ValuePair {
  readonly from: string;
  readonly to: string;
}

/**
 * Says how the values of an enum type change: new ones come between those that are there; or values are gone and as many new
 * ones are in their places, so they may have been renamed; or another type has to replace it.
 */
export function changesOfValues(
  from: Enum,
  to: Enum,
): "added" | "replaced" | { readonly renamed: readonly ValuePair[] } {
  const kept = to.values.filter((value) => from.values.includes(value));
  if (isDeepStrictEqual(kept, from.values)) return "added";
  if (from.values.length !== to.values.length) return "replaced";
  const renamed = to.values.flatMap((next, at) => {
    const old = from.values[at];
    if (old === undefined || old === next) return [];
    return [{ from: old, to: next }];
  });
  const isMoved = renamed.some((pair) => to.values.includes(pair.from) || from.values.includes(pair.to));
  return isMoved ? "replaced" : { renamed };
}

function renameValues(type: Enum, pairs: readonly ValuePair[], replace: Operation): Change {
  return {
    operations: pairs.map(({ from, to }) => renameEnumValue(type.name, from, to)),
    question: {
      about: "rename",
      asks: "rename values",
      subject: { kind: "enum type", name: type.name },
      values: pairs,
    },
    ifNo: [replace],
  };
}

function replaceValues(from: Enum, to: Enum, replace: Operation, uses: readonly EnumUse[]): Change {
  const removed = from.values.filter((value) => !to.values.includes(value));
  if (removed.length === 0) return { operations: [replace] };
  const source = (table: string) => ({ ...plainSource(table), labelsOf: () => from.values });
  const query = uses.flatMap((use) => showRowsSql(probeUse(use, to.values), source) ?? []).join(" UNION ALL ");
  return {
    operations: [replace],
    question: {
      about: "enum",
      asks: "removed values",
      subject: { kind: "enum type", name: to.name },
      loses: removed,
      rows: "fail",
      ...(query !== "" && { query }),
    },
  };
}

/**
 * The columns that are rewritten, with the default that they have afterwards. What is removed, and generated columns, are
 * dropped before the type is replaced.
 */
function findUses(type: string, before: Schema, after: Schema): readonly EnumUse[] {
  const name = typeName(type);
  const targets = indexByName(after.tables);
  return (before.tables ?? []).flatMap((table) => {
    const next = targets.get(table.name);
    const using = table.columns.filter((column) => elementType(column.type) === name && isRewritten(column, next));
    return using.map((column) => {
      const value = findDefault(column, next);
      return {
        table: table.name,
        column: column.name,
        ...(column.type !== name && { array: true as const }),
        ...dropUndefined({ default: value }),
      };
    });
  });
}

function isRewritten({ name, asExpression }: Column, table: Table | undefined): boolean {
  const next = table?.columns.find((column) => column.name === name);
  return next !== undefined && (asExpression === undefined || next.asExpression === undefined);
}

/** The default after the change; `null` where the present one is dropped; `undefined` where there is none. */
function findDefault(column: Column, table: Table | undefined): string | null | undefined {
  const next = table?.columns.find(({ name }) => name === column.name);
  const hasSameType = next?.type === column.type;
  if (hasSameType && next.default !== undefined) return next.default;
  if (column.default === undefined) return undefined;
  return null;
}
