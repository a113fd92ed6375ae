import { RemodelError } from "../errors.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { irreversible } from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Loader } from "../load/load.ts";
import { contradictionIn } from "../questions/contradictions.ts";
import { type Operations, type Recorded, record } from "../revision/op.ts";
import type { Operation } from "../schema/operation.ts";
import { identifyQuestions } from "./open-questions.ts";
import { atAnotherTime, refuseUnrepeatable } from "./repeatable.ts";
import { computeChecksum } from "./state.ts";

/** A revision whose file was run, so that its operations are known. */
export interface LoadedRevision {
  readonly revision: Revision;
  readonly upgrade: readonly Recorded[];
  readonly downgrade: readonly Recorded[];
  /** What was called on `op` after `upgrade` or `downgrade` had returned; grows. */
  readonly late: readonly Recorded[];
  readonly checksum: string;
  readonly timeouts: Timeouts;
  /** The line of its file in the stack of a call. */
  readonly findLine: (stack: string) => number | undefined;
}

/** What a revision file exports to have other timeouts than the configuration, in milliseconds; 0 = no limit. */
export interface Timeouts {
  readonly lockTimeout?: number;
  readonly statementTimeout?: number;
  readonly idleTimeout?: number;
}

/** An open question in a revision file. */
export interface OpenTodo {
  /** What `remodel resolve --answer` calls it; a question has one id in both directions. */
  readonly id: string;
  readonly revision: string;
  readonly file: string;
  readonly line: number;
  readonly direction: "upgrade" | "downgrade";
  readonly text: string;
  readonly query?: string;
}

/**
 * Runs a revision file and records what it says.
 * @throws RemodelError `REVISION_INVALID`, `OPERATION_INVALID`, `MODULE_INVALID`
 */
export async function loadRevision(loader: Loader, revision: Revision): Promise<LoadedRevision> {
  const exports = await loader.load(revision.file);
  const findLine = createLineFinder(loader, revision.file);
  const late: Recorded[] = [];
  const source: Source = { revision, findLine, onLate: (call) => void late.push(call) };
  const { upgrade, downgrade } = recordBoth(exports, source);
  const operations = [upgrade, downgrade].map((list) => list.map(({ operation }) => operation));
  const checksum = computeChecksum(operations[0]!, operations[1]!);
  const timeouts = readTimeouts(exports, revision);
  const loaded = { revision, upgrade, downgrade, late, checksum, timeouts, findLine };
  const again = atAnotherTime(() => recordBoth(loader.loadAgain(revision.file) ?? exports, source));
  refuseUnrepeatable(source, loaded, again);
  refuseContradiction(loaded, operations);
  return loaded;
}

/** What is known of a file while its functions are called. */
interface Source extends Pick<LoadedRevision, "revision" | "findLine"> {
  readonly onLate: (call: Recorded) => void;
}

function recordBoth(
  exports: Readonly<Record<string, unknown>>,
  source: Source,
): Pick<LoadedRevision, "upgrade" | "downgrade"> {
  const [upgrade, downgrade] = (["upgrade", "downgrade"] as const).map((name) => {
    const write = exports[name];
    const { id, file } = source.revision;
    if (typeof write !== "function")
      throw new RemodelError("REVISION_INVALID", `${file} exports no function \`${name}\`.`, {
        hint: `Add: export function ${name}(op: Operations): void {}`,
        details: { revision: id, file },
      });
    return recordDirection(write as (op: Operations) => unknown, source, name);
  });
  return { upgrade: upgrade!, downgrade: downgrade! };
}

/** Where no question is open any more, both directions have to say the same. */
function refuseContradiction(loaded: LoadedRevision, [upgrade, downgrade]: readonly (readonly Operation[])[]): void {
  if ([...upgrade!, ...downgrade!].some(({ note }) => note !== undefined)) return;
  const found = contradictionIn(upgrade!, downgrade!);
  if (found === undefined) return;
  const { id, file } = loaded.revision;
  const line = loaded.findLine(loaded[found.direction][found.at]!.stack) ?? 1;
  throw new RemodelError("REVISION_INVALID", `${file}:${line}: ${found.text}`, {
    hint: found.hint,
    details: { revision: id, file, line },
  });
}

function readTimeouts(exports: Readonly<Record<string, unknown>>, { id, file }: Revision): Timeouts {
  const given = ["lockTimeout", "statementTimeout", "idleTimeout"].filter((name) => exports[name] !== undefined);
  const wrong = given.find((name) => !Number.isInteger(exports[name]) || (exports[name] as number) < 0);
  if (wrong !== undefined)
    throw new RemodelError("REVISION_INVALID", `${file}: ${wrong} must be a whole number of milliseconds.`, {
      hint: `Write export const ${wrong} = 10_000; 0 = no limit.`,
      details: { revision: id, file },
    });
  return Object.fromEntries(given.map((name) => [name, exports[name]]));
}

/** As {@link loadRevision} for many, whose files are compiled in one go. */
export async function loadRevisions(
  loader: Loader,
  revisions: readonly Revision[],
): Promise<readonly LoadedRevision[]> {
  await loader.loadAll(revisions.map(({ file }) => file));
  const loaded: LoadedRevision[] = [];
  for (const revision of revisions) loaded.push(await loadRevision(loader, revision));
  return loaded;
}

function recordDirection(write: (op: Operations) => unknown, source: Source, name: Direction): readonly Recorded[] {
  const { revision, findLine } = source;
  try {
    const calls = record(write, source.onLate);
    if (name === "upgrade") refuseIrreversibleUpgrade(calls);
    return calls;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const { code, hint } =
      error instanceof RemodelError ? error : { code: "REVISION_INVALID" as const, hint: undefined };
    if (name === "downgrade" && !(error instanceof RemodelError))
      return [{ operation: irreversible(message || "its downgrade throws"), stack }];
    const at = findLine(stack);
    throw new RemodelError(code, `${revision.file}${at === undefined ? "" : `:${at}`}: ${message}`, {
      cause: error,
      hint: hint ?? "Nothing was run. Correct the file and run the command again.",
      details: { revision: revision.id, file: revision.file, ...(at !== undefined && { line: at }) },
    });
  }
}

function refuseIrreversibleUpgrade(calls: readonly Recorded[]): void {
  if (calls.every(({ operation }) => operation.note !== "no way back")) return;
  throw new RemodelError("REVISION_INVALID", "op.irreversible is only for `downgrade`; `upgrade` cannot call it.", {
    hint: "Move the call into downgrade.",
  });
}

/** Refuses to take back revisions that say that it cannot be done, before anything is run. */
export function refuseIrreversible(loaded: readonly LoadedRevision[], direction: Direction): void {
  if (direction === "upgrade") return;
  const found = loaded.flatMap(({ revision, downgrade, findLine }) =>
    downgrade
      .filter(({ operation }) => operation.note === "no way back")
      .map(({ operation, stack }) => ({ ...revision, line: findLine(stack), why: String(operation.args[0]) })),
  );
  if (found.length === 0) return;
  const lines = found.map(
    ({ id, file, line, why }) => `  ${id}  ${file}${line === undefined ? "" : `:${line}`}  ${why}`,
  );
  throw new RemodelError(
    "REVISION_IRREVERSIBLE",
    `${found.length === 1 ? "A revision" : `${found.length} revisions`} cannot be downgraded. Nothing was run:\n${lines.join("\n")}`,
    {
      hint: "Downgrade to a later revision, restore a backup, or write a new revision that undoes the change.",
      details: { revisions: found.map(({ id, file, why }) => ({ revision: id, file, why })) },
    },
  );
}

/** Whether the way up of a revision creates a schema. */
export function createsSchema({ upgrade }: LoadedRevision, schema: string): boolean {
  return upgrade.some(({ operation }) => does(operation, "create", "schema") && operation.target?.name === schema);
}

/** The questions that a person has not answered yet. */
export function findTodos({ revision, upgrade, downgrade, findLine }: LoadedRevision): readonly OpenTodo[] {
  const open = (direction: OpenTodo["direction"], list: readonly Recorded[]) =>
    list
      .filter(({ operation }) => operation.note === "question")
      .map(({ operation, stack }) => {
        const [text, query] = operation.args as [string, string?];
        const line = findLine(stack) ?? 1;
        const { id, file } = revision;
        return { revision: id, file, line, direction, text, ...(query !== undefined && { query }) };
      });
  const todos = [...open("upgrade", upgrade), ...open("downgrade", downgrade)];
  const ids = todos.length === 0 ? [] : identifyQuestions(revision.file, todos);
  return todos.map((todo, at) => ({ id: ids[at]!, ...todo }));
}

/** A question with the query it speaks of, in a line of its own. */
export function describeTodo({ text, query }: Pick<OpenTodo, "text" | "query">, indent = "    "): string {
  return query === undefined ? text : `${text}\n${indent}${query}`;
}

/** The questions that a person has to answer: one that both directions ask is one question. */
export function countQuestions(todos: readonly { readonly id: string; readonly file?: string }[]): number {
  return new Set(todos.map(({ id, file = "" }) => `${file}\0${id}`)).size;
}

/** Refuses revisions that still have a question, before anything is run. */
export function refuseUnfinished(loaded: readonly LoadedRevision[]): void {
  const todos = loaded.flatMap(findTodos);
  if (todos.length === 0) return;
  const open = countQuestions(todos);
  const lines = todos.map((todo) => `  ${todo.file}:${todo.line}  ${describeTodo(todo, "      ")}`);
  throw new RemodelError(
    "REVISION_UNFINISHED",
    `${open === 1 ? "A question is" : `${open} questions are`} still open. Nothing was run:\n${lines.join("\n")}`,
    {
      hint: "Run: remodel resolve. Or edit the file: keep the right lines, then delete op.todo(…).",
      details: { todos },
    },
  );
}

/** A stack has the lines of the JavaScript that ran; the loader knows where in the file they come from. */
function createLineFinder(loader: Loader, file: string): LoadedRevision["findLine"] {
  return (stack) => {
    const call = { message: "", stack };
    const first = loader.locate(call);
    const at = call.stack.indexOf(`${file}:`);
    const line = at < 0 ? Number.NaN : Number.parseInt(call.stack.slice(at + file.length + 1), 10);
    return Number.isNaN(line) ? first?.line : line;
  };
}
