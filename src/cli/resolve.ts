import { relative } from "node:path";
import type { Resolved } from "../author/given-answers.ts";
import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import type { Answer, GivenValue } from "../questions/answer.ts";
import type { OpenTodo } from "../state/revisions.ts";
import { readAccept, readRenames } from "./answers.ts";
import { type Args, readTexts, TEXT_LIST } from "./args.ts";
import { unsureText } from "./changes.ts";
import { type Command, type CommandContext, plural } from "./command.ts";
import { isInteractive } from "./host.ts";

/** What `resolve --json` prints. */
export interface ResolveOutput extends Pick<Resolved, "answered" | "deleted" | "unsure"> {
  /** What is still open: a line for each direction of a question. */
  readonly todos: readonly Pick<OpenTodo, "id" | "revision" | "file" | "line" | "text">[];
  /** How many questions are still open. */
  readonly questions: number;
}

/** Answers the open questions of revisions. */
export const resolveCommand: Command<ResolveOutput> = {
  usage: "resolve [revision]",
  describe: "answer the open questions one by one, or with --accept and --answer",
  examples: [
    ["remodel resolve", "ask one question after another"],
    ["remodel resolve --accept renames", "keep the guessed renames"],
  ],
  options: (yargs) =>
    yargs
      .positional("revision", { type: "string", describe: "only this revision" })
      .option("accept", {
        type: "string",
        array: true,
        requiresArg: true,
        choices: ["renames", "constraints", "types", "enums", "drops", "all"],
        describe: "accept the proposed lines of these kinds of questions",
      })
      .option("answer", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "ID=yes keeps the proposed lines, ID=no the commented lines; todo --json lists the ids",
      })
      .option("value", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "ID=EXPRESSION keeps the proposed lines and writes this SQL expression into them",
      })
      .option("rename", {
        ...TEXT_LIST,
        describe: "table.old=new or old=new: write the revision again with this rename instead of the guess",
      }),
  async run(args, context) {
    const name = args["revision"] === undefined ? undefined : String(args["revision"]);
    const { countQuestions } = await import("../state/revisions.ts");
    const resolved = asks(args, context) ? await asked(context, name) : await resolveGiven(args, context, name);
    const { answered, deleted, todos } = resolved;
    const data = {
      answered,
      deleted,
      todos: todos.map(({ id, revision, file, line, text }) => ({ id, revision, file, line, text })),
      questions: countQuestions(todos),
      unsure: resolved.unsure,
    };
    return { code: todos.length === 0 ? 0 : 1, text: textOf(resolved, context), data };
  },
};

/** Whether to ask a person: only on a terminal, and only without an option that answers and without --json. */
function asks(args: Args, { host }: CommandContext): boolean {
  const said =
    args["accept"] !== undefined ||
    args["answer"] !== undefined ||
    args["value"] !== undefined ||
    args["rename"] !== undefined ||
    args["json"] === true;
  return !said && isInteractive(host);
}

async function asked(context: CommandContext, name: string | undefined): Promise<Resolved> {
  const { askQuestions } = await import("./ask.ts");
  const { cwd, host } = context;
  return await askQuestions(await context.session(), name, {
    input: host.stdin,
    output: host.stdout,
    cwd,
    env: host.env,
  });
}

async function resolveGiven(args: Args, context: CommandContext, name: string | undefined): Promise<Resolved> {
  const { resolveQuestions } = await import("../author/resolve.ts");
  const answers = ((args["answer"] as string[] | undefined) ?? []).map((text) => readAnswer(String(text)));
  const values = readTexts(args, "value").map(readValue);
  const all = [...answers, ...values];
  const session = await context.session();
  const renames = readRenames(args);
  if (renames.length > 0) {
    const { renameInOpen } = await import("../author/rename-again.ts");
    const { file } = await renameInOpen(session, name, renames);
    context.note(`Wrote ${relative(context.cwd, file)} again.`);
  }
  return await resolveQuestions(session, name, { answers: all, accept: readAccept(args) });
}

function readValue(text: string): { readonly id: string; readonly answer: GivenValue } {
  const [, id, expression] = /^([^=]+)=(.*\S.*)$/s.exec(text) ?? [];
  if (id !== undefined && expression !== undefined) return { id, answer: { expression: expression.trim() } };
  throw new RemodelError("USAGE", `--value ${text} cannot be read.`, {
    hint: "Write --value ID=EXPRESSION. To list the ids, run: remodel todo --json",
  });
}

function readAnswer(text: string): { readonly id: string; readonly answer: Answer } {
  const [, id, answer] = /^([^=]+)=(yes|no)$/.exec(text) ?? [];
  if (id !== undefined) return { id, answer: answer as Answer };
  throw new RemodelError("USAGE", `--answer ${text} cannot be read.`, {
    hint: "Write --answer ID=yes or --answer ID=no. To list the ids, run: remodel todo --json",
  });
}

/** Lists each question once, with its lines in both directions. */
function textOf({ answered, deleted, todos, unsure }: Resolved, { cwd }: CommandContext): string {
  const files = [...new Set(answered.map(({ file }) => relative(cwd, file)))];
  const done = collect(files.length > 0 && `Answered ${plural(answered.length, "question")} in ${files.join(", ")}.`);
  const gone = deleted.map(({ file, lines }) => {
    const text = lines.flatMap((line) => line.split("\n")).map((line) => `\n  ${line}`);
    return `Deleted in ${relative(cwd, file)}:${text.join("")}`;
  });
  const first = todos.filter(({ id, file }, at) => todos.findIndex((one) => one.id === id && one.file === file) === at);
  const accepted = unsure.filter((one) => !one.open).map(unsureText);
  const why = new Map(unsure.filter((one) => one.open).map((one) => [one.text, one.why]));
  const open = first.map(({ id, file, text, query }) => {
    const lines = todos.filter((one) => one.id === id && one.file === file).map(({ line }) => line);
    const shown = query === undefined ? text : `${text}\n    ${query}`;
    const reason = why.has(text) ? `\n    Not accepted: ${why.get(text)}` : "";
    return `${id}  ${relative(cwd, file)}:${lines.join(", ")}\n    ${shown}${reason}`;
  });
  if (open.length > 0) open.push(`Open: ${plural(open.length, "question")}. ${howToAnswer(unsure)}`);
  return [...done, ...gone, ...accepted, ...open].join("\n") || "No question is open.";
}

function howToAnswer(unsure: Resolved["unsure"]): string {
  const needsValue = unsure.some(({ open }) => open);
  return `Answer with --answer ID=yes or ID=no${needsValue ? "; --value ID=EXPRESSION gives the rows a value" : ""}.`;
}
