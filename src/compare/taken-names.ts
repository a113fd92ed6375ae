import { askText, type Database } from "../database.ts";
import type { Rename } from "../diff/renames.ts";
import { tableFrom, tableKinds } from "../kinds/all.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { literal, parseName, qualifiedName, siblingName } from "../sql.ts";
import type { Comparable } from "./comparable.ts";

/** What has a name that the models want to give to something new. */
export interface Taken {
  /** What it is, in words. */
  readonly what: string;
  /** Whether a foreign key can point at it. */
  readonly isTable: boolean;
}

/** Names of relations and of types, of each of which a schema has no two. */
interface Wanted {
  readonly relations: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/**
 * The names that the models have and the database, as far as it is compared, has not.
 * @param sides both sides of a comparison
 */
function missingNames({ live, models }: Comparable): Wanted {
  const [had, has] = [namesOf(live), namesOf(models)];
  const missing = (wanted: ReadonlySet<string>, there: ReadonlySet<string>) =>
    new Set([...wanted].filter((name) => !there.has(name)));
  const there = new Set([...had.relations, ...had.types]);
  return { relations: missing(has.relations, there), types: missing(has.types, there) };
}

function namesOf({ tables = [], views = [], enums = [] }: Schema): Wanted {
  const rows = [...tables, ...views].map(({ name }) => name);
  const inside = [...tables, ...views].flatMap((owner) =>
    tableKinds
      .filter(({ ownsRelationName }) => ownsRelationName)
      .flatMap(({ list }) => itemsOf(owner as Table, list).map(({ name }) => siblingName(owner.name, name))),
  );
  return { relations: new Set([...rows, ...inside]), types: new Set([...rows, ...enums.map(({ name }) => name)]) };
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
  const taken = await readTaken(db, server, sides);
  if (taken.size === 0) return sides;
  const refused = new Set(renames.filter(({ to }) => taken.has(to)).map(({ from }) => from));
  const tables = (sides.live.tables ?? []).filter(({ name }) => !refused.has(name));
  return withoutTaken({ ...sides, live: { ...sides.live, tables } }, taken);
}

/**
 * Finds out what has the names that the models want to give to something new. What is left alone has one too.
 * @returns by name; nothing for a name that is free
 */
async function readTaken(db: Database, server: ServerInfo, sides: Comparable): Promise<ReadonlyMap<string, Taken>> {
  const { relations, types } = missingNames(sides);
  if (relations.size + types.size === 0) return new Map();
  const list = (names: ReadonlySet<string>) =>
    [...names]
      .map(parseName)
      .map(({ schema = server.schema, name }) => `(${literal(schema)}, ${literal(name)})`)
      .join(", ") || "(NULL, NULL)";
  const rows = await askText(db, takenSql(list(relations), list(types)));
  const named = rows.map(([schema, name, what, extension, isTable]) => {
    const owned = extension == null ? "" : ` of the extension ${extension}`;
    const own = schema === server.schema ? undefined : schema!;
    return [qualifiedName(name!, own), { what: `${what}${owned}`, isTable: isTable === "t" }] as const;
  });
  return new Map(named);
}

/** Row types and array types have the name of something else, and give way to others. */
function takenSql(relations: string, types: string): string {
  const extension = (catalog: string, oid: string) => `(SELECT e.extname FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
      WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e' LIMIT 1)`;
  return `
    SELECT n.nspname, t.typname, CASE t.typtype WHEN 'e' THEN 'an enum type' WHEN 'd' THEN 'a domain'
      WHEN 'r' THEN 'a range type' WHEN 'm' THEN 'a multirange type' ELSE 'a type' END, ${extension("pg_type", "t.oid")}, false
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype <> 'c' AND NOT (t.typelem <> 0 AND t.typlen = -1) AND (n.nspname, t.typname) IN (${types})
    UNION ALL
    SELECT n.nspname, c.relname, CASE WHEN c.relispartition AND c.relkind IN ('r', 'p', 'f') THEN 'a partition'
      ELSE CASE c.relkind WHEN 'r' THEN 'a table' WHEN 'p' THEN 'a partitioned table' WHEN 'f' THEN 'a foreign table'
      WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a composite type'
      WHEN 't' THEN 'a TOAST table' ELSE 'an index' END END, ${extension("pg_class", "c.oid")}, c.relkind IN ('r', 'p')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (${relations}, ${types})`;
}

/**
 * Leaves out what the models would create under a name that something else has, and says so.
 * @param sides both sides of a comparison
 * @param taken see {@link readTaken}
 */
export function withoutTaken(sides: Comparable, taken: ReadonlyMap<string, Taken>): Comparable {
  if (taken.size === 0) return sides;
  const unmodelled: Unmodelled[] = [];
  const had = namesOf(sides.live);
  const isFree = (word: string, name: string, table?: string) => {
    const other = had.relations.has(name) || had.types.has(name) ? undefined : taken.get(name);
    if (other === undefined) return true;
    const why = `it is not compared: in the database, ${other.what} has this name`;
    unmodelled.push({
      kind: word,
      name: table === undefined ? name : parseName(name).name,
      ...(table && { table }),
      why,
    });
    return false;
  };
  const tell = (kind: string, name: string, table: string, why: string) => unmodelled.push({ kind, name, table, why });
  const { tables = [], views = [], enums = [], typeormMetadata = [] } = sides.models;
  const kept = tables
    .filter(({ name }) => isFree("table", name))
    .map((table) => withFreeItems(table, taken, isFree, tell));
  const keptViews = views.filter(({ name }) => isFree("view", name));
  const names = new Set([...kept, ...keptViews].map(({ name }) => name));
  const models: Schema = {
    ...sides.models,
    enums: enums.filter(({ name }) => isFree("enum type", name)),
    tables: kept,
    views: keptViews,
    typeormMetadata: typeormMetadata.filter(({ table, object }) => names.has(table ?? object)),
  };
  return { ...sides, models, unmodelled: [...sides.unmodelled, ...unmodelled] };
}

/** The table without the indexes and keys whose names are taken, and without keys that point at no table. */
function withFreeItems(
  table: Table,
  taken: ReadonlyMap<string, Taken>,
  isFree: (word: string, name: string, table: string) => boolean,
  tell: (kind: string, name: string, table: string, why: string) => void,
): Table {
  const points = (item: Named) => taken.get((item as { references?: { table: string } }).references?.table ?? "");
  const lists = tableKinds.map((kind) => {
    const free = itemsOf(table, kind.list).filter((item) => {
      const other = points(item);
      if (other?.isTable === false) tell(kind.word, item.name, table.name, `it points at ${other.what}`);
      if (other?.isTable === false) return false;
      return !kind.ownsRelationName || isFree(kind.word, siblingName(table.name, item.name), table.name);
    });
    return [kind.list, free] as const;
  });
  return tableFrom(table.name, lists, table.comment);
}
