import { tableKinds } from "../kinds/all.ts";
import { elementType } from "../kinds/column-types.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { Schema, Table, TypeormMetadata, View } from "../schema/schema.ts";
import { typeName } from "../sql.ts";
import type { Catalog, Unmodelled } from "./catalog.ts";

/** Both sides of a comparison, without what is not ours to change. */
export interface Comparable {
  readonly live: Schema;
  readonly models: Schema;
  readonly unmodelled: readonly Unmodelled[];
}

/**
 * Sets aside what the models do not own: extensions and schemas they do not name, left-over enum types, and what
 * stands in the database in a form that models cannot declare, under a name that they do.
 * @param catalog what was read from the database
 * @param models what was read from the models
 */
export function comparable({ schema, unmodelled }: Catalog, models: Schema): Comparable {
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
      tables: (models.tables ?? []).map((table) => withoutNames(table, unmodelled, schema)),
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

/** The table without the items that stand in the database under the same name in a form that is left alone. */
function withoutNames(table: Table, unmodelled: readonly Unmodelled[], live: Schema): Table {
  const there = live.tables?.find(({ name }) => name === table.name);
  const aside = new Set(
    unmodelled.filter((one) => one.table === table.name).map(({ kind, name }) => `${kind} ${name}`),
  );
  if (aside.size === 0 || there === undefined) return table;
  const kept = tableKinds.map((kind) => {
    const items = itemsOf(table, kind.list);
    const read = new Set(itemsOf(there, kind.list).map(({ name }) => name));
    return [kind.list, items.filter(({ name }) => read.has(name) || !aside.has(`${kind.word} ${name}`))] as const;
  });
  return { ...table, ...Object.fromEntries(kept.filter(([list]) => list !== "primaryKey")) };
}
