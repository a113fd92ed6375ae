import { isSerial, storedType } from "../kinds/column-types.ts";
import * as operations from "../kinds/operations.ts";
import { sequenceAt } from "../kinds/serials.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column, Index } from "../schema/schema.ts";
import { bareName, clipName, id, literal, path, siblingName } from "../sql.ts";
import { findTable, type ReviewedStep, type RuleFinding } from "./finding.ts";

/** Operations that do the same as one that blocks others. Each list is a transaction. */
export type Recipe = readonly (readonly Operation[])[];

/**
 * Ends each transaction of a recipe but the last with `commit`, so that all lists together are what one revision says. A
 * step outside a transaction ends the one before it.
 */
export function endTransactions(recipe: Recipe): Recipe {
  return recipe.map((list, at) => {
    const next = recipe[at + 1];
    if (next === undefined) return list;
    const isApart = [list.at(-1), next[0]].some((one) => one?.outsideTransaction);
    return isApart ? list : [...list, operations.commit()];
  });
}

/**
 * What to do where a type rewrites the table, or old code needs the old name. It takes two revisions and a release between
 * them, so it is no list of operations, and `--fix` leaves such an operation alone.
 */
export const EXPAND_AND_CONTRACT =
  "Expand and contract, in two revisions: the first adds the new column, keeps it in step with the old one by a trigger and fills it with op.backfill; the second drops the old one when no code uses it any more.";

/**
 * The recipe for NOT NULL: a check that is validated while others write proves it, so PostgreSQL reads no rows under its lock.
 * @param change the operation that sets NOT NULL
 */
export function checkNotNullFirst(table: string, column: string, change: Operation): Recipe {
  const { add, validate, drop } = checkNotNull(table, column);
  return [[add], [validate], [change, drop]];
}

function checkNotNull(table: string, column: string): Readonly<Record<"add" | "validate" | "drop", Operation>> {
  const name = `${clipName(`CHK_${bareName(table)}_${column}`, "_not_null".length)}_not_null`;
  const check = { name, expression: `${id(column)} IS NOT NULL` };
  return {
    add: operations.createCheckConstraint(table, check, { notValid: true }),
    validate: operations.validateConstraint(table, name),
    drop: operations.dropConstraint(table, name),
  };
}

/** The recipe for a new column with a volatile default; none for a table without a primary key, which cannot be filled in batches. */
export function fillFirst(step: ReviewedStep, table: string, column: Column): Recipe | undefined {
  const { default: value, nullable, ...rest } = column;
  if (value === undefined || !canBeFilled(step, table)) return undefined;
  return [
    [
      operations.addColumn(table, { ...rest, nullable: true }),
      operations.alterColumn(table, column.name, { default: value }),
    ],
    ...fillIn(table, column, value, nullable === true ? [] : [setNotNull(table, column.name)]),
  ];
}

/** The recipe for a new serial column. */
export function serialFirst(step: ReviewedStep, table: string, column: Column): Recipe | undefined {
  if (!isSerial(column.type) || !canBeFilled(step, table)) return undefined;
  const name = sequenceAt(table, column);
  return numberFirst(table, column, name, [setNotNull(table, column.name)]);
}

/** The recipe for a new identity column. It gets its numbers from a sequence that is dropped in the end. */
export function identityFirst(step: ReviewedStep, table: string, column: Column): Recipe | undefined {
  const { generatedIdentity, sequence } = column;
  if (generatedIdentity === undefined || sequence !== undefined || !canBeFilled(step, table)) return undefined;
  const name = siblingName(table, `${clipName(`${bareName(table)}_${column.name}`, "_fill".length)}_fill`);
  return numberFirst(table, column, name, [
    operations.alterColumn(table, column.name, {
      nullable: false,
      default: null,
      generatedIdentity,
      continueAfter: name,
    }),
    operations.dropSequence(name),
  ]);
}

function numberFirst(table: string, column: Column, name: string, last: readonly Operation[]): Recipe {
  const { generatedIdentity: _, sequence: __, nullable: ___, ...rest } = column;
  const type = storedType(column.type);
  const value = `nextval(${literal(path(name))}::regclass)`;
  const owned = isSerial(column.type)
    ? [operations.alterSequence({ name, ownedBy: { table, column: column.name } })]
    : [];
  return [
    [
      operations.addColumn(table, { ...rest, type, nullable: true }),
      operations.createSequence({ name, ...(type !== "bigint" && { type: type as "integer" }) }),
      ...owned,
      operations.alterColumn(table, column.name, { default: value }),
    ],
    ...fillIn(table, column, value, last),
  ];
}

/** Fills a new column in batches. If it becomes NOT NULL, a check proves that first. */
function fillIn(table: string, { name }: Column, value: string, last: readonly Operation[]): Recipe {
  const fill = [operations.backfill(table, { set: { [name]: value }, where: `${id(name)} IS NULL` })];
  const [change, ...rest] = last;
  if (change === undefined) return [fill];
  const checked = checkNotNullFirst(table, name, change);
  return [fill, ...checked.slice(0, -1), [...(checked.at(-1) ?? []), ...rest]];
}

function setNotNull(table: string, column: string): Operation {
  return operations.alterColumn(table, column, { nullable: false });
}

function canBeFilled(step: ReviewedStep, table: string): boolean {
  return findTable(step, table)?.primaryKey !== undefined;
}

/**
 * The recipe for a constraint that an index makes. If the constraint replaces one of the same name, that one goes when the
 * index of the new one is there.
 * @param make makes the constraint from an index
 * @param open its columns that may have NULL, if it is a primary key
 */
export function buildFirst(
  step: ReviewedStep,
  key: { readonly table: string; readonly name: string; readonly columns: readonly string[] },
  make: (index: string) => Operation,
  open: readonly string[] = [],
): Pick<RuleFinding, "recipe" | "without"> {
  const { table, name, columns } = key;
  const index = `${clipName(name, "_idx".length)}_idx`;
  const replaced = findReplaced(step, "constraint");
  const build = operations.createIndex(table, { name: index, columns, unique: true }, { concurrently: true });
  const checks = open.map((column) => checkNotNull(table, column));
  const last = [...replaced, make(index), ...checks.map(({ drop }) => drop)];
  return {
    recipe: [[build], ...checks.flatMap(({ add, validate }) => [[add], [validate]]), last],
    ...(replaced.length > 0 && { without: replaced }),
  };
}

/** The recipe for an index. If it replaces one of the same name, that one serves queries until the new one is there. */
export function buildIndexFirst(
  step: ReviewedStep,
  table: string,
  index: Index,
): Pick<RuleFinding, "recipe" | "without"> {
  const replaced = findReplaced(step, "index");
  if (replaced.length === 0) return { recipe: [[operations.createIndex(table, index, { concurrently: true })]] };
  const { name } = index;
  const [built, old] = ["_new", "_old"].map((end) => `${clipName(name, end.length)}${end}`) as [string, string];
  return {
    recipe: [
      [operations.createIndex(table, { ...index, name: built }, { concurrently: true })],
      [operations.renameIndex(table, name, old), operations.renameIndex(table, built, name)],
      [operations.dropIndex(table, old, { concurrently: true })],
    ],
    without: replaced,
  };
}

/**
 * Finds the earlier operation that drops what the step creates again under the same name. Nothing between the two may
 * change the columns or the name of the table, because the new index is built before the old one goes.
 */
function findReplaced(step: ReviewedStep, kind: "index" | "constraint"): readonly Operation[] {
  const { target } = step.operation;
  const found = step
    .earlierOn(target?.table ?? "")
    .findLast(({ operation }) => does(operation, "drop", kind) && operation.target?.name === target?.name);
  if (found === undefined) return [];
  const between = step.earlier.slice(step.earlier.indexOf(found) + 1);
  return between.some(({ operation }) => isInTheWay(operation, target?.table)) ? [] : [found.operation];
}

function isInTheWay({ target, custom }: Operation, table: string | undefined): boolean {
  if (custom !== undefined) return true;
  return target?.kind === "column" ? target.table === table : target?.kind === "table" && target.name === table;
}
