import type { Database } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { elementType } from "../kinds/column-types.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Change } from "../schema/operation.ts";
import type { Column, Schema } from "../schema/schema.ts";
import { typeName } from "../sql.ts";
import { spellTypes } from "./spell-types.ts";

/** The models with their types as PostgreSQL spells them. */
export interface SpelledModels {
  readonly models: Schema;
  /** Types that the database has. */
  readonly known: ReadonlySet<string>;
}

/**
 * Asks PostgreSQL how it spells the types of the models.
 * @param db the connection, in no transaction
 * @param server where it is connected
 * @param models the models
 * @param live the live schema
 * @param known types that the database has, as far as that is known already
 */
export async function spellModels(
  db: Database,
  server: ServerInfo,
  models: Schema,
  live: Schema,
  known: ReadonlySet<string> = new Set(),
): Promise<SpelledModels> {
  const all = new Set([...listTypes(live), ...known]);
  return applySpelledTypes(models, all, await spellTypes(db, server, listTypesToSpell(models, all)));
}

/** Lists the types of the models that are not known yet and are no enum types of the models. */
export function listTypesToSpell(models: Schema, known: ReadonlySet<string>): readonly string[] {
  const own = listEnumTypes(models);
  return [...listTypes(models)].filter((type) => !known.has(type) && !own.has(type));
}

/**
 * Spells the types of the models as PostgreSQL does.
 * @param models the models
 * @param known types that the database has
 * @param spelled the spelling of each type that PostgreSQL knows; the others stay as they are
 */
export function applySpelledTypes(
  models: Schema,
  known: ReadonlySet<string>,
  spelled: ReadonlyMap<string, string>,
): SpelledModels {
  const spell = (column: Column) => ({ ...column, type: spelled.get(column.type) ?? shortenArray(column.type) });
  const tables = (models.tables ?? []).map((table) => ({ ...table, columns: table.columns.map(spell) }));
  return { models: { ...models, tables }, known: new Set([...known, ...spelled.values()]) };
}

/**
 * Asks about each type of the models that PostgreSQL does not know, with the columns that have it. A type may come with
 * an extension that is not there yet: then there is no question.
 * @param known the types that the database has
 */
export function askAboutUnknownTypes(models: Schema, live: Schema, known: ReadonlySet<string>): readonly Change[] {
  if (addsExtension(models, live)) return [];
  const own = listEnumTypes(models);
  const columns = new Map<string, string[]>();
  for (const table of models.tables ?? [])
    for (const { name, type } of table.columns) {
      if (known.has(type) || own.has(type)) continue;
      const element = elementType(type);
      columns.set(element, [...(columns.get(element) ?? []), `${table.name}.${name}`]);
    }
  return [...columns].map(([type, names]) => askAboutType(type, names));
}

/**
 * Asks about each enum type of the models whose name another type has, with the columns that are to get it. A column that
 * has the other type already is no change.
 * @param models the models
 * @param live the live schema, in the names of the models
 * @param taken what has the names of enum types, in words
 */
export function askAboutTakenTypes(
  models: Schema,
  live: Schema,
  taken: ReadonlyMap<string, string> = new Map(),
): readonly Change[] {
  const columnsOf = ({ tables = [] }: Schema, type: string) =>
    tables.flatMap(({ name: table, columns }) =>
      columns.filter((column) => elementType(column.type) === type).map(({ name }) => `${table}.${name}`),
    );
  return [...taken].flatMap(([name, instead]) => {
    const type = typeName(name);
    const known = new Set(columnsOf(live, type));
    const columns = columnsOf(models, type).filter((column) => !known.has(column));
    return columns.length === 0 ? [] : [askAboutType(type, columns, instead)];
  });
}

function askAboutType(type: string, columns: readonly string[], instead?: string): Change {
  return {
    operations: [],
    question: {
      about: "type",
      asks: "unknown type",
      subject: { kind: "type", name: type },
      columns,
      ...dropUndefined({ instead }),
    },
  };
}

function addsExtension(models: Schema, live: Schema): boolean {
  const installed = new Set((live.extensions ?? []).map(({ name }) => name));
  return (models.extensions ?? []).some(({ name }) => !installed.has(name));
}

function listTypes({ tables = [] }: Schema): ReadonlySet<string> {
  return new Set(tables.flatMap(({ columns }) => columns.map(({ type }) => type)));
}

function listEnumTypes({ enums = [] }: Schema): ReadonlySet<string> {
  return new Set(enums.flatMap(({ name }) => [typeName(name), `${typeName(name)}[]`]));
}

/** `text array` is `text[]`. */
function shortenArray(type: string): string {
  return type.replace(/ array$/, "[]");
}
