import { collect } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Operation } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { Column, Named, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { type HandMade, type IfExists, ifExistsSql, type Owners, withOptions } from "./kind.ts";
import { exclusive, exclusiveWithTied, locked } from "./locks.ts";
import { ifExists } from "./option-rules.ts";
import { plainSource, showRows } from "./row-probes.ts";
import { rowsWithResults } from "./rows-with-results.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";

/** Whether a new constraint leaves existing rows unchecked. */
export interface NotValid {
  /** `validateConstraint` checks them in a later revision, without a lock that blocks reads or writes. */
  readonly notValid?: true;
}

/** What options with {@link NotValid} have to be. */
export const notValid = optional(shape<NotValid>({ notValid: optional(is.yes) }));

/** What its operations take. */
export const constraintParameters = {
  renameConstraint: { table: is.text, from: is.text, to: is.text },
  validateConstraint: { table: is.text, name: is.text },
  dropConstraint: { table: is.text, name: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Renames a constraint, and its index if it has one.
 * @param table the table
 * @param from its name
 * @param to its new name
 * @example op.renameConstraint("shop", "UQ_9f2c", "UQ_shop_code")
 */
export function renameConstraint(table: string, from: string, to: string): Operation {
  return {
    name: "renameConstraint",
    args: [table, from, to],
    target: { kind: "constraint", table, name: from, effect: "rename", to },
    sql: [`ALTER TABLE ${path(table)} RENAME CONSTRAINT ${id(from)} TO ${id(to)}`],
    locks: exclusive(table),
  };
}

/**
 * Checks the rows that are older than a `notValid` constraint, without blocking reads or writes.
 * @param table the table
 * @param name the constraint
 * @example op.validateConstraint("lease", "CHK_lease_rent")
 */
export function validateConstraint(table: string, name: string): Operation {
  return {
    name: "validateConstraint",
    args: [table, name],
    target: { kind: "constraint", table, name, effect: "alter" },
    byHand: true,
    sql: [`ALTER TABLE ${path(table)} VALIDATE CONSTRAINT ${id(name)}`],
    probes: [{ table, finds: "unchecked", name }],
    locks: locked("SHARE UPDATE EXCLUSIVE", table),
  };
}

/**
 * Drops a primary key, unique, check, exclusion or foreign key constraint.
 * @param table the table
 * @param name the constraint
 * @param options with `ifExists: true` nothing happens if the constraint does not exist
 * @example op.dropConstraint("lease", "CHK_lease_rent")
 */
export function dropConstraint(table: string, name: string, options: IfExists = {}): Operation {
  return {
    name: "dropConstraint",
    args: withOptions([table, name], options),
    target: { kind: "constraint", table, name, effect: "drop" },
    sql: [`ALTER TABLE ${path(table)} DROP CONSTRAINT ${ifExistsSql(options)}${id(name)}`],
    locks: exclusiveWithTied(table),
  };
}

/** What the question about a constraint says. */
interface Wording<Item> {
  /** The kind of constraint, in words: `unique constraint`. */
  readonly kind: string;
  /** Its definition, as a person reads it. */
  readonly describe: (item: Item) => string;
  /** The rows that violate it. */
  readonly probe?: (item: Item) => RowProbe;
}

/** The question about a constraint or unique index that is added (`to`), dropped (`from`) or replaced (both). */
export function constraintQuestion<Item extends Named>(
  from: Item | undefined,
  to: Item | undefined,
  owners: Owners<Table>,
  { kind, describe, probe }: Wording<Item>,
): Question {
  const table = to === undefined ? owners.before.name : owners.after.name;
  const found = mapGiven(to, (item) => probe?.(item));
  return {
    about: "constraint",
    asks: "constraint",
    subject: { kind, table, name: (to ?? from)?.name ?? "" },
    ...dropUndefined({ from: mapGiven(from, describe), to: mapGiven(to, describe) }),
    ...mapGiven(found, (rows) => describeRows(rows, rowsWithResults(owners, rows))),
  };
}

/**
 * The query of a question for the rows that an operation cannot work with, and what happens to them.
 * @param probe which rows
 * @param source what is known of its table
 */
export function describeRows(probe: RowProbe, source = plainSource(probe.table)): Pick<Question, "query" | "rows"> {
  const shown = showRows(probe, (name) => (name === probe.table ? source : plainSource(name)));
  if ("none" in shown) return {};
  const { query, rows } = shown;
  return { query, rows };
}

/** The rows that a new constraint refuses: at once, or when it is validated. */
export function probeCreation(probe: RowProbe, notValid: true | undefined): Pick<Operation, "probes" | "unchecked"> {
  return notValid ? { unchecked: [probe] } : { probes: [probe] };
}

/** The arguments of an operation that creates a constraint, and its target. */
export function describeCreation(table: string, named: Named, options: object | false | undefined) {
  return {
    args: [table, named, ...collect(options)],
    target: { kind: "constraint", table, name: named.name, effect: "create" },
  } as const;
}

/**
 * Whether a constraint needs no question of its own, because of its columns: it is dropped with a column, or no row
 * can violate it.
 */
export function followsColumns(
  from: { readonly columns: readonly string[] } | undefined,
  to: { readonly columns: readonly string[] } | undefined,
  owners: Owners<Table>,
): boolean {
  if (from === undefined) return to !== undefined && isOnNewColumn(to.columns, owners);
  return to === undefined && isDroppedWithColumn(from.columns, owners);
}

/** Whether a constraint over these columns is dropped with one of them. */
function isDroppedWithColumn(columns: readonly string[], { after }: Owners<Table>): boolean {
  return columns.some((name) => !after.columns.some((column) => column.name === name));
}

/** Whether something that people made comes back as it was: PostgreSQL checks the rows, and nothing is to be decided. */
export function isPutBack(from: HandMade | undefined, to: HandMade | undefined): boolean {
  return from === undefined && to?.definition !== undefined;
}

/** Whether no row can violate a constraint because one of its columns is new and still empty. */
export function isOnNewColumn(columns: readonly string[], { before, after }: Owners<Table>): boolean {
  return columns.some((name) => {
    const column = findColumn(after, name);
    if (column === undefined || findColumn(before, name) !== undefined || column.asExpression !== undefined)
      return false;
    return column.nullable === true && column.default === undefined;
  });
}

function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}
