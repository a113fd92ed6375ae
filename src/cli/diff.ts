import { changesData, changeText, notesOf, todosData } from "./changes.ts";
import type { Command } from "./command.ts";

/** Compares models and database. */
export const diffCommand: Command = {
  usage: "diff",
  describe: "show how the models differ from the database",
  options: (yargs) =>
    yargs.option("sql", {
      type: "boolean",
      describe: "print the statements that would change the database to match the models",
    }),
  async run(args, context) {
    const { compare } = await import("../compare/compare.ts");
    const { readSyncStatus } = await import("../state/sync-status.ts");
    const session = await context.session();
    const { current, heads } = await readSyncStatus(session);
    const comparison = await compare(session);
    const { upgrade, live, models, unmodelled, losses, dropped } = comparison;
    const inSync = upgrade.length === 0;
    const { openTodos } = await import("../author/todos.ts");
    const todos = todosData(args["json"] ? await openTodos(session) : []);
    const data = { inSync, current, heads, changes: changesData(upgrade), todos, unmodelled, losses, dropped };
    for (const note of notesOf(comparison)) context.note(note);
    if (inSync) return { code: 0, text: "", data };
    if (args["sql"]) {
      const statements = upgrade.flatMap(({ operations, question }) => [
        ...(question === undefined ? [] : [`-- TODO ${question.text}`]),
        ...operations.flatMap(({ sql }) => sql.map((text) => `${text};`)),
      ]);
      return { code: 1, text: statements.join("\n"), data, script: true };
    }
    const { schemaText, unifiedDiff } = await import("../review/text.ts");
    const text = unifiedDiff(schemaText(live), schemaText(models), ["database", "models"]);
    // What is not in that text, such as rows of TypeORM's own table, is told as operations.
    if (text === "") return { code: 1, text: upgrade.map(changeText).join("\n"), data };
    return { code: 1, text, data, paint: "diff" };
  },
};
