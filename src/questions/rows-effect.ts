import { findConversion } from "../kinds/conversions.ts";
import { does } from "../kinds/targets.ts";
import { type Call, callTarget, followRenames, isSameTarget, listNewNames, type NewName } from "../revision/calls.ts";
import type { Question } from "../schema/question.ts";
import { id } from "../sql.ts";
import type { Block, Body } from "./blocks.ts";
import { classifyQuestion } from "./subject.ts";

type Effect = NonNullable<Question["rows"]>;

/**
 * Reads from the lines of a question what happens to the rows that its query finds. The old type of a column is in the
 * other direction of the file. If the effect is unknown, it counts as `fail`: then the rows are counted.
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
  if (change === undefined) return "fail";
  const upgrade = bodies.find((one) => one.direction === "upgrade")?.lines ?? [];
  const other = bodies.find((one) => one.direction !== direction)?.lines ?? [];
  const names = listNewNames(upgrade.map(({ call }) => call));
  const back = other.find(({ call }) => changesType(call) && isSameColumn(call, change, names));
  if (back === undefined) return "fail";
  return findConversion(id(String(change.args[1])), readType(back.call), readType(change)).rows ?? "fail";
}

function changesType(call: Call): boolean {
  return does(call, "alter", "column") && typeof Object(call.args[2]).type === "string";
}

function readType({ args }: Call): string {
  return String(Object(args[2]).type);
}

/** One of the two calls is in `downgrade`, so it may use the old names. */
function isSameColumn(a: Call, b: Call, names: readonly NewName[]): boolean {
  const [one, other] = [a, b].map((call) => {
    const target = callTarget(call);
    return target && followRenames(target, names);
  });
  return isSameTarget(one, other);
}
