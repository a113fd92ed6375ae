import { elementType } from "../kinds/column-types.ts";
import { byName } from "../kinds/kind.ts";
import { KEEPS_MORE } from "../kinds/schemas.ts";
import type { Catalog, Unmodelled } from "../read/catalog.ts";
import { excludes } from "../read/exclude.ts";
import type { Models } from "../read/models.ts";
import type { Enum, Named, Schema, TypeormMetadata, View } from "../schema/schema.ts";
import { parseName, typeName } from "../sql.ts";
import { alignSequences } from "./column-sequences.ts";
import type { Comparable } from "./comparable.ts";
import { applyHandMade } from "./hand-made.ts";
import { leaveOutTakenConstraints } from "./taken-constraints.ts";

/**
 * Leaves out what the models do not own: extensions and schemas that they do not name, unused enum types, views that no
 * model ever declared, and what has a form that models cannot declare.
 * @param catalog what was read from the database
 * @param declared what was read from the models
 * @param renamed tables that have another name in the models
 */
export function selectComparable(
  catalog: Catalog,
  declared: Schema,
  renamed: ReadonlySet<string> = new Set(),
): Comparable {
  const tables = selectPartitioned(catalog, declared, renamed);
  const items = applyHandMade(tables.live, declared, catalog.handMade);
  const { live, models: named } = alignSequences(items.live, items.models);
  const { models, unmodelled } = leaveOutTakenConstraints(named, live, tables.unmodelled);
  const enums = selectEnums(live, models);
  const views = selectViews(live, models);
  const extensions = new Set(models.extensions?.map(({ name }) => name));
  const left = [...tables.unmodelled, ...unmodelled, ...views.unmodelled, ...enums.unmodelled];
  const schemas = selectSchemas(live, models, [...left, ...listLeftOut(catalog, [live.tables, views.owned])]);
  return {
    live: {
      ...live,
      ...(live.schemas !== undefined && { schemas: schemas.live }),
      views: views.owned,
      typeormMetadata: views.metadata,
      extensions: (live.extensions ?? []).filter(({ name }) => extensions.has(name)),
      enums: enums.live,
    },
    models: { ...models, enums: enums.models },
    unmodelled: [
      ...[...tables.unmodelled, ...unmodelled].filter(
        ({ kind, name }) => kind !== "schema" && (kind !== "view" || !views.foreign.has(name)),
      ),
      ...views.unmodelled,
      ...enums.unmodelled,
      ...schemas.unmodelled,
    ],
  };
}

/** Tables and views that are there, but are not compared, such as those that the configuration excludes. */
function listLeftOut(
  { present = [] }: Catalog,
  owned: readonly (readonly Named[] | undefined)[],
): readonly Pick<Unmodelled, "kind" | "name">[] {
  const compared = new Set(owned.flatMap(listNames));
  return present.filter((name) => !compared.has(name)).map((name) => ({ kind: "table", name }));
}

/** A schema that no model names is dropped, unless it has something that stays. */
function selectSchemas(
  { schemas = [] }: Schema,
  models: Schema,
  left: readonly Pick<Unmodelled, "kind" | "name" | "table">[],
): { readonly live: readonly Named[]; readonly unmodelled: readonly Unmodelled[] } {
  const declared = new Set(listNames(models.schemas));
  // What belongs to a table goes with it.
  const whole = left.filter(({ table }) => table === undefined);
  const used = new Set(whole.map(({ kind, name }) => (kind === "schema" ? name : parseName(name).schema)));
  const stays = ({ name }: Named) => !declared.has(name) && used.has(name);
  return {
    live: schemas.filter((one) => !stays(one)),
    unmodelled: schemas.filter(stays).map(({ name }) => ({ kind: "schema", name, why: KEEPS_MORE })),
  };
}

/**
 * A partitioned table is compared if a model declares it, also under another name. Its partitioning and its partitions are
 * left alone.
 */
function selectPartitioned(
  { schema, unmodelled, partitioned }: Catalog,
  models: Schema,
  renamed: ReadonlySet<string>,
): Pick<Comparable, "live" | "unmodelled"> {
  const declared = new Set([...listNames(models.tables), ...renamed]);
  const left = new Set(partitioned.filter((name) => !declared.has(name)));
  const explain = (name: string) => {
    if (left.has(name)) return "models cannot declare partitions";
    return "its partitioning and its partitions are left alone. The rest is compared";
  };
  return {
    live: { ...schema, tables: (schema.tables ?? []).filter(({ name }) => !left.has(name)) },
    unmodelled: [
      ...unmodelled.filter(({ table }) => table === undefined || !left.has(table)),
      ...partitioned.map((name) => ({ kind: "partitioned table", name, why: explain(name) })),
    ],
  };
}

/** An enum type of the database is compared if models declare it or a column has it; a model may use it undeclared. */
function selectEnums(
  live: Schema,
  models: Schema,
): { readonly live: readonly Enum[]; readonly models: readonly Enum[]; readonly unmodelled: readonly Unmodelled[] } {
  const declared = new Set(listNames(models.enums));
  const [used, wanted] = [listElementTypes(live), listElementTypes(models)];
  const isOwned = ({ name }: Enum) => declared.has(name) || used.has(typeName(name));
  const owned = (live.enums ?? []).filter(isOwned);
  const borrowed = owned.filter(({ name }) => !declared.has(name) && wanted.has(typeName(name)));
  return {
    live: owned,
    models: [...(models.enums ?? []), ...borrowed].sort(byName),
    unmodelled: (live.enums ?? [])
      .filter((type) => !isOwned(type))
      .map(({ name }) => ({ kind: "enum type", name, why: "no column of a model uses it" })),
  };
}

function listElementTypes({ tables = [] }: Schema): ReadonlySet<string> {
  return new Set(tables.flatMap(({ columns }) => columns.map(({ type }) => elementType(type))));
}

/**
 * A view is compared if models declare it, or once declared it according to TypeORM's own table. Of that table, the rows
 * about views and about columns of compared tables count.
 */
function selectViews(
  live: Schema,
  models: Schema,
): {
  readonly owned: readonly View[];
  readonly metadata: readonly TypeormMetadata[];
  readonly foreign: ReadonlySet<string>;
  readonly unmodelled: readonly Unmodelled[];
} {
  const rows = live.typeormMetadata ?? [];
  const noted = rows.filter(({ table }) => table === undefined).map(({ object }) => object);
  const declared = new Set([...listNames(models.views), ...noted]);
  const tables = new Set(listNames(live.tables));
  const foreign = (live.views ?? []).filter(({ name }) => !declared.has(name));
  return {
    owned: (live.views ?? []).filter(({ name }) => declared.has(name)),
    metadata: rows.filter(({ table }) => table === undefined || tables.has(table)),
    foreign: new Set(listNames(foreign)),
    unmodelled: foreign.map(({ name, expression: definition }) => ({
      kind: "view",
      name,
      why: "no model declares it",
      definition,
    })),
  };
}

/** The catalog without indexes that TypeORM shall leave alone. */
export function withoutIndexes<Read extends Catalog>(
  catalog: Read,
  leave: readonly { readonly table: string; readonly name: string }[],
): Read {
  if (leave.length === 0) return catalog;
  const left = new Set(leave.map(({ table, name }) => `${table}\0${name}`));
  const tables = (catalog.schema.tables ?? []).map(({ indexes = [], ...table }) => {
    const kept = indexes.filter(({ name }) => !left.has(`${table.name}\0${name}`));
    return { ...table, ...(kept.length > 0 && { indexes: kept }) };
  });
  return { ...catalog, schema: { ...catalog.schema, tables } };
}

/** The models without what the configuration excludes. */
export function withoutExcluded(
  { schema, ...models }: Models,
  patterns: readonly string[],
  own: string,
): { readonly models: Models; readonly unmodelled: readonly Unmodelled[] } {
  const isExcluded = ({ name }: Named) => excludes(patterns, name, own);
  const { tables = [], views = [], typeormMetadata = [] } = schema;
  const excluded = listNames([...tables, ...views].filter(isExcluded));
  const names = new Set(excluded);
  const kept = {
    tables: tables.filter((table) => !isExcluded(table)),
    views: views.filter((view) => !isExcluded(view)),
    typeormMetadata: typeormMetadata.filter(({ table, object }) => !names.has(table ?? object)),
  };
  const why = "a model declares it, but the configuration excludes it";
  return {
    models: { ...models, schema: { ...schema, ...kept } },
    unmodelled: excluded.map((name) => ({ kind: "table", name, why })),
  };
}

function listNames(items: readonly Named[] = []): readonly string[] {
  return items.map(({ name }) => name);
}
