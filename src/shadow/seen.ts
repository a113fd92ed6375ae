import { qualifiedName } from "../sql.ts";
import type { Changes, Earlier, HeldLock, RelationFacts, Relations, Scope, Sight } from "./sight.ts";

/** What was seen so far in a transaction. It follows the changes, so that what has not changed costs nothing. */
export interface Seen {
  readonly relations: Relations;
  /** What to compare with: everything since the last whole look, or since the last look. */
  readonly earlier: (scope: Scope | undefined) => Earlier;
  /** Where to look for what was done to tables; `undefined` if oids do not say which relations are new. */
  readonly scope: (names: readonly string[]) => Scope | undefined;
  /** Where to look at relations, with their indexes and sequences. */
  readonly scopeOf: (oids: readonly number[]) => Scope;
  readonly locks: () => readonly HeldLock[];
  /** The locks that were not seen before. */
  readonly listNew: (locks: readonly HeldLock[]) => readonly HeldLock[];
  /**
   * Takes changes over.
   * @returns what differs, as it was and as it is, with the tables of indexes that differ
   */
  readonly follow: (
    changes: Changes,
    scope: Scope | undefined,
  ) => { readonly before: Relations; readonly after: Relations };
}

/** Oids begin again at this number, and then a smaller one may be newer. */
const LARGEST_OID = 4_294_967_295;
const LARGE_OID = 4_000_000_000;

/**
 * Begins with a first sight.
 * @param own the schema in which names need no schema
 * @param leave tables to leave out, as `schema.name`
 */
export function createSeen(sight: Sight, own: string, leave: readonly string[] = []): Seen {
  const index = createIndex(own, leave);
  for (const one of sight.relations.values()) index.set(one);
  const locks = new Map(sight.locks.map((lock) => [nameLock(lock), lock]));
  const first = index.newest();
  const commands = { whole: -1, last: -1 };
  const scopeOf = (oids: readonly number[], newest = LARGEST_OID): Scope => ({
    oids: oids.flatMap((oid) => [oid, ...index.listParts(oid)]),
    newest,
    first,
  });
  return {
    relations: index.relations,
    earlier: (scope) => ({
      relations: index.relations,
      command: scope === undefined ? commands.whole : commands.last,
    }),
    scope: (names) => (index.newest() > LARGE_OID ? undefined : scopeOf(index.find(names), index.newest())),
    scopeOf,
    locks: () => [...locks.values()],
    listNew: (list) => list.filter((lock) => !locks.has(nameLock(lock))),
    follow: (changes, scope) => {
      commands.last = Math.max(commands.last, changes.command);
      if (scope === undefined) {
        commands.whole = changes.command;
        locks.clear();
      }
      for (const lock of changes.locks) locks.set(nameLock(lock), lock);
      return index.follow(changes.relations);
    },
  };
}

function nameLock({ oid, mode }: HeldLock): string {
  return `${oid} ${mode}`;
}

/** The name of a relation as revisions write it. */
export function nameRelation({ schema, name }: RelationFacts, own: string): string {
  return qualifiedName(name, schema === own ? undefined : schema);
}

/** Relations by oid and by name, and the indexes and sequences of each table. */
function createIndex(own: string, leave: readonly string[]) {
  const relations = new Map<number, RelationFacts>();
  const byName = new Map<string, number>();
  const parts = new Map<number, Set<number>>();
  let newest = 0;
  const set = (one: RelationFacts) => {
    if (leave.includes(`${one.schema}.${one.name}`)) return;
    relations.set(one.oid, one);
    byName.set(nameRelation(one, own), one.oid);
    newest = Math.max(newest, one.oid);
    if (one.of === null) return;
    parts.set(one.of, (parts.get(one.of) ?? new Set()).add(one.oid));
  };
  return {
    relations,
    set,
    newest: () => newest,
    find: (names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []),
    listParts: (oid: number) => [...(parts.get(oid) ?? [])],
    follow: (changed: Changes["relations"]) => {
      const [before, after] = [new Map<number, RelationFacts>(), new Map<number, RelationFacts>()];
      const keep = (side: Map<number, RelationFacts>, oid: number | null | undefined) => {
        const found = oid == null ? undefined : relations.get(oid);
        if (found !== undefined) side.set(found.oid, found);
      };
      const tables = [...changed].map(([oid, one]) => one?.of ?? relations.get(oid)?.of);
      const all = [...changed.keys(), ...tables];
      for (const oid of all) keep(before, oid);
      for (const [oid, one] of changed) {
        relations.delete(oid);
        if (one !== undefined) set(one);
      }
      for (const oid of all) keep(after, oid);
      return { before, after };
    },
  };
}
