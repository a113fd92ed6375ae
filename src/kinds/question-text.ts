import type { Note } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import type { Question, QuestionKind, QuestionSubject } from "../schema/question.ts";
import { phraseNotes } from "./note-text.ts";
import { todo } from "./statements.ts";

type Sentences = { readonly [Kind in QuestionKind]: (question: Question<Kind>) => string };

/** The one place that words questions. What the query shows comes last, since the query follows the sentence. */
const SENTENCES: Sentences = {
  rename: (question) =>
    `${askForRename(question)} (${question.reason})? If not, keep the commented lines instead${printLosses(question.loses)}${printNotes(question.notes)}`,
  "rename values": ({ subject, values }) =>
    `In ${subject.name}, was ${values.map(({ from, to }) => `'${from}' renamed to '${to}'`).join(" and ")} (same position)? If not, change the rows that use the old value and keep the commented line instead.`,
  constraint: printConstraint,
  actions: (question) => `${RESULTS.actions(question)} Is that wanted?`,
  "index by hand": (question) => `${RESULTS["index by hand"](question)} Replace it?`,
  "not null": (question) => `${printName(question)} becomes required. ${printRows(question)}`,
  "null result": (question) => `${RESULTS["null result"](question)} ${printRows(question)}`,
  value: (question) =>
    `${printName(question)} is required and has no default. Existing rows need a value. Add op.sql(\`${question.fill}\`) between these two lines.`,
  type: (question) =>
    [
      RESULTS.type(question),
      ...question.loses,
      ...(question.shows === undefined ? [printRows(question)] : [`${question.shows}:`]),
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  generated: (question) => `${RESULTS.generated(question)} ${printRows(question)}`,
  sequence: (question) =>
    `${printName(question)} uses the sequence ${question.from}, which it does not own. In the models it has the separate sequence ${question.to}, which continues after the largest value. Other columns that use ${question.from} may then get the same numbers. Is that wanted?`,
  "unknown type": ({ subject, columns, instead }) =>
    instead === undefined
      ? `PostgreSQL knows no type ${subject.name}, which the models use for ${columns.join(", ")}. Correct the models, or create the type before the lines below: op.createExtension(…), op.createEnum(…), or op.sql("CREATE DOMAIN …").`
      : `In the database, ${instead} has the name of the enum type ${subject.name}, which the models use for ${columns.join(", ")}. Give the enum type another name in the models (enumName), or remove what has its name, and make this revision again.`,
  "removed values": ({ subject, loses }) =>
    `${subject.name} no longer has ${loses.map((value) => `'${value}'`).join(", ")}. Rows with ${loses.length === 1 ? "this value" : "these values"} are in the way. Change them first:`,
  "dropped column": (question) =>
    `${printName(question)} is dropped. ${printCandidates(question)}. Values that are lost:`,
  "unknown table": (question) => {
    const { name } = question.subject;
    const looks = question.looksLike === undefined ? "" : ` It looks like ${question.looksLike}.`;
    return `No model declares the table ${name}, and no revision of this history created it.${looks} If something else uses it, leave this out and add to ormconfig.ts: exclude: [${JSON.stringify(name)}]. ${printRows(question)}`;
  },
};

/** The questions whose first sentence says what the lines below make of an object. */
export type ResultKind = "constraint" | "actions" | "index by hand" | "type" | "generated" | "null result";

const RESULTS: { readonly [Kind in ResultKind]: (question: Question<Kind>) => string } = {
  constraint: ({ subject: { kind, table, name }, from, to = "" }) =>
    from === undefined
      ? `${table} gets the ${kind} ${name} ${to}.`
      : `The ${kind} ${name} of ${table} changes from ${from} to ${to}.`,
  actions: ({ subject: { table, name }, reference, from, to }) =>
    `The foreign key ${name} of ${table} ${reference} changes from "${from}" to "${to}".`,
  "index by hand": ({ subject: { table, name }, from, to }) =>
    `The index ${name} of ${table} was created by hand: ${from}. The models declare ${to} instead.`,
  type: (question) => `${printName(question)} changes from ${question.from} to ${question.to}.`,
  generated: (question) =>
    `${printName(question)} becomes a generated column: its values are replaced by ${question.to}.`,
  "null result": (question) => `${printName(question)} is required, and is generated as ${question.to}.`,
};

/**
 * Makes the sentence that says what the lines of a question make of an object.
 * @param question the question as data
 */
export function phraseResult<Kind extends ResultKind>(question: Question<Kind>): string {
  const phrase: (question: Question<Kind>) => string = RESULTS[question.asks];
  return phrase(question);
}

/**
 * Makes the sentence of a question.
 * @param question the question as data
 */
export function phraseQuestion<Kind extends QuestionKind>(question: Question<Kind>): string {
  const phrase: Sentences[Kind] = SENTENCES[question.asks];
  return phrase(question);
}

/**
 * Makes the `op.todo(…)` of a question in a revision file.
 * @param question the question as data
 */
export function todoFor(question: Question): Operation {
  return todo(phraseQuestion(question), question.query);
}

function askForRename({ subject: { table }, from, to, also, isSwap }: Question<"rename">): string {
  const prefix = table === undefined ? "" : `${table}.`;
  if (isSwap) return `Did ${prefix}${from} and ${prefix}${to} swap their names`;
  if (also.length === 0) return `Was ${prefix}${from} renamed to ${prefix}${to}`;
  return `Were these ${also.length + 1} names changed, such as ${prefix}${from} to ${to}`;
}

function printLosses([first, ...others]: readonly QuestionSubject[]): string {
  if (first === undefined) return ".";
  const more = others.length === 0 ? "" : ` And ${others.length} more like that.`;
  return `: ${printLoss(first)}.${more}`;
}

function printNotes(notes: readonly Note[] = []): string {
  if (notes.length === 0) return "";
  return ` With those lines: ${phraseNotes(notes)}`;
}

function printLoss(subject: QuestionSubject): string {
  const name = printName({ subject });
  if (subject.kind === "table") return `all rows of ${name} are lost`;
  if (subject.kind === "sequence") return `the current value of the sequence ${name} is lost`;
  return `the values of ${name} are lost`;
}

function printConstraint(question: Question<"constraint">): string {
  const { subject, from, to, query } = question;
  const { kind, table, name } = subject;
  if (to === undefined) return `Drop the ${kind} ${name} ${from} of ${table}? PostgreSQL will no longer enforce it.`;
  return `${RESULTS.constraint(question)} ${query === undefined ? "Do all rows satisfy it?" : printRows(question)}`;
}

function printCandidates({ candidates, isTaken }: Question<"dropped column">): string {
  const names = candidates.join(", ");
  if (isTaken)
    return `It may have become ${names}, instead of the column that is now renamed to ${names}. To keep its values, rename it instead of that column, or copy the values with op.sql(…) before the drop`;
  return `The revision adds these columns: ${names}. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn`;
}

const ROWS = {
  fail: "Rows in the way:",
  change: "Rows that change:",
  "change or fail": "Rows that change or fail:",
  lost: "Rows that are lost:",
};

function printRows({ rows }: Pick<Question, "rows">): string {
  if (rows === undefined) return "";
  return ROWS[rows];
}

/** The full name of a table or a column. */
function printName({ subject: { table, name } }: Pick<Question, "subject">): string {
  if (table === undefined) return name;
  return `${table}.${name}`;
}
