import { mayWriteRows } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import { parseName } from "../sql.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { TableContent } from "./content.ts";
import { findAgain } from "./measure.ts";
import type { MeasuredStep } from "./measure-run.ts";
import type { ColumnFacts, RelationFacts } from "./sight.ts";

/** What may be lost. */
export interface Accepted {
  /** Columns and tables, as the command line and the operations name them: `shop.fax`, `sales.shop.fax`, `shop`. */
  readonly names: ReadonlySet<string>;
  /** The rules that each operation of the upgrade accepts, in the order of the operations. */
  readonly rules: readonly (readonly string[])[];
  /** The revision has statements that may change values of any column: their lines say it. */
  readonly writesRows: boolean;
}

const CAST = ["retype-loses", "enum-value-removed"];

/**
 * Lists what a revision declares with `op.accept`, and what the command line adds.
 * @param names columns and tables of the command line
 */
export function listAccepted({ upgrade }: Pick<LoadedRevision, "upgrade">, names: readonly string[]): Accepted {
  const rules = upgrade.map(({ acceptances = [] }) => acceptances.map(({ operation }) => String(operation.args[0])));
  const cast = upgrade.filter((_, at) => rules[at]?.some((rule) => CAST.includes(rule)));
  const own = cast.flatMap(({ operation }) => nameColumns(operation));
  return {
    names: new Set([...names, ...own]),
    rules,
    writesRows: upgrade.some(({ operation }) => mayWriteRows(operation)),
  };
}

/** The columns whose values an operation changes. */
function nameColumns({ target, retypes = [] }: Operation): readonly string[] {
  const retyped = retypes.map(({ table, column }) => `${plainName(table)}.${column}`);
  if (target?.kind !== "column" || target.table === undefined) return retyped;
  return [`${plainName(target.table)}.${target.name}`, ...retyped];
}

/** A name as the content of a database has it: without quotes. */
function plainName(text: string): string {
  const { schema, name } = parseName(text);
  return schema === undefined ? name : `${schema}.${name}`;
}

/**
 * Lists what the operations took that accept it: also a statement of the revision's own, which says
 * nothing about itself.
 * @param steps the operations of the upgrade, measured
 * @param before the tables before the upgrade: an operation before may have renamed them
 * @returns tables and columns by their names before the upgrade
 */
export function listTaken(
  { rules }: Accepted,
  steps: readonly MeasuredStep[],
  before: readonly TableContent[],
): readonly string[] {
  return steps.flatMap((step) => {
    const accepted = step.direction === "upgrade" ? (rules[step.at] ?? []) : [];
    return accepted.length === 0 ? [] : before.flatMap((table) => nameTaken(table, step, accepted));
  });
}

function nameTaken(table: TableContent, step: MeasuredStep, rules: readonly string[]): readonly string[] {
  const facts = step.before.get(table.oid);
  if (facts === undefined) return [];
  const now = findAgain(facts, step.after);
  if (now === undefined) return rules.includes("drop-table") ? [table.name] : [];
  const isGone = (one: ColumnFacts) => findColumn(facts, now, one) === undefined;
  const gone = rules.includes("drop-column") ? (facts.columns ?? []).filter(isGone) : [];
  const cast = rules.some((rule) => CAST.includes(rule)) ? listCast(facts, now, step) : [];
  const numbers = new Set([...gone, ...cast].map(({ number }) => number));
  return table.columns.filter(({ number }) => numbers.has(number)).map(({ name }) => `${table.name}.${name}`);
}

/** The columns that have another type. A statement that wrote a table again may have changed values in their own type. */
function listCast(facts: RelationFacts, now: RelationFacts, { operation }: MeasuredStep): readonly ColumnFacts[] {
  const columns = facts.columns ?? [];
  const retyped = columns.filter((one) => {
    const type = findColumn(facts, now, one)?.type;
    return type !== undefined && type !== one.type;
  });
  const isRewritten = facts.oid === now.oid && facts.file !== now.file && operation.custom !== undefined;
  return retyped.length === 0 && isRewritten ? columns : retyped;
}

/** A table that was made again has columns with other numbers. */
function findColumn(before: RelationFacts, now: RelationFacts, column: ColumnFacts): ColumnFacts | undefined {
  const isSame = before.oid === now.oid;
  return now.columns?.find(({ number, name }) => (isSame ? number === column.number : name === column.name));
}
