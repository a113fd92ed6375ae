import { findArgumentProblem } from "../kinds/arguments.ts";
import { listAskedResults } from "../kinds/asked-results.ts";
import { needsValue } from "../kinds/column-clause.ts";
import { storedType } from "../kinds/column-types.ts";
import { ANY, beginsWith } from "../kinds/known-sentences.ts";
import { phraseResult, type ResultKind } from "../kinds/question-text.ts";
import { does } from "../kinds/targets.ts";
import type { Call } from "../revision/calls.ts";
import type { Question } from "../schema/question.ts";
import type { Column } from "../schema/schema.ts";
import { id, temporaryName } from "../sql.ts";
import { hasOwnMapping } from "./second-columns.ts";

/**
 * Finds the line of a question that a person has edited: the question says what the line made of the object when the
 * tool wrote both, or the tool writes no such line.
 * @param text the question
 * @param lines the lines below it, which replace nothing
 */
export function findEdited<Line extends { readonly call: Call }>(
  text: string,
  lines: readonly Line[],
): Line | undefined {
  const calls = lines.map(({ call }) => call);
  return lines.find(
    ({ call }) =>
      findArgumentProblem(call.name, call.args) !== undefined ||
      hasOtherResult(text, call) ||
      mixesChanges(call) ||
      hasOwnValues(call, calls) ||
      hasOwnMapping(call) ||
      hasOtherType(call, calls),
  );
}

/** Whether the sentence that the tool would write about a line is like the question, but says something else. */
function hasOtherResult(text: string, call: Call): boolean {
  return listAskedResults(call, ANY).some(
    (question) => beginsWith(text, phraseResult(withoutResult(question))) && !beginsWith(text, phraseResult(question)),
  );
}

function withoutResult(question: Question<ResultKind>): Question<ResultKind> {
  if (question.asks === "actions") return { ...question, reference: ANY, to: ANY };
  return { ...question, to: ANY };
}

/** The tool changes whether a column is nullable, and its default, in lines of their own, but for the default with a type. */
function mixesChanges(call: Call): boolean {
  if (!does(call, "alter", "column")) return false;
  const keys = Object.keys(Object(call.args[2]));
  return keys.length > 1 && (keys.includes("nullable") || (keys.includes("default") && !keys.includes("type")));
}

/** Whether a new column that becomes required later has values already: then the tool does not ask for them. */
function hasOwnValues(call: Call, calls: readonly Call[]): boolean {
  if (!does(call, "create", "column")) return false;
  const { nullable: _, ...column }: Column = Object(call.args[1]);
  return calls.some((one) => makesRequired(one, column.name)) && !needsValue(column);
}

function makesRequired(call: Call, column: string): boolean {
  return does(call, "alter", "column") && call.args[1] === column && Object(call.args[2]).nullable === false;
}

/** Whether a column gets another type than the second column that has its values. */
function hasOtherType(call: Call, calls: readonly Call[]): boolean {
  const [table, column, changes] = call.args;
  const { type, using } = Object(changes);
  const name = temporaryName(String(column));
  if (!does(call, "alter", "column") || using !== id(name)) return false;
  const second = calls.find((one) => does(one, "create", "column") && isColumn(one, table, name));
  return second !== undefined && storedType(String(type)) !== storedType(String(Object(second.args[1]).type));
}

function isColumn({ args: [table, column] }: Call, owner: unknown, name: string): boolean {
  return table === owner && Object(column).name === name;
}
