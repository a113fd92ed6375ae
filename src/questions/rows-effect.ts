import { mapGiven } from "../given.ts";
import { does } from "../kinds/targets.ts";
import type { Question } from "../schema/question.ts";
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
export function readRowsEffect({ direction, live }: Pick<Block, "direction" | "live">, find: FindConversion): Effect {
  const calls = live.map(({ call }) => call);
  if (classifyQuestion(calls) === "drop") return "lost";
  if (calls.some((call) => does(call, "drop", "column"))) return "change";
  const change = calls.find(changesType);
  return mapGiven(change, (call) => find(call, direction))?.rows ?? "fail";
}
