import { requiredText, textList } from "../result-rows.ts";
import type { Change } from "../schema/operation.ts";
import type { Enum, Schema, View } from "../schema/schema.ts";
import { id, literal, path, typeName } from "../sql.ts";
import { elementType } from "./column-types.ts";
import {
  addEnumValue,
  createEnum,
  dropEnum,
  type EnumUse,
  moveEnumToSchema,
  renameEnum,
  renameEnumValue,
  replaceEnum,
} from "./enum-operations.ts";
import { objectName } from "./item-rules.ts";
import { catalogQuery, change, type Kind } from "./kind.ts";
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
    WHERE t.typtype = 'e' AND t.typnamespace IN (${namespaces})
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
  return {
    operations: pairs.map(([old, next]) => renameEnumValue(to.name, old, next)),
    question: {
      about: "rename",
      asks: "rename values",
      subject: { kind: "enum type", name: to.name },
      values: pairs.map(([old, next]) => ({ from: old, to: next })),
    },
    ifNo: operations,
  };
}

function replacement(from: Enum, to: Enum, before: Schema, after: Schema): Change {
  const gone = from.values.filter((value) => !to.values.includes(value));
  const uses = usesOf(to.name, before, after);
  const operation = replaceEnum(to.name, to.values, uses);
  if (gone.length === 0) return { operations: [operation] };
  const query = uses.map((use) => {
    const column = id(use.column);
    const rows = use.array ? `unnest(${column}) value` : `(SELECT ${column} AS value) one`;
    return `SELECT ${literal(`${use.table}.${use.column}`)} AS "column", value::text, count(*) FROM ${path(use.table)}, ${rows} WHERE value::text IN (${gone.map(literal).join(", ")}) GROUP BY 2`;
  });
  return {
    operations: [operation],
    question: {
      about: "enum",
      asks: "removed values",
      subject: { kind: "enum type", name: to.name },
      loses: gone,
      rows: "fail",
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
