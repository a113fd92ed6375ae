import { relative } from "node:path";
import type { OpenTodo } from "../state/revisions.ts";
import { readText } from "./args.ts";
import { type Command, plural } from "./command.ts";

/** What `todo --json` prints. */
export interface TodoOutput {
  /** A line for each direction of a question. */
  readonly todos: readonly OpenTodo[];
  /** How many questions are open. */
  readonly questions: number;
}

/** Lists the questions that are still open. */
export const todoCommand: Command<TodoOutput> = {
  usage: "todo [revision]",
  describe: "list the open questions",
  options: (yargs) => yargs.positional("revision", { type: "string", describe: "only this revision" }),
  async run(args, context) {
    const { openTodos } = await import("../author/todos.ts");
    const todos = await openTodos(await context.session(), readText(args, "revision"));
    const { countQuestions, describeTodo } = await import("../state/revisions.ts");
    const text = todos.map((one) => `${relative(context.cwd, one.file)}:${one.line}  ${describeTodo(one)}`);
    const questions = countQuestions(todos);
    if (questions > 0) text.push(`Open: ${plural(questions, "question")}. Run: remodel resolve`);
    return {
      code: questions === 0 ? 0 : 1,
      text: text.join("\n") || "No question is open.",
      data: { todos, questions },
    };
  },
};
