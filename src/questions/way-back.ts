import { isDeepStrictEqual } from "node:util";
import { does } from "../kinds/targets.ts";
import {
  type Call,
  type CallTarget,
  callTarget,
  followRenames,
  indexNewNames,
  isSameTarget,
  listNewNames,
  type NewNameIndex,
} from "../revision/calls.ts";
import { id as quoted } from "../sql.ts";
import type { Block, Body, Line } from "./blocks.ts";
import { selectIdleLines } from "./tool-lines.ts";

/** A question with its id. */
export interface Identified {
  readonly id: string;
  readonly block: Block;
}

/** The two functions of a revision file. */
export type Bodies = readonly [upgrade: Body, downgrade: Body];

/**
 * Prepares to find the lines of `downgrade` that take back a change which is left out, if they have no question themselves.
 * @param questions all questions of the file
 * @param bodies its two functions
 */
export function wayBackFinder(
  questions: readonly Identified[],
  [up, down]: Bodies,
): (one: Identified) => readonly Line[] {
  const inDowngrade = questions.filter(({ block }) => block.direction === "downgrade");
  const asked = new Set(inDowngrade.flatMap(({ block: { todo, live } }) => [todo, ...live]));
  const [free, pairs] = [down.lines.filter((line) => !asked.has(line)), new Set(inDowngrade.map(({ id }) => id))];
  const names = indexNewNames(listNewNames(up.lines.map(({ call }) => call)));
  return ({ id, block }) => {
    if (block.direction === "downgrade" || block.ifNo.length > 0 || pairs.has(id)) return [];
    return findLinesBack(block, free, names);
  };
}

function findLinesBack(block: Block, free: readonly Line[], names: NewNameIndex): readonly Line[] {
  const taken = new Set<Line>();
  for (const { call } of block.live) {
    const left = free.filter((line) => !taken.has(line));
    for (const line of findReverse(call, left, names)) taken.add(line);
  }
  return free.filter((line) => taken.has(line)).flatMap((line) => [line, ...findDefaultsAround(line, free)]);
}

/** Finds the lines that take a call back. If several different lines could be meant, it is unknown which one is. */
function findReverse(call: Call, lines: readonly Line[], names: NewNameIndex): readonly Line[] {
  const found = lines.filter((line) => takesBack(line.call, call, names));
  if (does(call, "drop", "table")) return found;
  const isSure = found.every((line) => isDeepStrictEqual(line.call, found[0]?.call));
  if (!isSure) return [];
  return found.slice(0, 1);
}

/** Whether a call of `downgrade` takes back a call of `upgrade`. A person's call may be about the same object. */
function takesBack(back: Call, call: Call, names: NewNameIndex): boolean {
  const [target, other] = [callTarget(call), readRenamedTarget(back, names)];
  if (does(call, "drop", "table") && isPartCreated(back) && other?.owner === target?.name) return true;
  if (!isSameTarget(target, other)) return false;
  if (target?.kind === "enum type") return true;
  if (does(call, "create")) return does(back, "drop");
  if (does(call, "drop")) return does(back, "create");
  return call.target?.effect === back.target?.effect && listTypeKeys(call) === listTypeKeys(back);
}

function listTypeKeys({ args }: Call): string {
  return Object.keys(Object(args[2]))
    .filter((key) => key === "type" || key === "nullable")
    .join();
}

function readRenamedTarget(call: Call, names: NewNameIndex): CallTarget | undefined {
  const target = callTarget(call);
  return target && followRenames(target, names);
}

/** The default of a column is dropped before its type changes and set after it. A further such line is a person's. */
function findDefaultsAround(line: Line, lines: readonly Line[]): readonly Line[] {
  const defaults = lines.filter((one) => setsDefault(one, line));
  const at = lines.indexOf(line);
  const isAround = defaults.filter((one) => lines.indexOf(one) < at).length === 1;
  return defaults.length === 2 && isAround ? defaults : [];
}

function setsDefault({ call }: Line, line: Line): boolean {
  const keys = Object.keys(Object(call.args[2]));
  return isSameTarget(callTarget(call), callTarget(line.call)) && keys.join() === "default";
}

/** Whether a call creates something other than a column: a constraint or an index. */
export function isPartCreated(call: Call): boolean {
  return does(call, "create") && !does(call, "create", "column");
}

/** Finds the lines of no question that a refused question makes pointless. */
export function findIdleLines(refused: Block, bodies: Bodies): readonly Line[] {
  const body = bodies.find((one) => one.direction === refused.direction);
  if (body === undefined) return [];
  return [...findIdleDefaults(refused, body), ...findIdleParts(refused, body)];
}

/**
 * The lines after a refused question that give the column a default of the type that it does not get: where no cast leads
 * to the type, none leads from the default either.
 */
function findIdleDefaults({ live }: Block, { lines }: Body): readonly Line[] {
  const retyped = live.filter(({ call }) => takesOtherValues(call));
  return lines.filter((line) => !live.includes(line) && retyped.some((one) => setsDefault(line, one)));
}

/** The lines that change a table which is created as it should be instead. */
function findIdleParts({ ifNo }: Block, { lines, blocks, back, opposite }: Body): readonly Line[] {
  const asked = new Set(blocks.flatMap(({ todo, live, helpers }) => [todo, ...live, ...helpers]));
  const others = lines.filter((line) => !asked.has(line));
  return selectIdleLines(others, { ifNo: ifNo.map(({ call }) => call), back, opposite });
}

/** Whether a column gets a type, and values that are not made of its own. */
function takesOtherValues(call: Call): boolean {
  if (!does(call, "alter", "column")) return false;
  const [, column, changes] = call.args;
  const { type, using } = Object(changes);
  return type !== undefined && typeof using === "string" && !using.includes(quoted(String(column)));
}
