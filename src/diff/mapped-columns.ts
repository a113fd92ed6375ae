import { indexByName } from "../index-by-name.ts";
import { listReferencing } from "../kinds/all.ts";
import { needsNewValues } from "../kinds/column-changes.ts";
import { storedType } from "../kinds/column-types.ts";
import type { Follower, MappedColumns } from "../kinds/followers.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";

/** A column whose values cannot be cast, before and after. */
interface Changed {
  readonly table: string;
  readonly from: Column;
  readonly to: Column;
}

/**
 * Finds the columns that no cast can convert and that belong together: a key gets other values, and the columns of foreign
 * keys to it take them over.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 * @returns by table
 */
export function findMapped(before: Schema, after: Schema): ReadonlyMap<string, MappedColumns> {
  const changed = listChanged(before, after);
  if (changed.size === 0) return new Map();
  const followers = findFollowers(before, changed);
  const reached = new Set<string>();
  const found = new Map<string, { follows: Set<string>; followers: Map<string, readonly Follower[]> }>();
  const ofTable = (table: string) => {
    const known = found.get(table) ?? { follows: new Set<string>(), followers: new Map<string, readonly Follower[]>() };
    found.set(table, known);
    return known;
  };
  for (const { table, to } of changed.values()) {
    if (followers.some((one) => one.table === table && one.to.name === to.name)) continue;
    const all = listFollowers(table, to.name, followers);
    if (all.length > 0) ofTable(table).followers.set(to.name, all);
    for (const one of all) reached.add(keyOf(one.table, one.to.name));
  }
  for (const { table, to } of followers) if (reached.has(keyOf(table, to.name))) ofTable(table).follows.add(to.name);
  return found;
}

function listChanged(before: Schema, after: Schema): ReadonlyMap<string, Changed> {
  const targets = indexByName(after.tables);
  const all = (before.tables ?? []).flatMap(({ name: table, columns }) => {
    const others = indexByName(targets.get(table)?.columns);
    return columns.flatMap((from): readonly Changed[] => {
      const to = others.get(from.name);
      return to !== undefined && needsNewValues(from, to) ? [{ table, from, to }] : [];
    });
  });
  return new Map(all.map((one) => [keyOf(one.table, one.to.name), one]));
}

/** Each column follows one foreign key: the one of the fewest columns. */
function findFollowers({ tables = [] }: Schema, changed: ReadonlyMap<string, Changed>): readonly Follower[] {
  const found = tables.flatMap((table) => followersIn(table, changed));
  const sorted = found.toSorted((a, b) => a.join.length - b.join.length);
  return sorted.filter(
    (one, at) => sorted.findIndex((other) => other.table === one.table && other.to.name === one.to.name) === at,
  );
}

function followersIn(owner: Table, changed: ReadonlyMap<string, Changed>): readonly Follower[] {
  return listReferencing(owner).flatMap(({ reference: { columns, table, referenced } }) => {
    const join = columns.map((own, at) => [own, referenced[at] ?? ""] as const);
    return join.flatMap(([own, key]): readonly Follower[] => {
      const [follower, source] = [changed.get(keyOf(owner.name, own)), changed.get(keyOf(table, key))];
      if (follower === undefined || source === undefined || follower === source) return [];
      if (storedType(follower.to.type) !== storedType(source.to.type)) return [];
      return [{ ...follower, source: { table, column: key }, join }];
    });
  });
}

/** What follows a column, and what follows that: each after what it takes its values from. */
function listFollowers(table: string, column: string, all: readonly Follower[]): readonly Follower[] {
  return all
    .filter(({ source }) => source.table === table && source.column === column)
    .flatMap((one) => [one, ...listFollowers(one.table, one.to.name, all)]);
}

function keyOf(table: string, column: string): string {
  return `${table}\0${column}`;
}
