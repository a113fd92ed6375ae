import { isDeepStrictEqual } from "node:util";
import { isSerial } from "../kinds/column-types.ts";
import { does } from "../kinds/targets.ts";
import { type Call, type CallTarget, callTarget, isSameTarget } from "../revision/calls.ts";
import type { OperationTarget } from "../schema/operation.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Selects the lines of a question without commented lines: the tool writes each part of its form once. If two lines may
 * be the same part, one of them is the tool's, but it is unknown which one. Both stay.
 */
export function selectForm<Line extends { readonly call: Call }>(lines: readonly Line[], asked: Call): readonly Line[] {
  const target = callTarget(asked);
  if (target === undefined) return [];
  const parts = new Map<string, Line[]>();
  for (const line of lines) {
    const part = findPart(line.call, target, new Set(parts.keys()));
    if (part !== undefined) parts.set(part, [...(parts.get(part) ?? []), line]);
  }
  // No question is about the type of a column and about NOT NULL, unless the column is new.
  const isMixed = parts.has("type") && parts.has("nullable") && !parts.has("create");
  if (isMixed) return [];
  const sure = [...parts.values()].filter((found) =>
    found.every(({ call }) => isDeepStrictEqual(call, found[0]?.call)),
  );
  return lines.filter((line) => sure.some(([first]) => first === line));
}

/** Finds out which part of the form a line is. What is dropped comes before what is created. */
function findPart(call: Call, asked: CallTarget, seen: ReadonlySet<string>): string | undefined {
  const target = callTarget(call);
  if (target === undefined || call.target === undefined) return undefined;
  const { effect } = call.target;
  if (target.kind === "sequence") return partIf(isAfterColumn(asked, seen), `${effect} sequence`);
  if (target.kind === "enum type" && asked.kind === "table") return partIf(seen.has("drop"), `enum ${target.name}`);
  return partIf(isSameTarget(target, asked), effect) && findOwnPart(call, effect, seen);
}

/** A sequence goes when nothing needs it any more, and comes when the column has its type. */
function isAfterColumn({ kind }: CallTarget, seen: ReadonlySet<string>): boolean {
  return kind === "column" && (seen.has("type") || seen.has("no default"));
}

/** Which part of the form a line is that is about the object itself. */
function findOwnPart(call: Call, effect: OperationTarget["effect"], seen: ReadonlySet<string>): string | undefined {
  if (effect === "comment") return undefined;
  if (does(call, "alter", "column")) return findColumnPart(Object(call.args[2]), seen);
  return partIf(effect !== "drop" || seen.size === 0, effect);
}

/** A default is dropped before the type changes, and set again after it. No question is about NOT NULL that goes. */
function findColumnPart(changes: Properties, seen: ReadonlySet<string>): string | undefined {
  const isAfterType = seen.has("type");
  if (changes["type"] !== undefined) return isAfterType && isSerial(String(changes["type"])) ? "serial" : "type";
  const [key = ""] = Object.keys(changes);
  if (key === "nullable") return partIf(changes[key] === false, key);
  if (key !== "default") return partIf(isAfterType, key);
  if (changes[key] === null) return partIf(!isAfterType, "no default");
  return partIf(isAfterType && seen.has("no default"), key);
}

function partIf(isPart: boolean, part: string): string | undefined {
  if (!isPart) return undefined;
  return part;
}
