import type { ColumnFate, ContentFates } from "./fates.ts";
import { type LostColumns, nameColumn } from "./losses.ts";
import type { NotProved } from "./proof.ts";

/** What may be lost: `shop.fax`, `sales.shop.fax`, or a table. */
export type Accepted = ReadonlySet<string>;

/**
 * Lists what is lost and was not declared. What an UPDATE or DELETE of a revision changes is only graded: its line says it.
 * @param own the schema in which names need no schema
 */
export function findUndeclared(
  fates: ContentFates,
  lost: LostColumns,
  accepted: Accepted,
  own: string,
): readonly NotProved[] {
  const goneTables = fates.tables.filter(({ to }) => to === undefined);
  const tables = goneTables.filter(({ table }) => !isAccepted(table, accepted, own));
  const columns = fates.tables
    .filter((table) => !goneTables.includes(table))
    .flatMap(({ columns: all }) => all)
    .filter((fate) => fate.fate === "gone" || (fate.fate === "cast" && lost.has(nameColumn(fate))))
    .filter(({ table, column }) => ![table, `${table}.${column}`].some((name) => isAccepted(name, accepted, own)));
  return [
    ...tables.map(({ table }) => ({ table, reason: `it is gone. ${howTo("drop-table", table, own)}` })),
    ...columns.map((fate) => ({ table: fate.table, reason: describeLoss(fate, own) })),
  ];
}

function isAccepted(name: string, accepted: Accepted, own: string): boolean {
  return accepted.has(name) || accepted.has(shortName(name, own));
}

/** The name without the schema in which names need none. */
export function shortName(name: string, own: string): string {
  return name.startsWith(`${own}.`) ? name.slice(own.length + 1) : name;
}

function describeLoss(fate: ColumnFate, own: string): string {
  const name = nameColumn(fate);
  if (fate.fate !== "gone") {
    const [value] = fate.values;
    const example = value === undefined ? "" : `, such as ${show(value.before)} → ${show(value.after)}`;
    return `${fate.column} loses values in ${fate.types?.[1]}${example}. ${howTo("retype-loses", name, own)}`;
  }
  const found = fate.to === undefined ? "" : ` Its values are in ${shortName(fate.to, own)}.`;
  return `${fate.column} is gone, with the values of ${fate.values.length} rows.${found} ${howTo("drop-column", name, own)}`;
}

function show(value: string | null | undefined): string {
  if (value == null) return "nothing";
  return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`;
}

function howTo(rule: string, name: string, own: string): string {
  return `If that is right, write op.accept("${rule}", "the reason") before the operation, or add --accept-loss ${shortName(name, own)}`;
}
