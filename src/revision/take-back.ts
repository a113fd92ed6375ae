import { collect } from "../collect.ts";
import { does, mayWriteRows } from "../kinds/targets.ts";
import { type Call, callTarget, isSameTarget, type NewName, readNewName } from "./calls.ts";

/** How far the operations of one direction have come. */
export interface Progressed {
  readonly calls: readonly Call[];
  /** How many of them are done. */
  readonly done: number;
  /** The first one that is not done has begun, outside a transaction: it is not known how far it came. */
  readonly begun: boolean;
}

/** Which operations of the other direction take back what is done, or why that is not known. */
export type TakenBack =
  | {
      readonly keep: readonly number[];
      /** What was only made for a while: what the interrupted direction would drop itself, and has not dropped yet. */
      readonly temporary: readonly Temporary[];
      readonly unclear?: undefined;
    }
  | { readonly unclear: { readonly at: number; readonly because?: Call | undefined } };

/** Something that is made for a while. */
export interface Temporary {
  /** The index of the operation that made it. */
  readonly made: number;
  /** The index of the operation that would drop it; absent for an index that would become a constraint. */
  readonly dropped?: number;
}

/** What an operation of the way back does: it undoes something done or something begun, it has nothing to undo, or unknown. */
type Verdict = "keep" | "skip" | "unclear";

/**
 * Chooses the operations that take back a revision of which only a part is done: those whose counterpart is done.
 * Running the others could drop or change what was there before the revision.
 * @param way the direction that was interrupted
 * @param back the operations of the other direction
 */
export function takeBack(way: Progressed, back: readonly Call[]): TakenBack {
  const keep: number[] = [];
  for (const [at, call] of back.entries()) {
    const verdict = verdictOf(way, back, call);
    if (verdict === "unclear") return { unclear: { at, because: way.begun ? way.calls[way.done] : undefined } };
    if (verdict === "keep") keep.push(at);
  }
  return { keep, temporary: findTemporary(way, back) };
}

function findTemporary({ calls, done, begun }: Progressed, back: readonly Call[]): readonly Temporary[] {
  const reached = begun ? done + 1 : done;
  return calls.slice(0, reached).flatMap((call, made) => {
    if (directionOf(call) !== 1 || back.some((one) => undoes(one, call))) return [];
    const dropped = calls.findIndex((one, at) => at > made && undoes(one, call));
    if (dropped >= done) return [{ made, dropped }];
    return dropped === -1 && calls.slice(done).some((one) => takesIndex(one, call)) ? [{ made }] : [];
  });
}

/** Whether a constraint takes an index over: `createUniqueConstraint(…, { usingIndex })`. */
function takesIndex(constraint: Call, { target }: Call): boolean {
  const { usingIndex } = Object(constraint.args[2]);
  return target?.kind === "index" && constraint.target?.table === target.table && usingIndex === target.name;
}

function verdictOf(way: Progressed, back: readonly Call[], call: Call): Verdict {
  if (way.done === way.calls.length || call.endsTransaction) return "keep";
  const counterparts = indexesOf(way.calls, (one) => undoes(call, one));
  if (counterparts.length > 0) return sameVerdict(counterparts, way);
  return mayWriteRows(call) ? verdictOfOwn(way, back, call) : "unclear";
}

/** A person's statements undo a person's statements: the last one undoes the first one, if there are as many of them. */
function verdictOfOwn(way: Progressed, back: readonly Call[], call: Call): Verdict {
  const own = indexesOf(way.calls, mayWriteRows);
  if (own.every((at) => at < way.done)) return "keep";
  if (own.every((at) => at >= way.done)) return way.begun && own.includes(way.done) ? "unclear" : "skip";
  const others = back.filter(mayWriteRows);
  const counterpart = own[own.length - 1 - others.indexOf(call)];
  return others.length === own.length && counterpart !== undefined ? sameVerdict([counterpart], way) : "unclear";
}

/** Something begun in a transaction of its own is not done; outside one only an index can be asked for. */
function sameVerdict(counterparts: readonly number[], { calls, done, begun }: Progressed): Verdict {
  const verdicts = counterparts.map((at): Verdict => {
    if (at < done) return "keep";
    if (at > done || !begun) return "skip";
    const call = calls[at];
    return call !== undefined && mayWriteRows(call) ? "unclear" : "keep";
  });
  const [first = "unclear"] = verdicts;
  return verdicts.every((one) => one === first) ? first : "unclear";
}

/** Whether an operation takes back what another one does. */
function undoes(call: Call, done: Call): boolean {
  if (call.custom === "statement" && done.custom === "statement")
    return undoesText(String(call.args[0]), String(done.args[0]));
  if (mayWriteRows(call) || mayWriteRows(done)) return false;
  const [rename, back] = [readNewName(done), readNewName(call)];
  if (rename === undefined && back === undefined) return undoesObject(call, done);
  return rename !== undefined && back !== undefined && isWayBack(rename, back);
}

/** Whether one creates what the other drops; an object goes with its table. */
function undoesObject(call: Call, done: Call): boolean {
  if (directionOf(call) !== -directionOf(done)) return false;
  const [a, b] = [callTarget(call), callTarget(done)];
  if (isSameTarget(a, b)) return true;
  return directionOf(call) === 1 && b?.kind === "table" && b.name === a?.owner;
}

function isWayBack(rename: NewName, back: NewName): boolean {
  return rename.kind === back.kind && rename.from === back.to && rename.to === back.from;
}

/** 1 for what a call makes, -1 for what it drops; to add a value only alters its enum type. */
function directionOf(call: Call): number {
  if (call.target?.kind !== "enum value" && does(call, "create")) return 1;
  return does(call, "drop") ? -1 : 0;
}

/** Words that the one statement needs and the other does not. */
const FREE = ["if", "exists", "not", "concurrently", "cascade", "restrict", "only", "column"];

/** A drop names nothing that the statement which made it does not name. */
function undoesText(text: string, done: string): boolean {
  return isDropOf(text, done) || isDropOf(done, text);
}

function isDropOf(drop: string, make: string): boolean {
  const [dropped, made] = [wordsOf(drop), wordsOf(make)];
  if (!dropped.includes("drop") || made.includes("drop")) return false;
  if (!made.includes("create") && !made.includes("add")) return false;
  return dropped.every((word) => word === "drop" || FREE.includes(word) || made.includes(word));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
}

function indexesOf(calls: readonly Call[], wanted: (call: Call) => boolean): readonly number[] {
  return calls.flatMap((call, at) => collect(wanted(call) && at));
}
