import { createHash } from "node:crypto";
import { does } from "../kinds/targets.ts";
import { type Call, callTarget, followRenames, type NewName, newNames, readNewName } from "../revision/calls.ts";
import type { QuestionAbout } from "../schema/question.ts";

/**
 * What a question is about, the same for both directions.
 * @param calls the lines below the question
 * @param names what `upgrade` renames, for a question of `downgrade`, which speaks in the names before
 * @returns `undefined` if there are no lines that could tell
 */
export function describeSubject(calls: readonly Call[], names: readonly NewName[] = []): string | undefined {
  const [first] = calls;
  if (first === undefined) return undefined;
  const asked = readNewName(first);
  if (asked === undefined) {
    const target = callTarget(first);
    if (target === undefined) return undefined;
    const { kind, owner, name } = followRenames(target, names);
    return JSON.stringify([kind === "column" ? columnPart(calls) : kind, owner, name]);
  }
  const pairs = newNames(calls)
    .filter(({ kind, owner }) => kind === asked.kind && (owner === "") === (asked.owner === ""))
    .map(({ from, to, ...one }) => [followRenames({ ...one, name: "" }, names).owner, ...[from, to].sort()].join("."));
  return JSON.stringify(["rename", asked.kind, ...pairs.sort()]);
}

/** A column may come or go, change its type, or become required: these are questions of their own. */
function columnPart(calls: readonly Call[]): string {
  if (!calls.every((call) => does(call, "alter", "column"))) return "column";
  const keys = calls.flatMap(({ args }) => Object.keys(Object(args[2])));
  return `column ${["type", "nullable"].find((key) => keys.includes(key)) ?? keys[0]}`;
}

/** Which kind of question it is: what `--accept` calls renames, constraints, types, enums and drops. */
export function classifyQuestion(calls: readonly Call[]): QuestionAbout {
  const [first] = calls;
  if (first === undefined || readNewName(first) !== undefined) return "rename";
  const kind = callTarget(first)?.kind;
  if (kind === "enum type") return "enum";
  const drops = does(first, "drop", "table") || does(first, "drop", "column");
  if (drops && !calls.some((call) => does(call, "create"))) return "drop";
  const replaced = calls.some((call) => does(call, "drop", "column"));
  return kind === "column" && (replaced || columnPart(calls) === "column type") ? "type" : "constraint";
}

/** A short name for a subject that stays the same as long as the subject does. */
export function hashSubject(subject: string): string {
  return createHash("sha256").update(subject).digest("hex").slice(0, 8);
}
