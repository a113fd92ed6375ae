import { does } from "../kinds/targets.ts";
import type { FunctionBodies } from "../read/function-bodies.ts";
import type { Operation } from "../schema/operation.ts";
import { nameOfToken, tokenize } from "../tokens.ts";
import type { ReviewedStep, SearchedFunction } from "./finding.ts";
import type { StepRule } from "./rule.ts";
import { listCalls } from "./volatile.ts";

/** Since this version PostgreSQL builds indexes and refreshes materialized views with a search path of its own. */
const SINCE = 170000;

export const unqualifiedFunction: StepRule = {
  level: "warning",
  evidence: "schema",
  what: "An index, a generated column or a materialized view calls a function whose body names a table or another function without its schema.",
  long: "Until the function names them with their schemas, or sets its own search path.",
  why: "In PostgreSQL 17 and later the search path is only pg_catalog while an index is made or a materialized view is refreshed. So the function does not find what it names, and CREATE INDEX, REINDEX, REFRESH MATERIALIZED VIEW or a restore of a dump fails.",
  instead: "Write the schemas in the body of the function, or run: ALTER FUNCTION … SET search_path = …",
  accept: "When the function finds what it names in pg_catalog too.",
  find: (step) => {
    const { operation, about } = step;
    const { version = 0, searched = [] } = about;
    if (version < SINCE || !isKept(operation)) return undefined;
    const calls = listCalls(operation.sql.join(";"));
    const [found] = searched.filter(({ name }) => calls.includes(name));
    if (found === undefined) return undefined;
    const { name = "", table = name } = operation.target ?? {};
    return { tables: [table], text: phraseFound(found, step) };
  },
};

const KEEPS = /^\s*create\s+(unique\s+)?(index|materialized)\b/i;

function phraseFound({ name, names }: SearchedFunction, { about }: ReviewedStep): string {
  const major = Math.floor((about.version ?? 0) / 10_000);
  return `The function ${name} names ${names.join(", ")} without a schema, which PostgreSQL ${major} does not find when it builds an index or refreshes a view. Instead: write the schemas in its body, or ALTER FUNCTION ${name} SET search_path.`;
}

/** Whether PostgreSQL keeps what the operation computes. */
function isKept(operation: Operation): boolean {
  const { args } = operation;
  if (operation.custom === "statement") return KEEPS.test(operation.sql.join(";"));
  if (does(operation, "create", "index")) return true;
  const { asExpression, materialized } = Object(args[1]);
  if (does(operation, "create", "column")) return asExpression !== undefined;
  return does(operation, "create", "view") && materialized === true;
}

/** The words before the name of a table. */
const BEFORE_TABLE = new Set(["from", "join", "into", "update", "only"]);

/** Finds the functions whose bodies name a table or another function without its schema. */
export function findSearched({ bodies, functions, relations }: FunctionBodies): readonly SearchedFunction[] {
  const [known, tables] = [new Set(functions), new Set(relations)];
  return bodies.flatMap(({ name, body }) => {
    const tokens = tokenize(body).filter(({ kind }) => kind !== "space" && kind !== "comment");
    const found = tokens.flatMap((token, at) => {
      const word = nameOfToken(token);
      const [before = "", after] = [tokens[at - 1]?.text.toLowerCase(), tokens[at + 1]?.text];
      if (word === undefined || before === "." || after === ".") return [];
      const isFunction = after === "(" && known.has(word);
      return isFunction || (BEFORE_TABLE.has(before) && tables.has(word)) ? word : [];
    });
    return found.length === 0 ? [] : { name, names: [...new Set(found)] };
  });
}
