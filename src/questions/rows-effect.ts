import { mapGiven } from "../given.ts";
import { does } from "../kinds/targets.ts";
import type { Call } from "../revision/calls.ts";
import type { Question } from "../schema/question.ts";
import { id } from "../sql.ts";
import { endComment } from "../tokens.ts";
import type { Block } from "./blocks.ts";
import { changesType, type FindConversion } from "./changed-types.ts";
import { classifyQuestion } from "./subject.ts";

type Effect = NonNullable<Question["rows"]>;

/**
 * Reads from the lines of a question what happens to the rows that its query finds. If the effect is
 * unknown, it counts as `fail`: then the rows are counted.
 * @param block the question with its lines
 * @param find finds how a change of a type converts the values
 */
export function readRowsEffect(
  { direction, live, query = "" }: Pick<Block, "direction" | "live" | "query">,
  find: FindConversion,
): Effect {
  const calls = live.map(({ call }) => call);
  if (classifyQuestion(calls) === "drop") return "lost";
  const computed = calls.find(computes);
  if (computed !== undefined) return readEffectOfComputed(Object(computed.args[1]), query);
  if (calls.some((call) => does(call, "drop", "column"))) return "change";
  const change = calls.find(changesType);
  return mapGiven(change, (call) => find(call, direction))?.rows ?? "fail";
}

/** Whether a call creates a generated column. */
function computes(call: Call): boolean {
  return does(call, "create", "column") && Object(call.args[1]).asExpression !== undefined;
}

/** The query about a plain column shows the values that change; that about a generated one only where it would be NULL. */
function readEffectOfComputed({ name, asExpression }: { name: string; asExpression: string }, query: string): Effect {
  const expression = `(${endComment(asExpression)})`;
  if (!query.includes(`${id(name)} IS DISTINCT FROM ${expression}`)) return "fail";
  return query.endsWith(` OR ${expression} IS NULL`) ? "change or fail" : "change";
}
