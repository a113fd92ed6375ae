import { collect } from "../collect.ts";
import type { Operation } from "../schema/operation.ts";
import { nameOfToken, tokenize } from "../tokens.ts";

/** Functions of PostgreSQL and its extensions that give each row a value of its own. */
const VOLATILE = new Set([
  "gen_random_uuid",
  "uuid_generate_v1",
  "uuid_generate_v1mc",
  "uuid_generate_v4",
  "uuidv4",
  "uuidv7",
  "random",
  "random_normal",
  "clock_timestamp",
  "timeofday",
  "nextval",
  "setval",
  "lastval",
  "currval",
]);

/** Lists the functions that defaults of new columns call. */
export function listDefaultFunctions(operations: readonly Operation[]): readonly string[] {
  const names = operations.flatMap(({ target, args }) => {
    if (target?.kind !== "column" || target.effect !== "create") return [];
    const { default: value }: { readonly default?: unknown } = Object(args[1]);
    if (typeof value !== "string") return [];
    return listCalls(value);
  });
  return [...new Set(names)];
}

/**
 * Makes the function that says whether an expression is volatile.
 * @param volatile the volatile functions by name, if a database was asked
 */
export function judgeVolatility(volatile?: readonly string[]): (expression: string) => boolean {
  const known = volatile === undefined ? VOLATILE : new Set(volatile);
  return (expression) => listCalls(expression).some((name) => known.has(name));
}

/** The functions that an SQL text calls, without their schemas. */
export function listCalls(expression: string): readonly string[] {
  const tokens = tokenize(expression).filter(({ kind }) => kind !== "space" && kind !== "comment");
  return tokens.flatMap((token, at) => collect(tokens[at + 1]?.text === "(" && nameOfToken(token)));
}
