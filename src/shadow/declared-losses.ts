import type { OperationTarget } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { ColumnFate, ContentFates } from "./fates.ts";
import { type LostColumns, nameColumn } from "./losses.ts";
import type { NotProved } from "./proof.ts";

/** What may be lost. */
export interface Accepted {
  /** Columns and tables: `shop.fax`, `sales.shop.fax`, `shop`. */
  readonly names: ReadonlySet<string>;
  /** A statement of the revision's own was declared to drop something, and it does not say what. */
  readonly anyGone: boolean;
  /** The same for values that are changed, and for the labels of an enum type. */
  readonly anyCast: boolean;
}

const GONE = ["drop-column", "drop-table"];
const CAST = ["retype-loses", "enum-value-removed"];

/**
 * Lists what a revision declares with `op.accept`, and what the command line adds.
 * @param names columns and tables of the command line
 */
export function listAccepted({ upgrade }: Pick<LoadedRevision, "upgrade">, names: readonly string[]): Accepted {
  const declared = upgrade.flatMap(({ operation: { target }, acceptances = [] }) =>
    acceptances.map(({ operation }) => ({ rule: String(operation.args[0]), name: nameTarget(target) })),
  );
  const own = declared.filter(({ rule }) => [...GONE, ...CAST].includes(rule)).flatMap(({ name }) => name ?? []);
  const isOpen = (rules: readonly string[]) =>
    declared.some(({ rule, name }) => rules.includes(rule) && name === undefined);
  return { names: new Set([...names, ...own]), anyGone: isOpen(GONE), anyCast: isOpen(CAST) };
}

/** @returns nothing for a statement of the revision's own, and for a type that several columns may have */
function nameTarget(target: OperationTarget | undefined): string | undefined {
  if (target?.kind === "table") return target.name;
  if (target?.kind !== "column") return undefined;
  return `${target.table}.${target.name}`;
}

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
  const tables = accepted.anyGone ? [] : goneTables.filter(({ table }) => !isNamed(table));
  const columns = all
    .filter((table) => !goneTables.includes(table))
    .flatMap(({ table, to, columns: fates }) =>
      fates.filter(({ column }) => !isNamed(table, `${table}.${column}`, to && `${to}.${column}`)),
    )
    .filter((fate) => (fate.fate === "gone" ? !accepted.anyGone : isLostCast(fate, lost) && !accepted.anyCast));
  return [
    ...tables.map(({ table }) => ({ table, reason: `it is gone. ${howTo("drop-table", table, own)}` })),
    ...columns.map((fate) => ({ table: fate.table, reason: describeLoss(fate, own) })),
  ];
}

function isLostCast(fate: ColumnFate, lost: LostColumns): boolean {
  return fate.fate === "cast" && lost.has(nameColumn(fate));
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
