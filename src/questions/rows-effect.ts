import { mapGiven } from "../given.ts";
import { does } from "../kinds/targets.ts";
import type { Question } from "../schema/question.ts";
import type { Block, Body } from "./blocks.ts";
import { changesType, readConversion } from "./changed-types.ts";
import { classifyQuestion } from "./subject.ts";

type Effect = NonNullable<Question["rows"]>;

/**
 * Reads from the lines of a question what happens to the rows that its query finds. If the effect is
 * unknown, it counts as `fail`: then the rows are counted.
 * @param block the question with its lines
 * @param bodies both directions of the file
 */
export function readRowsEffect(
  { direction, live }: Pick<Block, "direction" | "live">,
  bodies: readonly Body[],
): Effect {
  const calls = live.map(({ call }) => call);
  if (classifyQuestion(calls) === "drop") return "lost";
  if (calls.some((call) => does(call, "drop", "column"))) return "change";
  const change = calls.find(changesType);
  return mapGiven(change, (call) => readConversion(call, direction, bodies))?.rows ?? "fail";
}
