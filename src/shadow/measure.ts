import { collect } from "../collect.ts";
import { LOCK_MODES, type Lock } from "../schema/operation.ts";
import { parseName, qualifiedName } from "../sql.ts";
import { createSeen, nameRelation, type Seen } from "./seen.ts";
import {
  type Changes,
  countWritten,
  type HeldLock,
  type Observed,
  type RelationFacts,
  type Relations,
  readChanges,
  readSight,
  type Scope,
} from "./sight.ts";

/** Work on the rows of a table. `write`: rows are inserted, updated or deleted one by one. */
export type MeasuredWork = "rewrite" | "build" | "scan" | "write";

/** What one or several statements did to the relations that existed before, by their names before. */
export interface Measured {
  /** The locks that were taken, without those of reading, the weakest first. */
  readonly locks: readonly Lock[];
  /** What was done to the rows of each table; nothing for the others. */
  readonly work: Readonly<Record<string, readonly MeasuredWork[]>>;
  /** The relations before and afterwards; of an operation that says what it is about, only those that differ. */
  readonly before: Relations;
  readonly after: Relations;
  /** The schema in which names need no schema. */
  readonly own: string;
}

/** A statement, measured. */
export interface MeasuredStatement extends Measured {
  /** All locks that the transaction had at its end, the weakest first; of such an operation only those that it took. */
  readonly held: readonly Lock[];
}

/** Measures the statements of one transaction, or one statement outside a transaction. */
export interface Meter {
  /**
   * Measures what was done since the last call.
   * @param about the names of the tables that it was done to; absent if they are not known
   */
  readonly next: (about?: readonly string[]) => Promise<MeasuredStatement>;
  /** What was done since the beginning. */
  readonly total: () => Measured["work"];
  /** The locks that the transaction has, by the names at the beginning. */
  readonly held: () => readonly Lock[];
}

/** What to measure. */
export interface MeterOptions {
  /** The schema in which names need no schema. */
  readonly own: string;
  /** Tables to leave out, as `schema.name`. */
  readonly leave?: readonly string[];
}

/**
 * Begins to measure. Locks are those of the session of the connection: they are read before the transaction ends.
 * @param db a connection in a transaction
 */
export async function startMeter(db: Observed, { own, leave }: MeterOptions): Promise<Meter> {
  const seen = createSeen(await readSight(db), own, leave);
  const start = new Map(seen.relations);
  const known = { get: (oid: number) => (start.has(oid) ? seen.relations.get(oid) : undefined) };
  return {
    next: async (about) => {
      const scope = about && seen.scope(about);
      const changes = await (scope === undefined ? readChanges(db, seen.earlier(scope)) : lookAt(db, seen, scope));
      const locks = nameLocks(seen.listNew(changes.locks), known, own);
      if (scope !== undefined) return describe({ locks, held: locks, own }, seen.follow(changes, scope));
      const held = nameLocks(changes.locks, known, own);
      const before = new Map(seen.relations);
      const { work } = describe({ locks, held, own }, seen.follow(changes, scope));
      return { locks, held, own, work, before, after: new Map(seen.relations) };
    },
    total: () => listWork(start, seen.relations, own),
    held: () => nameLocks(seen.locks(), start, own),
  };
}

type Locked = Pick<MeasuredStatement, "locks" | "held" | "own">;

function describe(locked: Locked, { before, after }: ReturnType<Seen["follow"]>): MeasuredStatement {
  return { ...locked, work: listWork(before, after, locked.own), before, after };
}

/** What is locked now and was not named, such as by a trigger, is looked at too. */
async function lookAt(db: Observed, seen: Seen, scope: Scope): Promise<Changes> {
  const earlier = seen.earlier(scope);
  const changes = await readChanges(db, earlier, scope);
  const oids = new Set([...scope.oids, ...changes.relations.keys()]);
  const others = new Set(seen.listNew(changes.locks).map(({ oid }) => oid));
  const missing = [...others].filter((oid) => !oids.has(oid) && seen.relations.has(oid));
  if (missing.length === 0 || db.inTransaction?.() !== true) return changes;
  const more = await readChanges(db, earlier, seen.scopeOf(missing));
  return { ...changes, relations: new Map([...more.relations, ...changes.relations]) };
}

/** Locks on relations that are known, by their names. A sequence that gives a number blocks no other session. */
export function nameLocks(locks: readonly HeldLock[], known: Pick<Relations, "get">, own: string): readonly Lock[] {
  const named = locks.flatMap(({ oid, mode }) => {
    const relation = known.get(oid);
    const isNumber = relation?.kind === "S" && mode === "ROW EXCLUSIVE";
    if (relation === undefined || relation.kind === "i" || isNumber) return [];
    return collect(isLockMode(mode) && { mode, on: nameRelation(relation, own) });
  });
  return sortByStrength(named);
}

function isLockMode(mode: string): mode is Lock["mode"] {
  return LOCK_MODES.some((one) => one === mode);
}

/** Sorts locks, the weakest first. */
export function sortByStrength<Item extends Pick<Lock, "mode">>(locks: readonly Item[]): readonly Item[] {
  return [...locks].sort((a, b) => LOCK_MODES.indexOf(a.mode) - LOCK_MODES.indexOf(b.mode));
}

/** The name as it is measured, where a revision names the schema although it need not. */
export function measuredName(text: string, own: string): string {
  if (text === "") return text;
  const { schema, name } = parseName(text);
  return qualifiedName(name, schema === own ? undefined : schema);
}

function listWork(before: Relations, after: Relations, own: string): Measured["work"] {
  const touched = listTouched(before, after);
  const all = [...before.values()];
  const tables = all.filter(({ kind, oid }) => ["r", "m"].includes(kind) && touched.has(oid));
  const files = new Set(tables.length === 0 ? [] : all.map(({ file }) => file));
  return Object.fromEntries(
    tables.flatMap((table) => {
      const now = findAgain(table, after);
      const work = now === undefined ? [] : compareTable(table, now, files, after);
      return work.length === 0 ? [] : [[nameRelation(table, own), work]];
    }),
  );
}

/** The relations that differ in any way, and the tables of such indexes. */
function listTouched(before: Relations, after: Relations): ReadonlySet<number | null> {
  const gone = [...before.keys()].filter((oid) => !after.has(oid));
  const other = [...after.values()].filter((one) => before.get(one.oid) !== one);
  return new Set([...gone, ...other.flatMap(({ oid, of }) => [oid, of])]);
}

/** A table that is built again keeps its name only. */
export function findAgain(table: RelationFacts, after: Relations): RelationFacts | undefined {
  const found = after.get(table.oid);
  if (found !== undefined) return found;
  const { schema, name, kind } = table;
  return [...after.values()].find((one) => one.name === name && one.schema === schema && one.kind === kind);
}

function compareTable(
  table: RelationFacts,
  now: RelationFacts,
  files: ReadonlySet<string | null>,
  after: Relations,
): readonly MeasuredWork[] {
  const indexes = [...after.values()].filter(({ kind, of }) => kind === "i" && of === now.oid);
  const isRewritten = now.file !== table.file;
  const isScanned = now.oid === table.oid && now.scans > table.scans;
  const isWritten = !isRewritten && countWritten(now) > countWritten(table);
  return [
    ...(isRewritten ? ["rewrite" as const] : []),
    ...(indexes.some(({ file }) => !files.has(file)) ? ["build" as const] : []),
    ...(isScanned ? ["scan" as const] : []),
    ...(isWritten ? ["write" as const] : []),
  ];
}
