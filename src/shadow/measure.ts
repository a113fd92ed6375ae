import { collect } from "../collect.ts";
import { LOCK_MODES, type Lock } from "../schema/operation.ts";
import { parseName, qualifiedName } from "../sql.ts";
import { countWritten, type Observed, type RelationFacts, readSight, type Sight } from "./sight.ts";

/** Work on the rows of a table. `write`: rows are inserted, updated or deleted one by one. */
export type MeasuredWork = "rewrite" | "build" | "scan" | "write";

/** What one or several statements did to the relations that existed before, by their names before. */
export interface Measured {
  /** The locks that were taken, without those of reading, the weakest first. */
  readonly locks: readonly Lock[];
  /** What was done to the rows of each table; nothing for the others. */
  readonly work: Readonly<Record<string, readonly MeasuredWork[]>>;
  readonly before: Sight;
  readonly after: Sight;
  /** The schema in which names need no schema. */
  readonly own: string;
}

/** A statement, measured. */
export interface MeasuredStatement extends Measured {
  /** All locks that the transaction had at its end, the weakest first. */
  readonly held: readonly Lock[];
}

/** Measures the statements of one transaction, or one statement outside a transaction. */
export interface Meter {
  /** Measures what was done since the last call. */
  readonly next: () => Promise<MeasuredStatement>;
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
export async function startMeter(db: Observed, options: MeterOptions): Promise<Meter> {
  const start = leaveOut(await readSight(db), options);
  let before = start;
  return {
    next: async () => {
      const after = leaveOut(await readSight(db, before), options);
      const known = new Map([...before.relations].filter(([oid]) => start.relations.has(oid)));
      const earlier = new Set(before.locks.map(nameLock));
      const locks = after.locks.filter((lock) => !earlier.has(nameLock(lock)));
      const work = listWork(before, after, options.own);
      const named = (list: Sight["locks"]) => nameLocks(list, known, options.own);
      const measured = { locks: named(locks), held: named(after.locks), work, before, after, own: options.own };
      before = after;
      return measured;
    },
    total: () => listWork(start, before, options.own),
    held: () => nameLocks(before.locks, start.relations, options.own),
  };
}

function leaveOut(sight: Sight, { leave = [] }: MeterOptions): Sight {
  const relations = [...sight.relations].filter(([, { schema, name }]) => !leave.includes(`${schema}.${name}`));
  return { ...sight, relations: new Map(relations) };
}

function nameLock({ oid, mode }: Sight["locks"][number]): string {
  return `${oid} ${mode}`;
}

/** Locks on relations that are known, by their names. A sequence that gives a number blocks no other session. */
export function nameLocks(locks: Sight["locks"], known: Sight["relations"], own: string): readonly Lock[] {
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

/** The name of a relation as revisions write it. */
export function nameRelation({ schema, name }: RelationFacts, own: string): string {
  return qualifiedName(name, schema === own ? undefined : schema);
}

/** The name as it is measured, where a revision names the schema although it need not. */
export function measuredName(text: string, own: string): string {
  if (text === "") return text;
  const { schema, name } = parseName(text);
  return qualifiedName(name, schema === own ? undefined : schema);
}

function listWork(before: Sight, after: Sight, own: string): Measured["work"] {
  const touched = listTouched(before, after);
  const all = [...before.relations.values()];
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
function listTouched(before: Sight, after: Sight): ReadonlySet<number | null> {
  const gone = [...before.relations.keys()].filter((oid) => !after.relations.has(oid));
  const other = [...after.relations.values()].filter((one) => before.relations.get(one.oid) !== one);
  return new Set([...gone, ...other.flatMap(({ oid, of }) => [oid, of])]);
}

/** A table that is built again keeps its name only. */
export function findAgain(table: RelationFacts, after: Sight): RelationFacts | undefined {
  const found = after.relations.get(table.oid);
  if (found !== undefined) return found;
  const { schema, name, kind } = table;
  return [...after.relations.values()].find((one) => one.name === name && one.schema === schema && one.kind === kind);
}

function compareTable(
  table: RelationFacts,
  now: RelationFacts,
  files: ReadonlySet<string | null>,
  after: Sight,
): readonly MeasuredWork[] {
  const indexes = [...after.relations.values()].filter(({ kind, of }) => kind === "i" && of === now.oid);
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
