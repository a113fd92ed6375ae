import { collect } from "../collect.ts";
import { askText, type Database } from "../database.ts";
import type { Rename } from "../diff/renames.ts";
import { mapGiven } from "../given.ts";
import { tableFrom, tableKinds } from "../kinds/all.ts";
import { hasSequence } from "../kinds/column-types.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import { sequenceAt } from "../kinds/serials.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { optionalText, readRows, requiredFlag, requiredText } from "../result-rows.ts";
import type { Named, Schema, Table, View } from "../schema/schema.ts";

import { siblingName } from "../sql.ts";
import { qualifyName, tuplesSql } from "./catalog-names.ts";
import type { Comparable } from "./comparable.ts";

/** What has a name that the models want to give to something new. */
export interface Taken {
  /** What it is, in words. */
  readonly what: string;
  /** Whether a foreign key can reference it. */
  readonly isTable: boolean;
}

/** Names of relations and of types. Each is unique per schema. */
interface Names {
  readonly relations: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/** Lists the names that the models have and the compared part of the database does not have. */
function listMissingNames(sides: Comparable, renames: readonly Rename[]): Names {
  const { models } = sides;
  const known = listKnownNames(sides, renames);
  const all = new Set([...known.relations, ...known.types]);
  const { relations, types } = listNames(models);
  const isMissing = (name: string) => !all.has(name);
  return { relations: new Set([...relations].filter(isMissing)), types: new Set([...types].filter(isMissing)) };
}

/**
 * The names that the compared part of the database has, also those that come to another schema with their table. The name of
 * a sequence is free once its column is gone.
 */
function listKnownNames({ live, models }: Comparable, renames: readonly Rename[]): Names {
  const { relations, types } = listNames(live);
  const wanted = new Set(listSequences(models));
  const sequences = listSequences(live).filter((name) => !wanted.has(name));
  const newNames = new Map(renames.map(({ from, to }) => [from, to]));
  const moved = (live.tables ?? []).flatMap((table) => {
    const name = newNames.get(table.name);
    return name === undefined ? [] : listInside({ ...table, name });
  });
  return { relations: new Set([...relations, ...sequences, ...moved]), types };
}

/** The sequences of serial and identity columns. */
function listSequences({ tables = [] }: Schema): readonly string[] {
  return tables.flatMap((table) => table.columns.filter(hasSequence).map((column) => sequenceAt(table.name, column)));
}

function listNames({ tables = [], views = [], enums = [] }: Schema): Names {
  const rows = [...tables, ...views].map(({ name }) => name);
  const inside = [...tables, ...views].flatMap(listInside);
  return { relations: new Set([...rows, ...inside]), types: new Set([...rows, ...enums.map(({ name }) => name)]) };
}

function listInside(owner: Table | View): readonly string[] {
  return tableKinds
    .filter(({ ownsRelationName }) => ownsRelationName)
    .flatMap(({ list }) => itemsOf(owner, list).map(({ name }) => siblingName(owner.name, name)));
}

/**
 * Leaves out what the models would create under a name that something else has, and the table that would get that name.
 * @param db the connection
 * @param server where it is connected
 * @param sides both sides of a comparison
 * @param renames tables that may have another name in the models
 */
export async function withoutTakenNames(
  db: Database,
  server: ServerInfo,
  sides: Comparable,
  renames: readonly Rename[],
): Promise<Comparable> {
  const taken = await readTaken(db, server, sides, renames);
  if (taken.size === 0) return sides;
  const refused = new Set(renames.filter(({ to }) => taken.has(to)).map(({ from }) => from));
  const tables = (sides.live.tables ?? []).filter(({ name }) => !refused.has(name));
  return withoutTaken({ ...sides, live: { ...sides.live, tables } }, taken, renames);
}

/**
 * Finds out what has the names that the models want to give to something new. What is left alone has one too.
 * @returns by name; nothing for a name that is free
 */
async function readTaken(
  db: Database,
  server: ServerInfo,
  sides: Comparable,
  renames: readonly Rename[],
): Promise<ReadonlyMap<string, Taken>> {
  const { relations, types } = listMissingNames(sides, renames);
  if (relations.size + types.size === 0) return new Map();
  const rows = await askText(db, selectTaken(tuplesSql(relations, server), tuplesSql(types, server)));
  const taken = readRows(TAKEN, rows).map(({ schema, name, what, extension, isTable }) => {
    const owner = extension === undefined ? "" : ` of the extension ${extension}`;
    return [qualifyName(server, schema, name), { what: `${what}${owner}`, isTable }] as const;
  });
  return new Map(taken);
}

const TAKEN = {
  schema: requiredText,
  name: requiredText,
  what: requiredText,
  extension: optionalText,
  isTable: requiredFlag,
};

/** PostgreSQL renames row types and array types if something else needs their names, so they take none. */
function selectTaken(relations: string, types: string): string {
  const extension = (catalog: string, oid: string) => `(SELECT e.extname FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
      WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e' LIMIT 1)`;
  return `
    SELECT n.nspname, t.typname, CASE t.typtype WHEN 'e' THEN 'an enum type' WHEN 'd' THEN 'a domain'
      WHEN 'r' THEN 'a range type' WHEN 'm' THEN 'a multirange type' ELSE 'a type' END, ${extension("pg_type", "t.oid")}, false
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype <> 'c' AND NOT (t.typelem <> 0 AND t.typlen = -1) AND (n.nspname, t.typname) IN (VALUES ${types})
    UNION ALL
    SELECT n.nspname, c.relname, CASE WHEN c.relispartition AND c.relkind IN ('r', 'p', 'f') THEN 'a partition'
      ELSE CASE c.relkind WHEN 'r' THEN 'a table' WHEN 'p' THEN 'a partitioned table' WHEN 'f' THEN 'a foreign table'
      WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a composite type'
      WHEN 't' THEN 'a TOAST table' ELSE 'an index' END END, ${extension("pg_class", "c.oid")}, c.relkind IN ('r', 'p')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (VALUES ${relations}, ${types})`;
}

/**
 * Leaves out what the models would create under a name that something else has.
 * @param sides both sides of a comparison
 * @param taken what has the names, by name
 * @param renames tables that may have another name in the models
 */
export function withoutTaken(
  sides: Comparable,
  taken: ReadonlyMap<string, Taken>,
  renames: readonly Rename[],
): Comparable {
  if (taken.size === 0) return sides;
  const known = listKnownNames(sides, renames);
  const findOther: FindOther = (name) =>
    known.relations.has(name) || known.types.has(name) ? undefined : taken.get(name);
  const { tables = [], views = [], enums = [], typeormMetadata = [] } = sides.models;
  const [freeTables, takenTables] = splitTaken("table", tables, findOther);
  const [freeViews, takenViews] = splitTaken("view", views, findOther);
  const [freeEnums, takenEnums] = splitTaken("enum type", enums, findOther);
  const selected = freeTables.map((table) => selectItems(table, taken, findOther));
  const names = new Set([...freeTables, ...freeViews].map(({ name }) => name));
  const models: Schema = {
    ...sides.models,
    enums: freeEnums,
    tables: selected.map(({ table }) => table),
    views: freeViews,
    typeormMetadata: typeormMetadata.filter(({ table, object }) => names.has(table ?? object)),
  };
  const items = selected.flatMap(({ unmodelled }) => unmodelled);
  return {
    ...sides,
    models,
    takenTypes: new Map(
      enums.flatMap(({ name }) => collect(mapGiven(findOther(name), ({ what }) => [name, what] as const))),
    ),
    unmodelled: [...sides.unmodelled, ...takenTables, ...items, ...takenViews, ...takenEnums],
  };
}

/** Finds what has a name, if it is something that is not compared. */
type FindOther = (name: string) => Taken | undefined;

/** Splits items of the models into those whose names are free, and reports about the others. */
function splitTaken<Item extends Named>(
  kind: string,
  items: readonly Item[],
  findOther: FindOther,
): readonly [free: readonly Item[], taken: readonly Unmodelled[]] {
  const found = items.map((item) => ({ item, other: findOther(item.name) }));
  return [
    found.filter(({ other }) => other === undefined).map(({ item }) => item),
    found.flatMap(({ item: { name }, other }) => (other ? [{ kind, name, why: explainTaken(other) }] : [])),
  ];
}

function explainTaken({ what }: Taken): string {
  return `it is not compared: in the database, ${what} has this name`;
}

/** Leaves out the indexes and keys of a table whose names are taken, and foreign keys that point at no table. */
function selectItems(
  table: Table,
  taken: ReadonlyMap<string, Taken>,
  findOther: FindOther,
): { readonly table: Table; readonly unmodelled: readonly Unmodelled[] } {
  const unmodelled: Unmodelled[] = [];
  const lists = tableKinds.map((kind) => {
    const free = itemsOf(table, kind.list).filter((item) => {
      const why = explainItem(kind, item, table, taken, findOther);
      if (why !== undefined) unmodelled.push({ kind: kind.word, name: item.name, table: table.name, why });
      return why === undefined;
    });
    return [kind.list, free] as const;
  });
  return { table: tableFrom(table.name, lists, table.comment), unmodelled };
}

function explainItem(
  kind: AnyKind,
  item: Named,
  table: Table,
  taken: ReadonlyMap<string, Taken>,
  findOther: FindOther,
): string | undefined {
  const target = kind.references?.(item).table;
  const other = mapGiven(target, (name) => taken.get(name));
  if (other?.isTable === false) return `it points at ${other.what}`;
  const owner = kind.ownsRelationName ? findOther(siblingName(table.name, item.name)) : undefined;
  return owner && explainTaken(owner);
}
