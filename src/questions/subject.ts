import { createHash } from "node:crypto";
import { does } from "../kinds/targets.ts";
import {
  type Call,
  callTarget,
  followRenames,
  listNewNames,
  type NewName,
  type NewNameIndex,
  readNewName,
} from "../revision/calls.ts";
import type { QuestionAbout } from "../schema/question.ts";

const NO_NAMES: NewNameIndex = new Map();

/**
 * Describes the object that a question is about, equally for both directions.
 * @param calls the lines below the question
 * @param names what `upgrade` renames, for a question of `downgrade`, which uses the old names
 * @returns `undefined` if the lines do not show it
 */
export function describeSubject(calls: readonly Call[], names: NewNameIndex = NO_NAMES): string | undefined {
  const [first] = calls;
  if (first === undefined) return undefined;
  const rename = readNewName(first);
  if (rename !== undefined) return describeRenames(calls, rename, names);
  const target = callTarget(first);
  if (target === undefined) return undefined;
  const { kind, owner, name } = followRenames(target, names);
  return JSON.stringify([kind === "column" ? describeColumn(calls) : kind, owner, name]);
}

function describeRenames(calls: readonly Call[], asked: NewName, names: NewNameIndex): string {
  const pairs = listNewNames(calls)
    .filter(({ kind, owner }) => kind === asked.kind && (owner === "") === (asked.owner === ""))
    .map(({ from, to, ...one }) => [followRenames({ ...one, name: "" }, names).owner, ...[from, to].sort()].join("."));
  return JSON.stringify(["rename", asked.kind, ...pairs.sort()]);
}

/** Whether a column is added or dropped, changes its type, or becomes required: these are different questions. */
function describeColumn(calls: readonly Call[]): string {
  const own = calls.filter((call) => callTarget(call)?.kind !== "sequence");
  if (!own.every((call) => does(call, "alter", "column"))) return "column";
  const keys = own.flatMap(({ args }) => Object.keys(Object(args[2])));
  return `column ${["type", "nullable"].find((key) => keys.includes(key)) ?? keys[0]}`;
}

/** Finds out which kind of question it is, in the words of `--accept`. */
export function classifyQuestion(calls: readonly Call[]): QuestionAbout {
  const [first] = calls;
  if (first === undefined || readNewName(first) !== undefined) return "rename";
  const kind = callTarget(first)?.kind;
  if (kind === "enum type") return "enum";
  if (dropsTableOrColumn(first) && !calls.some((call) => does(call, "create"))) return "drop";
  if (kind !== "column") return "constraint";
  const isReplaced = calls.some((call) => does(call, "drop", "column"));
  return isReplaced || describeColumn(calls) === "column type" ? "type" : "constraint";
}

function dropsTableOrColumn(call: Call): boolean {
  return does(call, "drop", "table") || does(call, "drop", "column");
}

/** Makes a short id of a subject. Equal subjects have equal ids. */
export function hashSubject(subject: string): string {
  return createHash("sha256").update(subject).digest("hex").slice(0, 8);
}
