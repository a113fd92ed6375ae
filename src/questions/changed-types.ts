import type { Direction } from "../history/revision.ts";
import type { Conversion } from "../kinds/conversions/conversion.ts";
import { findConversion } from "../kinds/conversions.ts";
import { does } from "../kinds/targets.ts";
import { type Call, callTarget, followRenames, isSameTarget, listNewNames, type NewName } from "../revision/calls.ts";
import { id } from "../sql.ts";
import type { Body } from "./blocks.ts";

/** Whether a call gives a column another type. */
export function changesType(call: Call): boolean {
  return does(call, "alter", "column") && typeof Object(call.args[2]).type === "string";
}

/**
 * Finds out how a change of a type converts the values. The old type of the column is in the other direction of the file.
 * @param change a call that changes a type, in this direction
 * @param bodies both directions of the file
 * @returns `undefined` if the other direction does not take the change back
 */
export function readConversion(change: Call, direction: Direction, bodies: readonly Body[]): Conversion | undefined {
  const listCalls = (is: (one: Body) => boolean) =>
    bodies.filter(is).flatMap(({ lines }) => lines.map(({ call }) => call));
  const names = listNewNames(listCalls((one) => one.direction === "upgrade"));
  const back = listCalls((one) => one.direction !== direction).find(
    (call) => changesType(call) && isSameColumn(call, change, names),
  );
  if (back === undefined) return undefined;
  return findConversion(id(String(change.args[1])), readType(back), readType(change));
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
