import type { Operation } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { Named } from "../schema/schema.ts";
import { storedType } from "./column-types.ts";
import type { AnyKind } from "./kind.ts";
import type { ResultKind } from "./question-text.ts";
import { tableKinds } from "./table-kinds.ts";
import { does } from "./targets.ts";

type Call = Pick<Operation, "name" | "args" | "target">;
type Asked = Question<ResultKind>;

/**
 * The questions that may be asked about what an operation makes of an object, from the operation alone.
 * @param call the operation
 * @param unknown what the questions say about the object as it was
 */
export function listAskedResults(call: Call, unknown: string): readonly Asked[] {
  if (does(call, "create", "column")) return askAboutGenerated(call);
  if (does(call, "alter", "column")) return askAboutType(call, unknown);
  return tableKinds.flatMap((kind) => askAboutItem(kind, call, unknown));
}

function askAboutGenerated({ args: [table, column] }: Call): readonly Asked[] {
  const { name, asExpression: to } = Object(column);
  if (typeof to !== "string") return [];
  const subject = { kind: "column", table: String(table), name };
  return [
    { about: "type", asks: "generated", subject, to },
    { about: "constraint", asks: "null result", subject, to },
  ];
}

function askAboutType({ args: [table, column, changes] }: Call, from: string): readonly Asked[] {
  const { type } = Object(changes);
  if (typeof type !== "string") return [];
  const subject = { kind: "column", table: String(table), name: String(column) };
  return [{ about: "type", asks: "type", subject, from, to: storedType(type), loses: [] }];
}

/** A new item, one with another definition, and one in place of one that was made by hand. */
function askAboutItem(kind: AnyKind, call: Call, unknown: string): readonly Asked[] {
  const [table, item] = call.args;
  if (kind.question === undefined || kind.rule?.(item, kind.word) !== undefined) return [];
  const owner = { name: String(table), columns: [] };
  const made: Named = Object(item);
  if (kind.create(made, owner).name !== call.name) return [];
  const owners = { before: owner, after: owner };
  const found = [undefined, made, { ...made, definition: unknown }].map((from) => kind.question?.(from, made, owners));
  return found.flatMap((question) => (question === undefined ? [] : forget(question, unknown)));
}

function forget(question: Question, unknown: string): readonly Asked[] {
  if (question.asks === "constraint") return [question.from === undefined ? question : { ...question, from: unknown }];
  if (question.asks === "actions" || question.asks === "index by hand") return [{ ...question, from: unknown }];
  return [];
}
