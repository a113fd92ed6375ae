import { RemodelError } from "../errors.ts";
import { PLACEHOLDER } from "../kinds/statements.ts";
import { id, temporaryName } from "../sql.ts";
import type { Block, Body, Line } from "./blocks.ts";
import { changesType, conversionFinder, type FindConversion } from "./changed-types.ts";
import { findEdited } from "./edited-lines.ts";
import { readLineNumber } from "./line-numbers.ts";
import { findNeed } from "./values-needed.ts";

/** A yes to a line that cannot run would hide that it must be completed. */
export function refuseUnwritten({ todo, calls }: Block): void {
  const needs = findNeed(calls);
  if (needs?.unwritten) throw refused(todo, needs.text, "Replace the … in the file, then answer yes.");
}

/** A no must not delete what a person wrote. */
export function refuseEdited(lines: readonly Line[], bodies: readonly Body[]): void {
  const find = conversionFinder(bodies);
  const edited = lines.find((line) => hasOtherUsing(line, find));
  if (edited === undefined) return;
  const text = "A person edited `using` in this line, so a no does not delete it.";
  throw refused(edited, text, "Delete the line in the file, or only its `using`, then answer no.");
}

/**
 * The same for the lines of a question that has no commented lines: what it says is what the tool wrote. A no must not
 * keep a person's lines either, which may do what it refuses.
 */
export function refuseRewritten({ todo, text, live, helpers, ifNo, calls, isAlone }: Block): void {
  if (ifNo.length > 0) return;
  const edited = findEdited(text, [...live, ...helpers]);
  if (edited === undefined && live.length === 0 && calls.length > 0 && !isAlone)
    throw refused(
      todo,
      "None of the lines below this question is as the tool wrote it, so a no deletes none.",
      "Delete the lines that you do not want, then delete the question.",
    );
  if (edited === undefined) return;
  throw refused(
    edited,
    "A person edited this line: the question above is about another one. So a no does not delete it.",
    "Undo the edit, or delete the line in the file, then answer no.",
  );
}

/**
 * The tool writes the `using` that follows from the two types of a column, or the second column that has the new values.
 * Without the old type, any other `using` may be a person's.
 */
function hasOtherUsing({ call, direction }: Line, find: FindConversion): boolean {
  const { using } = Object(call.args[2]);
  const second = id(temporaryName(String(call.args[1])));
  if (!changesType(call) || using === undefined || using === second) return false;
  const conversion = find(call, direction);
  return using !== (conversion?.needsUsing ? PLACEHOLDER : conversion?.using);
}

function refused({ nodes: [first] }: Line, text: string, hint: string): RemodelError {
  const line = readLineNumber(first);
  return new RemodelError("USAGE", `${line}: ${text}`, { hint, details: { line } });
}
