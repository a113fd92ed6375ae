import { tableFrom, tableKinds } from "../kinds/all.ts";
import { elementType, isSerial, storedType } from "../kinds/column-types.ts";
import { byName, isSame, itemsOf } from "../kinds/kind.ts";
import { sequenceAt } from "../kinds/serials.ts";
import type { Catalog, Unmodelled } from "../read/catalog.ts";
import { excludes } from "../read/exclude.ts";
import type { Repeated } from "../read/model-uniques.ts";
import type { Models } from "../read/models.ts";
import type { Column, Named, Schema, Table, TypeormMetadata, View } from "../schema/schema.ts";
import { literal, typeName } from "../sql.ts";

/** Both sides of a comparison, without what is not ours to change. */
export interface Comparable {
  readonly live: Schema;
  readonly models: Schema;
  readonly unmodelled: readonly Unmodelled[];
  /** Patterns of the configuration that match nothing. */
  readonly idle?: readonly string[];
}

/**
 * Sets aside what the models do not own: extensions and schemas they do not name, left-over enum types, and what
 * stands in the database in a form that models cannot declare, under a name that they do.
 * @param catalog what was read from the database
 * @param declaring what was read from the models
 * @param renamed tables that the models have under another name
 */
export function comparable(catalog: Catalog, declaring: Schema, renamed: ReadonlySet<string> = new Set()): Comparable {
  const found = withHandMade(withPartitioned(catalog, declaring, renamed), declaring);
  const { schema, models: named } = withSequences(found.schema, found.models);
  const { models, told } = withFreeConstraints(named, schema, found.unmodelled);
  const unmodelled = [...found.unmodelled, ...told];
  const used = new Set((schema.tables ?? []).flatMap((table) => table.columns.map(({ type }) => elementType(type))));
  const wanted = new Set((models.tables ?? []).flatMap((table) => table.columns.map(({ type }) => elementType(type))));
  const declared = new Set((models.enums ?? []).map(({ name }) => name));
  const enums = (schema.enums ?? []).filter(({ name }) => declared.has(name) || used.has(typeName(name)));
  const leftOver = (schema.enums ?? []).filter((type) => !enums.includes(type));
  const borrowed = enums.filter(({ name }) => !declared.has(name) && wanted.has(typeName(name)));
  const { views, metadata, foreign } = ownViews(schema, models);
  return {
    live: {
      ...schema,
      views,
      typeormMetadata: metadata,
      extensions: (schema.extensions ?? []).filter(({ name }) => models.extensions?.some((one) => one.name === name)),
      enums,
    },
    models: {
      ...models,
      enums: [...(models.enums ?? []), ...borrowed].sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
    unmodelled: [
      ...unmodelled.filter(({ kind, name }) => kind !== "view" || !foreign.some((view) => view.name === name)),
      ...foreign.map(({ name, expression }) => ({
        kind: "view",
        name,
        why: "no model declares it",
        definition: expression,
      })),
      ...leftOver.map(({ name }) => ({ kind: "enum type", name, why: "no column of a model uses it" })),
    ],
  };
}

/**
 * The views that models declare or once declared, which TypeORM's own table tells, and the rows of that table that are
 * about them or about columns of our tables. A view that people made by hand is left alone.
 */
function ownViews(
  live: Schema,
  models: Schema,
): {
  readonly views: readonly View[];
  readonly metadata: readonly TypeormMetadata[];
  readonly foreign: readonly View[];
} {
  const rows = live.typeormMetadata ?? [];
  const noted = new Set(rows.filter(({ table }) => table === undefined).map(({ object }) => object));
  const declared = new Set((models.views ?? []).map(({ name }) => name));
  const tables = new Set((live.tables ?? []).map(({ name }) => name));
  const views = (live.views ?? []).filter(({ name }) => declared.has(name) || noted.has(name));
  return {
    views,
    metadata: rows.filter(({ table }) => table === undefined || tables.has(table)),
    foreign: (live.views ?? []).filter((view) => !views.includes(view)),
  };
}

/** The catalog without indexes that TypeORM is told to leave alone. */
export function withoutIndexes(
  catalog: Catalog,
  leave: readonly { readonly table: string; readonly name: string }[],
): Catalog {
  if (leave.length === 0) return catalog;
  const left = new Set(leave.map(({ table, name }) => `${table}\0${name}`));
  const tables = (catalog.schema.tables ?? []).map((table) => {
    const kept = table.indexes?.filter(({ name }) => !left.has(`${table.name}\0${name}`)) ?? [];
    const { indexes: _, ...rest } = table;
    return kept.length === 0 ? rest : { ...rest, indexes: kept };
  });
  return { ...catalog, schema: { ...catalog.schema, tables } };
}

/**
 * A partitioned table is a table where a model declares it, also under another name; its partitioning and its partitions
 * are left alone.
 */
function withPartitioned(
  { schema, unmodelled, partitioned, ...rest }: Catalog,
  models: Schema,
  renamed: ReadonlySet<string>,
): Catalog {
  const declared = new Set([...(models.tables ?? []).map(({ name }) => name), ...renamed]);
  const left = new Set(partitioned.filter((name) => !declared.has(name)));
  const told = partitioned.map((name) => ({
    kind: "partitioned table",
    name,
    why: left.has(name)
      ? "models cannot declare partitions"
      : "its partitioning and its partitions are left alone. The rest is compared",
  }));
  return {
    ...rest,
    partitioned,
    schema: { ...schema, tables: (schema.tables ?? []).filter(({ name }) => !left.has(name)) },
    unmodelled: [...unmodelled.filter(({ table }) => !left.has(table ?? "")), ...told],
  };
}

/**
 * What people made by hand under a name that models declare is compared as far as models can say it; where that is the
 * same, both sides have it as it was made.
 */
function withHandMade(
  { schema, unmodelled, handMade }: Catalog,
  models: Schema,
): Catalog & { readonly models: Schema } {
  const declared = new Map((models.tables ?? []).map((table) => [table.name, table]));
  const pairs = handMade.flatMap(({ table, list, item }) => {
    const kind = tableKinds.find((one) => one.list === list)!;
    const model = itemsOf(declared.get(table), list).find(({ name }) => name === item.name);
    if (model === undefined) return [];
    const likened = (kind.likened?.(item, model) ?? item) as Named;
    return [{ table, list, likened, kept: isSame(kind, likened, model) ? likened : model }];
  });
  const put = (tables: readonly Table[] = [], side: "likened" | "kept") =>
    tables.map((table) => {
      const own = pairs.filter((pair) => pair.table === table.name);
      const lists = new Set(own.map(({ list }) => list));
      const items = (list: string) => {
        const put = own.filter((pair) => pair.list === list).map((pair) => pair[side]);
        const names = new Set(put.map(({ name }) => name));
        return [...itemsOf(table, list).filter(({ name }) => !names.has(name)), ...put].sort(byName);
      };
      return own.length === 0
        ? table
        : { ...table, ...Object.fromEntries([...lists].map((list) => [list, items(list)])) };
    });
  return {
    schema: { ...schema, tables: put(schema.tables, "likened") },
    models: { ...models, tables: put(models.tables, "kept") },
    unmodelled,
    partitioned: [],
    handMade: [],
  };
}

/**
 * The sequence of a serial or identity column is left the name that it has; and a default that the models write as the
 * next value of the sequence is compared as such, also where the column owns that.
 */
function withSequences(live: Schema, models: Schema): { readonly schema: Schema; readonly models: Schema } {
  const byTable = (tables: readonly Table[] = []) =>
    new Map(tables.map(({ name, columns }) => [name, new Map(columns.map((column) => [column.name, column]))]));
  const [had, has] = [byTable(live.tables), byTable(models.tables)];
  const put = (tables: readonly Table[] = [], others: typeof had, change: typeof withDefault) =>
    tables.map((table) => {
      const columns = others.get(table.name);
      if (columns === undefined) return table;
      return { ...table, columns: table.columns.map((one) => change(one, columns.get(one.name), table.name)) };
    });
  return {
    schema: { ...live, tables: put(live.tables, has, withDefault) },
    models: { ...models, tables: put(models.tables, had, withSequence) },
  };
}

function withDefault(live: Column, model: Column | undefined, table: string): Column {
  if (!isSerial(live.type) || model?.default === undefined || !/\bnextval\(/i.test(model.default)) return live;
  const { sequence: _, ...rest } = live;
  const value = `nextval(${literal(typeName(sequenceAt(table, live)))}::regclass)`;
  return { ...rest, type: storedType(live.type), default: value };
}

function withSequence(model: Column, live: Column | undefined): Column {
  const numbered = (column: Column) => isSerial(column.type) || column.generatedIdentity !== undefined;
  if (live?.sequence === undefined || !numbered(live) || !numbered(model)) return model;
  return { ...model, sequence: live.sequence };
}

/**
 * The models with those of their repeated unique constraints that the database has, and without the one in their place
 * that it has not.
 */
export function withRepeated(models: Schema, repeated: readonly Repeated[], live: Schema): Schema {
  if (repeated.length === 0) return models;
  const tables = (models.tables ?? []).map((table) => {
    const there = new Set(live.tables?.find(({ name }) => name === table.name)?.uniques?.map(({ name }) => name));
    const own = repeated.filter((one) => one.table === table.name && there.has(one.unique.name));
    const replaced = new Set(own.flatMap(({ like }) => (like === undefined || there.has(like) ? [] : [like])));
    const kept = (table.uniques ?? []).filter(({ name }) => !replaced.has(name));
    return own.length === 0 ? table : { ...table, uniques: [...kept, ...own.map(({ unique }) => unique)].sort(byName) };
  });
  return { ...models, tables };
}

const CONSTRAINTS = ["primaryKey", "uniques", "checks", "exclusions", "foreignKeys"];

/** A table has no two constraints of one name: what is left alone under it is not the one that the models declare. */
function withFreeConstraints(
  models: Schema,
  live: Schema,
  unmodelled: readonly Unmodelled[],
): { readonly models: Schema; readonly told: readonly Unmodelled[] } {
  const kinds = tableKinds.filter(({ list }) => CONSTRAINTS.includes(list));
  const words = new Set(["constraint", ...kinds.map(({ word }) => word)]);
  const left = unmodelled.filter(({ kind, table }) => table !== undefined && words.has(kind));
  if (left.length === 0) return { models, told: [] };
  const there = new Map((live.tables ?? []).map((table) => [table.name, table]));
  const told: Unmodelled[] = [];
  const tables = (models.tables ?? []).map((table) => {
    const compared = new Set(kinds.flatMap(({ list }) => itemsOf(there.get(table.name), list).map(({ name }) => name)));
    const other = (name: string) =>
      compared.has(name) ? undefined : left.find((one) => one.table === table.name && one.name === name);
    if (!left.some((one) => one.table === table.name)) return table;
    const lists = tableKinds.map((kind) => {
      const items = itemsOf(table, kind.list).filter(({ name }) => {
        const taken = CONSTRAINTS.includes(kind.list) ? other(name) : undefined;
        if (taken !== undefined) told.push({ ...leftOut(taken.kind), kind: kind.word, table: table.name, name });
        return taken === undefined;
      });
      return [kind.list, items] as const;
    });
    return tableFrom(table.name, lists, table.comment);
  });
  return { models: { ...models, tables }, told };
}

function leftOut(kind: string): { readonly why: string } {
  return { why: `it is not compared: the database has a ${kind} of this name that is left alone` };
}

/** The models without what the configuration excludes. */
export function withoutExcluded(
  { schema, ...models }: Models,
  patterns: readonly string[],
  own: string,
): { readonly models: Models; readonly unmodelled: readonly Unmodelled[] } {
  const isOut = ({ name }: Named) => excludes(patterns, name, own);
  const tables = (schema.tables ?? []).filter((table) => !isOut(table));
  const views = (schema.views ?? []).filter((view) => !isOut(view));
  const out = [...(schema.tables ?? []), ...(schema.views ?? [])].filter(isOut);
  const names = new Set(out.map(({ name }) => name));
  const rows = (schema.typeormMetadata ?? []).filter(({ table, object }) => !names.has(table ?? object));
  const why = "a model declares it, but the configuration excludes it";
  return {
    models: { ...models, schema: { ...schema, tables, views, typeormMetadata: rows } },
    unmodelled: out.map(({ name }) => ({ kind: "table", name, why })),
  };
}
