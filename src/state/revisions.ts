import { collect } from "../collect.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { shareExtension } from "../kinds/extensions.ts";
import { irreversible } from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Loader } from "../load/load.ts";
import { findContradiction } from "../questions/contradictions.ts";
import { type Operations, type Recorded, record } from "../revision/op.ts";
import { timed } from "../timings.ts";
import { locateCall, type RevisionSource } from "./call-location.ts";
import { identifyQuestions } from "./open-questions.ts";
import { splitIntoPortions } from "./portions.ts";
import { atAnotherTime, refuseUnrepeatable } from "./repeatable.ts";
import { shortenStacks } from "./short-stacks.ts";
import { computeChecksum } from "./state.ts";
import { readTimeouts, type Timeouts } from "./timeouts.ts";

/** A revision whose file was run: its operations are known. */
export interface LoadedRevision extends RevisionSource {
  readonly upgrade: readonly Recorded[];
  readonly downgrade: readonly Recorded[];
  /** The calls on `op` after `upgrade` or `downgrade` had returned. The list may grow. */
  readonly late: readonly Recorded[];
  readonly checksum: string;
  readonly timeouts: Timeouts;
}

/** An open question in a revision file. */
export interface OpenTodo {
  /** Its id for `remodel resolve --answer`. A question has the same id in both directions. */
  readonly id: string;
  readonly revision: string;
  readonly file: string;
  readonly line: number;
  readonly direction: Direction;
  readonly text: string;
  readonly query?: string;
}

/** The revisions that were loaded: a fleet runs the same files for every tenant. */
const LOADED = new WeakMap<Loader, WeakMap<Revision, LoadedRevision>>();

/**
 * Runs a revision file and records its operations in both directions. A loader does this once for each revision; only code
 * of a step is made again each time, since its variables belong to one run.
 * @throws RemodelError `REVISION_INVALID`, `OPERATION_INVALID`, `MODULE_INVALID`
 */
export async function loadRevision(loader: Loader, revision: Revision): Promise<LoadedRevision> {
  const known = LOADED.get(loader) ?? new WeakMap<Revision, LoadedRevision>();
  LOADED.set(loader, known);
  const before = known.get(revision);
  if (before !== undefined) return hasCode(before) ? await recordAgain(loader, before) : before;
  const loaded = await loadFirst(loader, revision);
  known.set(revision, loaded);
  return loaded;
}

/** From so many calls on, to shorten the stacks of a file takes longer than it is worth: there are few such files. */
const MANY_CALLS = 1000;

async function loadFirst(loader: Loader, revision: Revision): Promise<LoadedRevision> {
  const exports = await loader.load(revision.file);
  const { source, late } = createSource(loader, revision);
  const { upgrade, downgrade } = recordBoth(exports, source);
  const checksum = computeChecksum(
    upgrade.map(({ operation }) => operation),
    downgrade.map(({ operation }) => operation),
  );
  refuseOtherBuild(revision, checksum);
  const timeouts = readTimeouts(exports, revision);
  const loaded = { revision, upgrade, downgrade, late, checksum, timeouts, findLine: source.findLine };
  const again = atAnotherTime(() => recordBoth(loader.loadAgain(revision.file) ?? exports, source));
  refuseUnrepeatable(source, loaded, again);
  refuseContradiction(loaded);
  const path = loader.forget(revision.file);
  if (path === undefined || upgrade.length + downgrade.length > MANY_CALLS) return loaded;
  const shorten = (calls: readonly Recorded[]) => shortenStacks(calls, revision.file, path);
  return { ...loaded, upgrade: shorten(upgrade), downgrade: shorten(downgrade) };
}

/** Whether a revision has steps that are code of a person. */
export function hasCode({ upgrade, downgrade }: LoadedRevision): boolean {
  return [...upgrade, ...downgrade].some(({ operation }) => operation.custom === "code");
}

async function recordAgain(loader: Loader, before: LoadedRevision): Promise<LoadedRevision> {
  const exports = await loader.load(before.revision.file);
  const { source, late } = createSource(loader, before.revision);
  const recorded = recordBoth(exports, source);
  refuseUnrepeatable(source, before, recorded);
  return { ...before, ...recorded, late };
}

function createSource(
  loader: Loader,
  revision: Revision,
): { readonly source: Source; readonly late: readonly Recorded[] } {
  const late: Recorded[] = [];
  const findLine = createLineFinder(loader, revision.file);
  return { source: { revision, findLine, onLate: (call) => void late.push(call) }, late };
}

/** A file whose functions are called. */
interface Source extends RevisionSource {
  readonly onLate: (call: Recorded) => void;
}

function recordBoth(
  exports: Readonly<Record<string, unknown>>,
  source: Source,
): Pick<LoadedRevision, "upgrade" | "downgrade"> {
  return {
    upgrade: recordDirection(exports["upgrade"], source, "upgrade"),
    downgrade: recordDirection(exports["downgrade"], source, "downgrade"),
  };
}

/** The operations of a build are those of the sources, wherever it runs. */
function refuseOtherBuild({ id, file, checksum }: Revision, found: string): void {
  if (checksum === undefined || checksum === found) return;
  throw new RemodelError("BUILD_INVALID", `${file} has other operations than when it was built.`, {
    hint: "Its operations may not depend on the environment. Write the folder again: remodel build",
    details: { revision: id, file },
  });
}

/** Once no question is open, both directions must agree. */
function refuseContradiction(loaded: LoadedRevision): void {
  const upgrade = loaded.upgrade.map(({ operation }) => operation);
  const downgrade = loaded.downgrade.map(({ operation }) => operation);
  if ([...upgrade, ...downgrade].some(({ note }) => note !== undefined)) return;
  const found = findContradiction(upgrade, downgrade);
  if (found === undefined) return;
  const { id, file } = loaded.revision;
  const line = loaded.findLine(loaded[found.direction][found.at]?.stack ?? "") ?? 1;
  throw new RemodelError("REVISION_INVALID", `${file}:${line}: ${found.text}`, {
    hint: found.hint,
    details: { revision: id, file, line },
  });
}

/** Runs several revision files, see {@link loadRevision}. They are compiled in portions, and forgotten after each. */
export async function loadRevisions(
  loader: Loader,
  revisions: readonly Revision[],
): Promise<readonly LoadedRevision[]> {
  return await timed("revisions", async () => {
    const loaded = new Map<Revision, LoadedRevision>();
    const portions = splitIntoPortions(revisions);
    if (portions.length > 1) loader.forgetCompiler();
    const load = async (revision: Revision) => {
      loaded.set(revision, await loadRevision(loader, revision));
      await loader.takeTurn(revision.file);
    };
    for (const portion of portions) {
      const compiled: Revision[] = [];
      for (const revision of portion)
        if (loader.needsCompiler(revision.file)) compiled.push(revision);
        else await load(revision);
      await loader.loadAll(compiled.map(({ file }) => file));
      for (const revision of compiled) await load(revision);
    }
    return collect(...revisions.map((revision) => loaded.get(revision)));
  });
}

function recordDirection(write: unknown, source: Source, direction: Direction): readonly Recorded[] {
  const { id, file } = source.revision;
  if (!isRecordable(write))
    throw new RemodelError("REVISION_INVALID", `${file} exports no function \`${direction}\`.`, {
      hint: `Add: export function ${direction}(op: Operations): void {}`,
      details: { revision: id, file },
    });
  try {
    const calls = record(write, source.onLate);
    if (direction === "upgrade") refuseIrreversibleUpgrade(calls);
    return calls;
  } catch (error) {
    if (direction === "upgrade" || error instanceof RemodelError) throw recordingError(error, source);
    const { message = "", stack = "" }: { message?: string; stack?: string } = Object(error);
    return [{ operation: irreversible(message || "its downgrade throws"), stack }];
  }
}

function isRecordable(value: unknown): value is (op: Operations) => unknown {
  return typeof value === "function";
}

/** The error of a revision whose `upgrade` or `downgrade` threw. */
function recordingError(error: unknown, source: Source): RemodelError {
  const { message, stack = "" } = readError(error);
  const { where, details } = locateCall(source, stack);
  const hint = "Nothing was run. Correct the file and run the command again.";
  const own = error instanceof RemodelError ? error : undefined;
  return new RemodelError(own?.code ?? "REVISION_INVALID", `${where}: ${message}`, {
    cause: error,
    hint: own?.hint ?? hint,
    details,
  });
}

function refuseIrreversibleUpgrade(calls: readonly Recorded[]): void {
  if (calls.every(({ operation }) => operation.note !== "no way back")) return;
  throw new RemodelError("REVISION_INVALID", "op.irreversible is only for `downgrade`; `upgrade` cannot call it.", {
    hint: "Move the call into downgrade.",
  });
}

/** Refuses, before anything is run, a downgrade of revisions that say that they cannot be downgraded. */
export function refuseIrreversible(loaded: readonly LoadedRevision[], direction: Direction): void {
  if (direction === "upgrade") return;
  const found = loaded.flatMap((one) =>
    one.downgrade
      .filter(({ operation }) => operation.note === "no way back")
      .map(({ operation, stack }) => ({
        ...one.revision,
        where: locateCall(one, stack).where,
        why: String(operation.args[0]),
      })),
  );
  if (found.length === 0) return;
  const lines = found.map(({ id, where, why }) => `  ${id}  ${where}  ${why}`);
  throw new RemodelError(
    "REVISION_IRREVERSIBLE",
    `${found.length === 1 ? "A revision" : `${found.length} revisions`} cannot be downgraded. Nothing was run:\n${lines.join("\n")}`,
    {
      hint: "Downgrade to a later revision, restore a backup, or write a new revision that undoes the change.",
      details: { revisions: found.map(({ id, file, why }) => ({ revision: id, file, why })) },
    },
  );
}

/** What revisions do in a database that several sessions share, see `shareExtension`. */
export function shareExtensions(loaded: readonly LoadedRevision[], schema: string): readonly LoadedRevision[] {
  const share = (calls: readonly Recorded[]) =>
    calls.map((call) => ({ ...call, operation: shareExtension(call.operation, schema) }));
  return loaded.map((one) => ({ ...one, upgrade: share(one.upgrade), downgrade: share(one.downgrade) }));
}

/** Whether the upgrade of a revision creates a schema. */
export function createsSchema({ upgrade }: LoadedRevision, schema: string): boolean {
  return upgrade.some(({ operation }) => does(operation, "create", "schema") && operation.target?.name === schema);
}

/** Finds the questions that a person has not answered yet. */
export function findTodos({ revision, upgrade, downgrade, findLine }: LoadedRevision): readonly OpenTodo[] {
  const { id, file } = revision;
  const findOpen = (direction: Direction, list: readonly Recorded[]) =>
    list
      .filter(({ operation }) => operation.note === "question")
      .map(({ operation, stack }) => {
        const [text, query] = operation.args;
        const line = findLine(stack) ?? 1;
        const todo = { revision: id, file, line, direction, text: String(text) };
        return typeof query === "string" ? { ...todo, query } : todo;
      });
  return identifyQuestions(file, [...findOpen("upgrade", upgrade), ...findOpen("downgrade", downgrade)]);
}

/** A question, with its query in a line of its own. */
export function describeTodo({ text, query }: Pick<OpenTodo, "text" | "query">, indent = "    "): string {
  if (query === undefined) return text;
  return `${text}\n${indent}${query}`;
}

/** Counts the questions that a person has to answer. One that is in both directions counts once. */
export function countQuestions(todos: readonly { readonly id: string; readonly file?: string }[]): number {
  return new Set(todos.map(({ id, file = "" }) => `${file}\0${id}`)).size;
}

/** Refuses, before anything is run, revisions with open questions. */
export function refuseUnfinished(loaded: readonly LoadedRevision[]): void {
  const todos = loaded.flatMap(findTodos);
  if (todos.length === 0) return;
  const open = countQuestions(todos);
  const lines = todos.map((todo) => `  ${todo.file}:${todo.line}  ${describeTodo(todo, "      ")}`);
  throw new RemodelError(
    "REVISION_UNFINISHED",
    `${open === 1 ? "A question is" : `${open} questions are`} still open. Nothing was run:\n${lines.join("\n")}`,
    {
      hint: "Edit the file: keep the right lines, then delete op.todo(…). Or run: remodel resolve",
      details: { todos },
    },
  );
}

/** A stack has the lines of the JavaScript that ran. The loader knows which lines of the file they come from. */
function createLineFinder(loader: Loader, file: string): RevisionSource["findLine"] {
  return (stack) => {
    const call = { message: "", stack };
    const first = loader.locate(call); // writes the lines of the project's files into `call.stack`
    const [, after = ""] = call.stack.split(`${file}:`);
    const line = Number.parseInt(after, 10);
    return Number.isNaN(line) ? first?.line : line;
  };
}
