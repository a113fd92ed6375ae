import { PLACEHOLDER } from "../kinds/statements.ts";
import { does, mayWriteRows } from "../kinds/targets.ts";
import type { Call } from "../revision/calls.ts";

/** What a person must write before the lines of a question can run. */
export interface Need {
  /** One sentence. */
  readonly text: string;
  /** The lines run as they are if this table has no rows. */
  readonly unlessEmpty?: string;
  /** A line has a placeholder for it and cannot run before it is written. */
  readonly unwritten?: true;
}

/**
 * Finds what only a person can write. Then the lines of a question cannot simply be kept. After a person has completed
 * the lines, the question needs nothing more.
 * @param calls the lines below the question; for a question without lines of its own an empty list
 */
export function findNeed(calls: readonly Call[]): Need | undefined {
  if (calls.length === 0) return { text: "It has no lines directly below it. Edit the file by hand." };
  return findPlaceholder(calls) ?? findColumnWithoutValues(calls);
}

/** Finds a line with a placeholder. */
function findPlaceholder(calls: readonly Call[]): Need | undefined {
  for (const call of calls) {
    const [table, column, changes] = call.args;
    if (does(call, "update") && Object.values(Object(Object(column).set)).includes(PLACEHOLDER))
      return { text: `The ${PLACEHOLDER} in op.${call.name} needs an expression.`, unwritten: true };
    if (Object(changes).using !== PLACEHOLDER) continue;
    return { text: `${table}.${column} needs an expression for \`using\`.`, unwritten: true };
  }
  return undefined;
}

/**
 * Finds a column that becomes required although existing rows have no value in it: no call that could write one is
 * between the addition of the column and the call that makes it required.
 */
function findColumnWithoutValues(calls: readonly Call[]): Need | undefined {
  let added: readonly string[] = [];
  for (const call of calls) {
    const [table, second, third] = call.args;
    if (mayWriteRows(call)) added = [];
    if (does(call, "create", "column") && isEmpty(second)) added = [...added, `${table}.${readName(second)}`];
    if (does(call, "alter", "column") && Object(third).nullable === false && added.includes(`${table}.${second}`))
      return { text: `${table}.${second} needs a value in the existing rows.`, unlessEmpty: String(table) };
  }
  return undefined;
}

function readName(column: unknown): unknown {
  return Object(column).name;
}

function isEmpty(column: unknown): boolean {
  const { nullable, default: value, asExpression } = Object(column);
  return nullable === true && value === undefined && asExpression === undefined;
}
