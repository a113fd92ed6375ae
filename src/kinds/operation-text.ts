import { printableLine } from "../printable.ts";
import type { Change, Operation, OperationTarget } from "../schema/operation.ts";
import { literal } from "../sql.ts";
import type { ColumnChanges } from "./column-operations.ts";
import { phraseQuestion } from "./question-text.ts";

/** Parts of something else are added to it; everything else is created. */
const PARTS: readonly OperationTarget["kind"][] = ["column", "index", "constraint", "enum value"];

/** An operation in plain words and one line, such as `rename column shop.code to shop.label`. */
export function phraseOperation(operation: Operation): string {
  const { target, custom, note, endsTransaction } = operation;
  if (target !== undefined) return printableLine(phraseTarget(target, operation.args));
  if (endsTransaction) return "commit";
  if (custom !== undefined) return custom === "code" ? "run code (op.run)" : "run SQL (op.sql)";
  if (note === "acceptance") return printableLine(`accept ${operation.args[0]}`);
  return note === "question" ? "an open question" : "no way back";
}

/** A change in plain words: a line for each operation, and the question that decides about them. */
export function phraseChange({ operations, question }: Change): readonly string[] {
  const lines = operations.map(phraseOperation);
  if (question === undefined) return lines;
  return [
    ...(lines.length === 0 ? ["nothing yet"] : lines),
    `  asks: ${printableLine(shorten(phraseQuestion(question)))}`,
  ];
}

/** The first sentence of a question. */
function shorten(question: string): string {
  return /^[\s\S]*?[?.](?=\s|$)/.exec(question)?.[0] ?? question;
}

const PHRASES: Readonly<
  Record<OperationTarget["effect"], (what: string, target: OperationTarget, args: readonly unknown[]) => string>
> = {
  create: (what, { kind }) => `${PARTS.includes(kind) ? "add" : "create"} ${what}`,
  drop: (what) => `drop ${what}`,
  alter: (what, target, args) => `change ${what}${phraseChanges(target, args)}`,
  rename: (what, { to }) => `rename ${what} to ${to}`,
  move: (what, { to }) => `move ${what} to ${to}`,
  comment: (what) => `comment on ${what}`,
  insert: (what) => `insert rows into ${what}`,
  update: (what) => `fill rows of ${what}`,
};

function phraseTarget(target: OperationTarget, args: readonly unknown[]): string {
  return PHRASES[target.effect](phraseObject(target, target.name), target, args);
}

function phraseObject({ kind, table }: OperationTarget, name: string): string {
  if (kind === "column") return `column ${table}.${name}`;
  if (kind === "enum value") return `value ${literal(name)} of enum type ${table}`;
  if (table === undefined) return `${kind} ${name}`;
  return `${kind} ${name} of ${table}`;
}

/** What becomes of a column, such as `: type numeric(10,2), NOT NULL`; nothing for what is no column. */
function phraseChanges({ kind }: OperationTarget, args: readonly unknown[]): string {
  if (kind !== "column") return "";
  const changes = new Map<string, unknown>(Object.entries(Object(args[2])));
  const parts = COLUMN_PHRASES.filter(([key]) => changes.has(key)).map(([key, phrase]) => phrase(changes.get(key)));
  if (parts.length === 0) return "";
  return `: ${parts.join(", ")}`;
}

/** What each key of the changes of a column means. */
const COLUMN_PHRASES: readonly (readonly [keyof ColumnChanges, (value: unknown) => string])[] = [
  ["type", (type) => `type ${type}`],
  ["nullable", (nullable) => (nullable ? "may be NULL" : "NOT NULL")],
  ["default", (value) => phraseValue("default", value)],
  ["generatedIdentity", (value) => phraseValue("identity", value)],
  ["setGenerated", (value) => phraseValue("identity", value)],
  ["asExpression", () => "no longer generated"],
];

function phraseValue(what: string, value: unknown): string {
  if (value === null) return `no ${what}`;
  return `${what} ${value}`;
}
