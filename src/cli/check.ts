import { relative } from "node:path";
import type { Checked } from "../author/check.ts";
import type { Comparison } from "../compare/compare.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Graph } from "../history/graph.ts";
import { printableLine } from "../printable.ts";
import type { Overlaps } from "../revision/conflicts.ts";
import type { SyncStatus } from "../state/sync-status.ts";
import { joinNames, withHint } from "../words.ts";
import { readFlag } from "./args.ts";
import { type ChangeData, changesData, listChanges, listNotes, type TodoData, todosData } from "./changes.ts";
import { type Command, plural } from "./command.ts";
import { type DriftData, driftData, driftText } from "./drift.ts";
import { overlapLines } from "./overlaps.ts";
import { type HeadsData, headsData, printHeads, proveHeads, proveOptions } from "./prove-heads.ts";

/** What `check --json` prints. */
export interface CheckOutput
  extends Omit<SyncStatus, "applied">,
    Overlaps,
    Pick<Checked, "inSync" | "changed" | "unloadable">,
    Pick<Comparison, "unmodelled" | "brokenDependents" | "dropped"> {
  /** From the database to the models. */
  readonly changes: readonly ChangeData[];
  /** The open questions. */
  readonly todos: readonly TodoData[];
  /** What no revision made; `null` if there is nothing. */
  readonly drift: DriftData | null;
  /** With `--prove`: whether the order of the heads matters. */
  readonly prove?: HeadsData;
}

/** Checks that everything is in order, for CI. */
export const checkCommand: Command<CheckOutput> = {
  usage: "check",
  describe: "exit 1 unless the history has one head, the database is at it, and the models match the database",
  examples: [
    ["remodel check", "in CI"],
    ["remodel check --all", "also the difference to a database that is behind"],
  ],
  options: (yargs) =>
    proveOptions(yargs).option("all", {
      type: "boolean",
      describe: "for a database that is behind, also show drift and how the models differ",
    }),
  async run(args, context) {
    const { checkUnlessKnown } = await import("../author/known-check.ts");
    const session = await context.session();
    const { checked, said } = await checkUnlessKnown(session, describeCheck);
    for (const note of said.notes) context.note(note);
    if (checked === undefined) return { code: 0, text: IN_SYNC, data: said.data };
    const { heads } = checked.position;
    const proof = heads.length < 2 ? undefined : await proveHeads(session, args, heads, context);
    const data = { ...said.data, ...dropUndefined({ prove: mapGiven(proof, headsData) }) };
    if (checked.inSync) return { code: 0, text: IN_SYNC, data };
    const problems = await listProblems(checked, session.graph(), { cwd: context.cwd, isAll: readFlag(args, "all") });
    if (proof !== undefined) problems.push(printHeads(proof));
    return { code: 1, text: problems.join("\n"), data };
  },
};

const IN_SYNC = "In sync: the history has one head, the database is at it, and the models match the database.";

async function describeCheck(
  checked: Checked,
): Promise<{ readonly notes: readonly string[]; readonly data: CheckOutput }> {
  return { notes: notesFor(checked), data: await checkData(checked) };
}

async function checkData(checked: Checked): Promise<CheckOutput> {
  const { inSync, position, comparison, todos, changed, overlaps } = checked;
  return {
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
    brokenDependents: comparison.brokenDependents,
    dropped: comparison.dropped,
    drift: await driftData(checked.drift),
  };
}

function notesFor({ comparison, writers, unloadable }: Checked): readonly string[] {
  const notes = [...listNotes(comparison)];
  if (writers.length > 0) notes.push(writersNote(writers));
  for (const { revision, message } of unloadable)
    notes.push(`Note: Revision ${revision} is applied, but its file can no longer be loaded: ${message}`);
  return notes;
}

function writersNote(writers: readonly string[]): string {
  const roles = writers.map(printableLine).join(", ");
  return `Note: ${roles} may write the state tables of remodel and so change which revisions count as applied. Run REVOKE, or make the migrator the owner of the tables.`;
}

/** Whether a run would change the database: then a comparison finds what the pending revisions are going to do. */
function isBehind({ position: { pending, halfApplied } }: Checked): boolean {
  return pending.length > 0 || halfApplied.length > 0;
}

async function listProblems(
  checked: Checked,
  graph: Graph,
  { cwd, isAll }: { readonly cwd: string; readonly isAll: boolean },
): Promise<string[]> {
  const { describeTodo } = await import("../state/revisions.ts");
  const { comparison, todos, changed, drift } = checked;
  const problems = [...(await listHistoryProblems(checked, graph))];
  for (const id of changed)
    problems.push(
      `Revision ${id} was edited after it was applied. Take the edit back, and write a revision of its own for it: remodel revision -m MESSAGE`,
    );
  for (const todo of todos) problems.push(`${relative(cwd, todo.file)}:${todo.line}  ${describeTodo(todo)}`);
  if (isBehind(checked) && !isAll) return problems;
  if (drift !== undefined) problems.push(await driftText(drift));
  if (comparison.upgrade.length === 0) return problems;
  const count = plural(comparison.upgrade.length, "change");
  return [...problems, `Models and database differ in ${count}:`, ...listChanges(comparison.upgrade)];
}

async function listHistoryProblems(
  { position, overlaps, join, empty }: Checked,
  graph: Graph,
): Promise<readonly string[]> {
  const { noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
  const { describeHalfApplied } = await import("../state/half-applied.ts");
  const { EMPTY_HINT } = await import("../state/empty-history.ts");
  const { heads, pending, halfApplied, unknown } = position;
  const problems: string[] = [];
  if (empty !== undefined) problems.push(withHint(empty, EMPTY_HINT));
  problems.push(...halfApplied.map(describeHalfApplied));
  if (heads.length > 1) problems.push(withHint(`The history has ${heads.length} heads: ${heads.join(", ")}.`, join));
  problems.push(...overlapLines(overlaps), ...noteUnknownRevisions(graph, unknown));
  if (pending.length > 0)
    problems.push(`The database is not at head; pending: ${joinNames(pending)}. Run: remodel upgrade`);
  return problems;
}
