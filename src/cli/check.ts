import { relative } from "node:path";
import type { Checked } from "../author/check.ts";
import { printableLine } from "../printable.ts";
import { changesData, changeText, notesOf, todosData } from "./changes.ts";
import { type Command, plural } from "./command.ts";
import { driftData, driftText } from "./drift.ts";
import { overlapLines } from "./overlaps.ts";

/** Tells whether everything is in order, for CI. */
export const checkCommand: Command = {
  usage: "check",
  describe: "exit 1 unless the history has one head, the database is at it, and the models match the database",
  async run(_args, context) {
    const { check } = await import("../author/check.ts");
    const checked = await check(await context.session());
    const { inSync, position, comparison, todos, changed, overlaps } = checked;
    const data = {
      inSync,
      current: position.current,
      heads: position.heads,
      pending: position.pending,
      missing: position.missing,
      unknown: position.unknown,
      halfApplied: position.halfApplied,
      changed,
      unloadable: checked.unloadable,
      ...overlaps,
      changes: changesData(comparison.upgrade),
      todos: todosData(todos),
      unmodelled: comparison.unmodelled,
      losses: comparison.losses,
      dropped: comparison.dropped,
      drift: await driftData(checked.drift),
    };
    for (const note of notesOf(comparison)) context.note(note);
    if (checked.writers.length > 0) context.note(writersNote(checked.writers));
    for (const { revision, message } of checked.unloadable)
      context.note(`Note: Revision ${revision} is applied, but its file can no longer be loaded: ${message}`);
    const text = inSync
      ? "In sync: the history has one head, the database is at it, and the models match the database."
      : (await problems(checked, context.cwd)).join("\n");
    return { code: inSync ? 0 : 1, text, data };
  },
};

function writersNote(writers: readonly string[]): string {
  const roles = writers.map(printableLine).join(", ");
  return `Note: ${roles} may write the state tables of remodel and so change which revisions count as applied. Run REVOKE, or make the migrator the owner of the tables.`;
}

async function problems(
  { position, comparison, todos, changed, overlaps, join, drift, empty }: Checked,
  cwd: string,
): Promise<readonly string[]> {
  const { noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
  const { describeTodo } = await import("../state/revisions.ts");
  const { describeHalfApplied } = await import("../state/half-applied.ts");
  const { EMPTY_HINT } = await import("../state/empty-history.ts");
  const { heads, pending } = position;
  return [
    ...(empty === undefined ? [] : [`${empty}\n  ${EMPTY_HINT}`]),
    ...position.halfApplied.map(describeHalfApplied),
    ...(heads.length > 1 ? [`The history has ${heads.length} heads: ${heads.join(", ")}. ${join}`] : []),
    ...overlapLines(overlaps),
    ...noteUnknownRevisions(position.unknown),
    ...(pending.length > 0
      ? [`The database is not at head; pending: ${pending.join(", ")}. Run: remodel upgrade`]
      : []),
    ...changed.map((id) => `Revision ${id} was edited after it was applied.`),
    ...(drift === undefined ? [] : [await driftText(drift)]),
    ...todos.map((todo) => `${relative(cwd, todo.file)}:${todo.line}  ${describeTodo(todo)}`),
    ...(comparison.upgrade.length > 0
      ? [
          `Models and database differ in ${plural(comparison.upgrade.length, "change")}:`,
          ...comparison.upgrade.map(changeText),
        ]
      : []),
  ];
}
