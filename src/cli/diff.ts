import { phraseNote } from "../kinds/note-text.ts";
import { phraseQuestion } from "../kinds/question-text.ts";
import { printableLine } from "../printable.ts";
import type { Change } from "../schema/operation.ts";
import { readFlag } from "./args.ts";
import { changesData, changeText, listNotes, todosData } from "./changes.ts";
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
    const { upgrade, live, models, unmodelled, brokenDependents, dropped } = comparison;
    const inSync = upgrade.length === 0;
    const { openTodos } = await import("../author/todos.ts");
    const todos = todosData(readFlag(args, "json") ? await openTodos(session) : []);
    const data = {
      inSync,
      current,
      heads,
      changes: changesData(upgrade),
      todos,
      unmodelled,
      brokenDependents,
      dropped,
    };
    for (const note of listNotes(comparison)) context.note(note);
    if (inSync) return { code: 0, text: "", data };
    if (readFlag(args, "sql")) return { code: 1, text: upgrade.flatMap(statementsOf).join("\n"), data, script: true };
    const { schemaText, unifiedDiff } = await import("../review/text.ts");
    const text = unifiedDiff(schemaText(live), schemaText(models), ["database", "models"]);
    if (text !== "") return { code: 1, text, data, paint: "diff" };
    // Some changes are not in that text, such as rows of TypeORM's own table.
    return { code: 1, text: upgrade.map(changeText).join("\n"), data };
  },
};

function statementsOf({ operations, question, notes = [] }: Change): readonly string[] {
  return [
    ...notes.map((note) => `-- Note: ${printableLine(phraseNote(note))}`),
    ...(question === undefined ? [] : [`-- TODO ${phraseQuestion(question)}`]),
    ...operations.flatMap(({ sql }) => sql.map((text) => `${text};`)),
  ];
}
