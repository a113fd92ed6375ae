import type { Call } from "./calls.ts";

/** A column without values in the rows that are there. */
export interface Empty {
  readonly table: string;
  readonly column: string;
}

/** Calls that may give the rows their values. */
const WRITERS = ["sql", "run", "insertRows", "backfill"];

/**
 * The column that becomes required although the rows that are there have no value in it: nothing stands between the call
 * that adds it and the one that makes it required.
 * @param calls the calls of a question, or of a whole direction
 */
export function columnWithoutValues(calls: readonly Call[]): Empty | undefined {
  let added: readonly string[] = [];
  for (const { name, args } of calls) {
    const [table, second, third] = args;
    if (WRITERS.includes(name)) added = [];
    if (name === "addColumn" && isEmpty(second)) added = [...added, `${table}.${nameOf(second)}`];
    if (name === "alterColumn" && Object(third).nullable === false && added.includes(`${table}.${second}`))
      return { table: String(table), column: String(second) };
  }
  return undefined;
}

function nameOf(column: unknown): unknown {
  return Object(column).name;
}

function isEmpty(column: unknown): boolean {
  const { nullable, default: value, asExpression } = Object(column);
  return nullable === true && value === undefined && asExpression === undefined;
}

/** Whether a question's query finds rows that make its statements fail, not rows that are only changed or lost. */
export function findsRowsInTheWay(text: string): boolean {
  return /\bin the way\b/i.test(text);
}
