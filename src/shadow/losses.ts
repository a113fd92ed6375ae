import type { Database } from "../database.ts";
import { literal } from "../sql.ts";
import type { TableContent } from "./content.ts";
import { type ColumnFate, type ContentFates, findColumnFates } from "./fates.ts";

/** Columns whose values are lost, as `schema.table.column`. */
export type LostColumns = ReadonlyMap<string, ColumnFate>;

/** The name of a column in {@link LostColumns}. */
export function nameColumn({ table, column }: Pick<ColumnFate, "table" | "column">): string {
  return `${table}.${column}`;
}

/** Whether two databases differ in a column. Its type counts with the catalog: an enum type that was made again is equal. */
export function isDifferent({ fate, to, changed }: ColumnFate): boolean {
  return fate === "gone" || to !== undefined || changed > 0;
}

/** Lists what became of every column that was there before. */
export function listFates({ tables }: Pick<ContentFates, "tables">): readonly ColumnFate[] {
  return tables.flatMap(({ columns }) => columns);
}

/**
 * Finds the columns that an upgrade takes values from. A changed value is not lost if the downgrade brings it back, or if
 * it is the same value in another type.
 * @param db says how PostgreSQL reads a value in another type
 * @param back what the downgrade brought back; nothing if there was none
 * @returns the columns, each with its lost values first
 */
export async function findUpgradeLosses(
  db: Database,
  fates: ContentFates,
  { restored, missing }: Pick<Returned, "restored" | "missing">,
): Promise<LostColumns> {
  const lost = new Map<string, ColumnFate>();
  for (const fate of listFates(fates)) {
    const isLost = fate.fate === "gone" ? fate.to === undefined : await hasLost(db, fate, restored);
    if (isLost) lost.set(nameColumn(fate), { ...fate, values: sortLost(fate, missing.get(nameColumn(fate))) });
  }
  return lost;
}

function sortLost({ values }: ColumnFate, missing: ReadonlySet<string> = new Set()): ColumnFate["values"] {
  return values.toSorted((a, b) => Number(missing.has(b.before)) - Number(missing.has(a.before)));
}

async function hasLost(db: Database, fate: ColumnFate, restored: ReadonlySet<string>): Promise<boolean> {
  if (fate.values.length === 0 || restored.has(nameColumn(fate))) return false;
  if (fate.types === undefined) return true;
  for (const { before, after } of fate.values)
    if (after == null || !(await isSameIn(db, after, before, fate.types[0]))) return true;
  return false;
}

async function isSameIn(db: Database, after: string, before: string, type: string): Promise<boolean> {
  try {
    const [row] = await db.readOne(`SELECT CAST(${literal(after)} AS ${type})::text`);
    return row?.[0] === before;
  } catch {
    return false;
  }
}

/** What a downgrade brought back, and what it lost. */
export interface Returned {
  /** The columns that have all values that they had before the upgrade. */
  readonly restored: ReadonlySet<string>;
  /** The columns that have not, each with the values that are not back. */
  readonly missing: ReadonlyMap<string, ReadonlySet<string>>;
  /** The columns whose values are in another column that was there before. */
  readonly misplaced: readonly ColumnFate[];
}

/**
 * Compares the rows before the upgrade with those after the downgrade.
 * @param before the rows before the upgrade
 * @param back the rows after the downgrade
 */
export function findReturned(before: readonly TableContent[], back: readonly TableContent[]): Returned {
  const restored = new Set<string>();
  const missing = new Map<string, ReadonlySet<string>>();
  const fates = listFates(findColumnFates(before, back));
  for (const fate of fates) {
    const isBack = fate.to === undefined && fate.fate !== "gone" && fate.values.length === 0;
    if (isBack) restored.add(nameColumn(fate));
    else missing.set(nameColumn(fate), new Set(fate.values.map((value) => value.before)));
  }
  const known = new Set(fates.map(nameColumn));
  return { restored, missing, misplaced: fates.filter(({ to }) => to !== undefined && known.has(to)) };
}
