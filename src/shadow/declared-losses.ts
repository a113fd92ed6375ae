import { shortName } from "../sql.ts";
import type { Accepted } from "./accepted.ts";
import type { ColumnFate, ContentFates } from "./fates.ts";
import { type LostColumns, nameColumn } from "./losses.ts";
import type { NotProved } from "./proof.ts";

/**
 * Lists what is lost and was not declared. What an UPDATE or DELETE of a revision changes is only graded: its line says it.
 * @param own the schema in which names need no schema
 */
export function findUndeclared(
  { tables: all }: ContentFates,
  lost: LostColumns,
  accepted: Accepted,
  own: string,
): readonly NotProved[] {
  const isNamed = (...names: readonly (string | undefined)[]) =>
    names.some((name) => name !== undefined && [name, shortName(name, own)].some((one) => accepted.names.has(one)));
  const goneTables = all.filter(({ to }) => to === undefined);
  const tables = goneTables.filter(({ table }) => !isNamed(table));
  const columns = all
    .filter((table) => !goneTables.includes(table))
    .flatMap(({ table, to, columns: fates }) =>
      fates.filter(({ column }) => !isNamed(table, `${table}.${column}`, to && `${to}.${column}`)),
    )
    .filter((fate) => fate.fate === "gone" || isSilentChange(fate, lost, accepted));
  return [
    ...tables.map(({ table }) => ({ table, reason: `it is gone. ${howTo("drop-table", table, own)}` })),
    ...columns.map((fate) => ({ table: fate.table, reason: describeLoss(lost.get(nameColumn(fate)) ?? fate, own) })),
  ];
}

/** Whether an operation changes values that it does not name. Rows that are gone without a statement are in a dropped partition. */
function isSilentChange(fate: ColumnFate, lost: LostColumns, { writesRows }: Accepted): boolean {
  if (!lost.has(nameColumn(fate))) return false;
  return fate.fate === "cast" || (!writesRows && fate.values.some(({ after }) => after !== undefined));
}

function describeLoss(fate: ColumnFate, own: string): string {
  const name = nameColumn(fate);
  if (fate.fate !== "gone") {
    const [value] = fate.values;
    const example = value === undefined ? "" : `, such as ${showValue(value.before)} → ${showValue(value.after)}`;
    const loses = fate.types === undefined ? "has other values afterwards" : `loses values in ${fate.types[1]}`;
    return `${fate.column} ${loses}${example}. ${howTo("retype-loses", name, own)}`;
  }
  const found = fate.to === undefined ? "" : ` Its values are in ${shortName(fate.to, own)}.`;
  return `${fate.column} is gone, with the values of ${fate.values.length} rows.${found} ${howTo("drop-column", name, own)}`;
}

/** A value as a sentence has it: quoted, and not too long. */
export function showValue(value: string | null | undefined): string {
  if (value == null) return "nothing";
  return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`;
}

function howTo(rule: string, name: string, own: string): string {
  return `If that is right, write op.accept("${rule}", "the reason") before the operation, or add --accept-loss ${shellWord(shortName(name, own))}`;
}

/** A word as a shell reads it. */
function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Lists the names of the command line that no column and no table of the proofs has.
 * @param own the schema in which names need no schema
 */
export function findUnknownNames(
  names: readonly string[],
  fates: readonly ContentFates[],
  own: string,
): readonly string[] {
  const tables = fates.flatMap((one) => one.tables);
  const all = tables.flatMap(({ table, to, columns }) => [
    table,
    to,
    ...columns.flatMap((one) => [nameColumn(one), one.to]),
  ]);
  const known = new Set(all.flatMap((name) => (name === undefined ? [] : [name, shortName(name, own)])));
  return fates.length === 0 ? [] : names.filter((name) => !known.has(name));
}
