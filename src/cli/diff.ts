import { collect } from "../collect.ts";
import type { Comparison } from "../compare/compare.ts";
import { phraseNote } from "../kinds/note-text.ts";
import { phraseQuestion } from "../kinds/question-text.ts";
import { printableLine } from "../printable.ts";
import type { Change } from "../schema/operation.ts";
import type { SyncStatus } from "../state/sync-status.ts";
import { readFlag } from "./args.ts";
import { type ChangeData, changesData, listChanges, listNotes, type TodoData, todosData } from "./changes.ts";
import { type Command, plural } from "./command.ts";
import { readWidth } from "./host.ts";

/** The width of the output if it is no terminal, in characters. */
const DEFAULT_WIDTH = 160;

/** What `diff --json` prints. */
export interface DiffOutput
  extends Pick<SyncStatus, "current" | "heads">,
    Pick<Comparison, "unmodelled" | "brokenDependents" | "dropped"> {
  readonly inSync: boolean;
  /** From the database to the models. */
  readonly changes: readonly ChangeData[];
  /** The open questions. */
  readonly todos: readonly TodoData[];
}

/** Compares models and database. */
export const diffCommand: Command<DiffOutput> = {
  usage: "diff",
  describe: "show how the models differ from the database",
  options: (yargs) =>
    yargs
      .option("sql", {
        type: "boolean",
        describe: "print the statements that would change the database to match the models",
      })
      .option("side-by-side", {
        type: "boolean",
        conflicts: "sql",
        describe: "show database and models side by side",
      }),
  async run(args, context) {
    const { compare } = await import("../compare/compare.ts");
    const { readSyncStatus } = await import("../state/sync-status.ts");
    const session = await context.session();
    const { current, heads } = await readSyncStatus(session);
    const comparison = await compare(session);
    const { upgrade, unmodelled, brokenDependents, dropped } = comparison;
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
    // Some changes are only in that list, such as rows of TypeORM's own table.
    const sideBySide = readFlag(args, "side-by-side");
    const texts = await compareTexts(comparison, sideBySide, readWidth(context.host.stdout, DEFAULT_WIDTH));
    const text = [describeModelChanges(upgrade), ...texts].join("\n\n");
    return { code: 1, text, data, paint: sideBySide ? "sides" : "diff" };
  },
};

/** The changes in words, below their number. */
export function describeModelChanges(upgrade: readonly Change[]): string {
  return [`${plural(upgrade.length, "change")} from the database to the models:`, ...listChanges(upgrade)].join("\n");
}

/** Shows the database, with the names that its items are guessed to get, and the models as texts. */
async function compareTexts(comparison: Comparison, sideBySide: boolean, width: number): Promise<readonly string[]> {
  const { modelDiff, nameSides } = await import("../review/diff-text.ts");
  if (!sideBySide) return listText(modelDiff(comparison));
  const { schemaText } = await import("../review/text.ts");
  const { printSideBySide } = await import("../review/side-by-side.ts");
  const { renamed, models } = comparison;
  return listText(printSideBySide(schemaText(renamed), schemaText(models), nameSides(comparison), width));
}

function listText(text: string): readonly string[] {
  return collect(text !== "" && text);
}

function statementsOf({ operations, question, notes = [] }: Change): readonly string[] {
  return [
    ...notes.map((note) => `-- Note: ${printableLine(phraseNote(note))}`),
    ...collect(question !== undefined && `-- TODO ${phraseQuestion(question)}`),
    ...operations.flatMap(({ sql }) => sql.map((text) => `${text};`)),
  ];
}
