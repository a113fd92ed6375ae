import type { Direction } from "../history/revision.ts";
import type { Conversion } from "../kinds/conversions/conversion.ts";
import { findConversion } from "../kinds/conversions.ts";
import { does } from "../kinds/targets.ts";
import {
  type Call,
  callTarget,
  followRenames,
  indexNewNames,
  listNewNames,
  type NewNameIndex,
} from "../revision/calls.ts";
import { id } from "../sql.ts";
import type { Body } from "./blocks.ts";

/** Whether a call gives a column another type. */
export function changesType(call: Call): boolean {
  return does(call, "alter", "column") && typeof Object(call.args[2]).type === "string";
}

/** Finds out how a change of a type in a direction converts the values; nothing if the other one does not take it back. */
export type FindConversion = (change: Call, direction: Direction) => Conversion | undefined;

/**
 * Prepares to find out how the changes of types in a file convert the values. The old type of a column is in the other
 * direction of the file.
 * @param bodies both directions of the file
 */
export function conversionFinder(bodies: readonly Body[]): FindConversion {
  const calls = (is: (one: Body) => boolean) => bodies.filter(is).flatMap(({ lines }) => lines.map(({ call }) => call));
  const names = indexNewNames(listNewNames(calls((one) => one.direction === "upgrade")));
  const [up, down] = (["upgrade", "downgrade"] as const).map((direction) =>
    changesByColumn(
      calls((one) => one.direction === direction),
      names,
    ),
  );
  return (change, direction) => {
    const back = (direction === "upgrade" ? down : up)?.get(keyOfColumn(change, names));
    if (back === undefined) return undefined;
    return findConversion(id(String(change.args[1])), readType(back), readType(change));
  };
}

/** The first change of the type of each column. */
function changesByColumn(calls: readonly Call[], names: NewNameIndex): ReadonlyMap<string, Call> {
  return new Map(
    calls
      .filter(changesType)
      .map((call) => [keyOfColumn(call, names), call] as const)
      .reverse(),
  );
}

/** A call in `downgrade` may use the old names. */
function keyOfColumn(call: Call, names: NewNameIndex): string {
  const target = callTarget(call);
  return JSON.stringify(target && followRenames(target, names));
}

function readType({ args }: Call): string {
  return String(Object(args[2]).type);
}
