import { askTexts, type TextRows } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { resolveName } from "../history/names.ts";
import { downgradePlan, upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { graphFor } from "../history/squashed.ts";
import { literal } from "../sql.ts";
import { foldRows, unfoldRows } from "../state/applied-rows.ts";
import { refuseEmpty } from "../state/empty-history.ts";
import {
  describeHalfApplied,
  type HalfApplied,
  halfAppliedError,
  readWholeState,
  refuseUnknownHalf,
  type State,
} from "../state/half-applied.ts";
import { requireKnownIds } from "../state/unknown-revisions.ts";
import { joinNames } from "../words.ts";
import type { Direction, Planning, RevisionContext } from "./context.ts";

/**
 * Makes the plan of a run. An upgrade first finishes a revision that is half applied, a downgrade first undoes it. No plan
 * goes above or below such a revision.
 * @throws RemodelError what `upgradePlan` and `downgradePlan` throw, and `REVISION_HALF_APPLIED`
 */
export function makePlan({ session, direction, target, withDependents }: Planning, state: State): readonly Revision[] {
  const half = state.half.map(({ revision }) => revision);
  const graph = graphFor(session.graph(), [...state.applied.map(({ revision }) => revision), ...half]);
  const applied = requireKnownIds(graph, state.applied);
  refuseUnknownHalf(graph, state.half);
  const whole = applied.filter((id) => !half.includes(id));
  if (direction === "upgrade") return upgradePlan(graph, whole, target);
  const touched = [...new Set([...applied, ...half])];
  const plan = downgradePlan(graph, touched, target, { withDependents });
  const named = resolveName(graph, target, { current: touched });
  const meant = state.half.find(({ revision }) => named.includes(revision));
  if (meant !== undefined)
    throw halfAppliedError(meant, `The database cannot go down to ${meant.revision}. ${describeHalfApplied(meant)}`);
  return plan;
}

/**
 * Makes the plan again while the run holds the lock.
 * @param contexts the next revision of a run, or all its revisions
 * @param answers the answers to {@link lookAgainSql}, if it was asked already
 * @returns the ones that remain, each with how far an interrupted run came with it
 * @throws RemodelError `PLAN_CHANGED` if another run has changed the plan, `DATABASE_AHEAD`
 */
export async function findRemaining(
  contexts: readonly RevisionContext[],
  answers?: readonly TextRows[],
): Promise<readonly RevisionContext[]> {
  const [run] = contexts;
  if (run === undefined) return [];
  const { open, half } = (await findIfUnchanged(run, answers)) ?? (await findFromState(run));
  const rest = contexts.filter(({ loaded }) => open.includes(loaded.revision.id));
  const [next] = rest;
  if (next !== undefined && next.loaded.revision.id !== open[0]) throw planChangedError(run, open);
  return rest.map((context) => addHalfApplied(context, half));
}

/** What remains of a plan. */
interface Remaining {
  readonly open: readonly string[];
  readonly half: readonly HalfApplied[];
}

async function findFromState(run: RevisionContext): Promise<Remaining> {
  const { rows, lines } = parseSince(await askTexts(run.db, sinceSql(run, "0", "DESC LIMIT 1")));
  const state = await readWholeState(run.db, run.state);
  const open = listRemainingIds(run, state);
  if (state.half.length === 0) run.seen.last = { line: lines[0]?.id ?? "0", rows, open };
  else delete run.seen.last;
  return { open, half: state.half };
}

/**
 * What remains if since the last look only this run has written: one revision. Every other run, and every stamp, would
 * have left a line in the log. So a long run does not read the whole state before each revision.
 */
async function findIfUnchanged(
  run: RevisionContext,
  answers: readonly TextRows[] | undefined,
): Promise<Remaining | undefined> {
  const { last } = run.seen;
  const id = run.done.at(-1)?.revision.id;
  if (last === undefined || id === undefined || last.open[0] !== id) return undefined;
  const { rows, lines } = parseSince(answers ?? (await askTexts(run.db, lookAgainSql(run))));
  const [line, ...others] = lines;
  const isOwn = line?.action === run.direction && line.revision === id && others.length === 0;
  if (!isOwn || rows !== last.rows + (run.direction === "upgrade" ? 1 : -1)) return undefined;
  const open = last.open.slice(1);
  run.seen.last = { line: line.id, rows, open };
  return { open, half: [] };
}

/**
 * The queries that show, under the path of remodel's own statements, whether another run has written since this run has
 * looked; none if it has not looked yet.
 */
export function lookAgainSql(run: RevisionContext): readonly string[] {
  const { last } = run.seen;
  return last === undefined ? [] : sinceSql(run, last.line, "LIMIT 2");
}

/** The queries of how many rows the state table has, and of lines of the log after one of them. */
function sinceSql({ state }: RevisionContext, line: string, order: string): readonly string[] {
  return [
    `SELECT count(*) FROM ${state.table}`,
    `SELECT id, action, revision FROM ${state.log} WHERE id > ${literal(line)}::bigint ORDER BY id ${order}`,
  ];
}

function parseSince([counted = [], found = []]: readonly TextRows[]) {
  const lines = found.map(([id, action, revision]) => ({ id: String(id), action, revision }));
  return { rows: Number(counted[0]?.[0]), lines };
}

/** Whether a revision is already applied, or undone. The caller need not hold the lock. */
export async function isAlreadyDone({ db, state, direction, loaded }: RevisionContext): Promise<boolean> {
  const { applied, half } = await readWholeState(db, state);
  const { id } = loaded.revision;
  if (half.some(({ revision }) => revision === id)) return false;
  const rows = [...applied, ...unfoldRows(applied)];
  return rows.some(({ revision }) => revision === id) === (direction === "upgrade");
}

/** Adds to a context how far an interrupted run came with its revision. */
export function addHalfApplied({ half: _, ...context }: RevisionContext, all: readonly HalfApplied[]): RevisionContext {
  const half = all.find(({ revision }) => revision === context.loaded.revision.id);
  if (half === undefined) return context;
  return { ...context, half };
}

/** The revisions of the plan that remain, if the plan is still the same. */
function listRemainingIds(run: RevisionContext, state: State): readonly string[] {
  const done = run.done.map(({ revision }) => revision.id);
  const before = removeOwnChanges(run, state);
  const again = planAgain(run, before).map(({ id }) => id);
  const open = again.filter((id) => !done.includes(id));
  const planned = run.planned.map(({ id }) => id);
  if (open.some((id) => !planned.includes(id))) throw planChangedError(run, open);
  return open;
}

function planAgain(run: RevisionContext, state: State): readonly Revision[] {
  try {
    return makePlan(run.planning, state);
  } catch (error) {
    if (error instanceof RemodelError && ["USAGE", "REVISION_UNKNOWN", "GRAPH_HEADS"].includes(error.code))
      throw planChangedError(run, undefined, error);
    throw error;
  }
}

/** The state without the changes of this run, which no other run may have undone. */
function removeOwnChanges(run: RevisionContext, state: State): State {
  const isUp = run.direction === "upgrade";
  const rows = unfoldRows(state.applied);
  const there = new Set([...state.applied, ...rows].map(({ revision }) => revision));
  const done = new Set(run.done.map(({ revision }) => revision.id));
  if ([...done].some((id) => there.has(id) !== isUp)) throw planChangedError(run);
  const undone = run.appliedBefore.filter(({ revision }) => done.has(revision));
  const before = isUp ? rows.filter(({ revision }) => !done.has(revision)) : [...rows, ...undone];
  const half = state.half.map(({ revision }) => revision);
  return { ...state, applied: foldRows(run.state.squashed?.() ?? [], before, half) };
}

function planChangedError(run: RevisionContext, open?: readonly string[], cause?: RemodelError): RemodelError {
  const { id } = run.loaded.revision;
  const done = run.done.map(({ revision }) => revision.id);
  const planned = run.planned.map((one) => one.id).filter((one) => !done.includes(one));
  const sentences = [
    "Another run has changed which revisions are applied.",
    `The plan was to ${run.direction} ${joinNames(planned)}.`,
    ...(cause === undefined ? describeNewPlan(open) : [cause.message]),
    `This run stopped before ${id}; ${describeDone(run.direction, done)}.`,
  ];
  return new RemodelError("PLAN_CHANGED", sentences.join(" "), {
    hint: "Run the command again if it still does what you want. To see what is applied, run: remodel current",
    details: { revision: id, planned, done, ...dropUndefined({ now: open }) },
    cause,
  });
}

function describeNewPlan(open: readonly string[] | undefined): readonly string[] {
  if (open === undefined) return [];
  return [open.length === 0 ? "Now there would be nothing to do." : `Now it would be ${joinNames(open)}.`];
}

const DONE: Readonly<Record<Direction, string>> = { upgrade: "applied", downgrade: "undone" };

function describeDone(direction: Direction, done: readonly string[]): string {
  if (done.length === 0) return "it has changed nothing";
  return `it has ${DONE[direction]} ${joinNames(done)}`;
}

/** Reads the state and makes the plan from it. */
export async function planNow(
  planning: Planning,
): Promise<{ readonly state: State; readonly plan: readonly Revision[] }> {
  const { session } = planning;
  refuseEmpty(session);
  const state = await readWholeState(await session.connection(), await session.state());
  return { state, plan: makePlan(planning, state) };
}
