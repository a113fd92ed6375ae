import { collect, joinTexts } from "../collect.ts";
import type { Revision } from "../history/revision.ts";
import { todoFor } from "../kinds/question-text.ts";
import { does } from "../kinds/targets.ts";
import { printableLine } from "../printable.ts";
import type { Alternative, Change, Operation } from "../schema/operation.ts";
import { callTarget } from "./calls.ts";
import { printCall, printLiteral } from "./literal.ts";
import { linesAbove, linesBelow } from "./note-lines.ts";

/** The contents of a new revision file. */
export interface Draft extends Pick<Revision, "id" | "down" | "branchLabels" | "dependsOn" | "replaces" | "message"> {
  readonly upgrade: readonly Change[];
  readonly downgrade: readonly Change[];
  /** Timeouts that it has instead of those of the configuration, in milliseconds, by the name of the export. */
  readonly timeouts?: Readonly<Record<string, number>>;
}

const INDENT = 1;

/**
 * Writes the text of a revision file. Equal drafts give equal bytes.
 * @param draft see {@link Draft}
 * @param morph ts-morph, which is heavy and so loaded only by who needs it
 */
export function renderRevision(draft: Draft, morph: typeof import("ts-morph")): string {
  const { Project, IndentationText, VariableDeclarationKind } = morph;
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, useTrailingCommas: true },
  });
  const file = project.createSourceFile("revision.ts");
  const constant = (name: string, value: unknown) =>
    file.addVariableStatement({
      isExported: true,
      declarationKind: VariableDeclarationKind.Const,
      declarations: [{ name, initializer: printLiteral(value) }],
    });
  file.addStatements(commentOf(draft.message));
  file.addImportDeclaration({ isTypeOnly: true, namedImports: ["Operations"], moduleSpecifier: "typeorm-remodel" });
  constant("revision", draft.id);
  constant("downRevision", downOf(draft.down));
  for (const name of LISTS) if (draft[name]?.length) constant(name, draft[name]);
  for (const [name, milliseconds] of Object.entries(draft.timeouts ?? {})) constant(name, milliseconds);
  return [file.getFullText(), ...WAYS.map((name) => functionText(name, draft[name]))].join("\n");
}

/** The constants of a header that are lists, and are left out if they are empty. */
const LISTS = ["branchLabels", "dependsOn", "replaces"] as const;

const WAYS = ["upgrade", "downgrade"] as const;

/** Each line is indented here: a writer of ts-morph takes a backslash at the end of a template for an open string. */
function functionText(name: string, changes: readonly Change[]): string {
  const pad = "  ".repeat(INDENT);
  const body = listLines(changes).map((line) => (line === "" ? line : `${pad}${line}`));
  return [`export function ${name}(op: Operations): void {`, ...body, "}", ""].join("\n");
}

/** All that TypeScript, PostgreSQL, `psql` or an editor takes for the end of a line. */
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

function commentOf(message: string): string {
  const lines = message.replaceAll("*/", "*\\/").trim().split(LINE_BREAK).map(printableLine);
  return lines.length === 1
    ? `/** ${lines[0]} */`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}

function downOf(down: readonly string[]): string | readonly string[] | null {
  const [first = null] = down;
  return down.length > 1 ? down : first;
}

function listLines(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change, at) => {
    const previous = changes[at - 1];
    const lines = changeLines(change);
    return previous !== undefined && startsParagraph(change, previous) ? ["", ...lines] : lines;
  });
}

/** Changes of one table follow each other without a blank line; one with a question or with notes has blank lines around. */
function startsParagraph(change: Change, previous: Change): boolean {
  if (isAlone(change) || isAlone(previous)) return true;
  const subject = subjectOf(change);
  const [first] = change.operations;
  const isTable = first !== undefined && does(first, "create", "table");
  if (first?.name === previous.operations.at(-1)?.name && !isTable) return false;
  return isTable || subject === undefined || subject !== subjectOf(previous);
}

function isAlone({ question, heading, notes = [], createAgain = [] }: Change): boolean {
  return question !== undefined || heading !== undefined || notes.length + createAgain.length > 0;
}

/** The table, or what belongs to none; statements of a person's own belong to nothing. */
function subjectOf({ operations }: Change): string | undefined {
  const last = operations.at(-1);
  const target = last && callTarget(last);
  return target && (target.owner === "" ? `${target.kind} ${target.name}` : `table ${target.owner}`);
}

/**
 * The lines of a change: its notes, its question, the guess that keeps the data, and in comments what else a person may
 * want: see `Alternative`, and the other way. What a person may create again comes last. After a question it comes after
 * a blank line, so that its comments are not taken for those of the question.
 */
export function changeLines(change: Change): readonly string[] {
  const { question, heading, operations, ifNo = [], alternatives = [], notes = [] } = change;
  const { createLater = [], createAgain = [] } = change;
  const asked = collect(question !== undefined && todoFor(question));
  const aside = (when: Alternative["when"]) => alternatives.filter((one) => one.when === when).map(asideLine);
  const below = linesBelow([...notes.filter((note) => !createLater.includes(note)), ...createAgain]);
  return [
    ...collect(heading !== undefined && `// ${printableLine(heading)}`),
    ...linesAbove(notes),
    ...asked.flatMap(callLines),
    ...aside("first"),
    ...operations.flatMap(heading === undefined ? callLines : headedLines),
    ...aside("or"),
    ...ifNo.flatMap((operation) => callLines(operation).map((line) => `// ${line}`.trimEnd())),
    ...collect(question !== undefined && below.length > 0 && ""),
    ...below,
  ];
}

function asideLine({ when, operation, reason }: Alternative): string {
  const call = callLines(operation)
    .map((line) => line.trim())
    .join("");
  return joinTexts(`// ${when}: ${call}`, reason !== undefined && ` // ${printableLine(reason)}`);
}

function callLines({ name, args }: Operation): readonly string[] {
  return printCall(`op.${name}`, args, INDENT).split("\n").map(unindented);
}

/** A statement of several lines, such as the body of a function, stays one, and only its first line is indented. */
function headedLines(operation: Operation): readonly string[] {
  const { name, args, custom } = operation;
  const [text] = args;
  const isText = custom === "statement" && args.length === 1 && typeof text === "string";
  if (!isText || !text.includes("\n") || /[\p{Cc}\u2028\u2029]/u.test(text.replace(/[\n\t]/g, "")))
    return callLines(operation);
  return [`op.${name}(\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\`);`];
}

/** All lines of a function are indented together. */
function unindented(line: string, at: number): string {
  if (at === 0) return line;
  return line.slice(2 * INDENT);
}
