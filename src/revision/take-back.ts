import { collect } from "../collect.ts";
import { mayWriteRows } from "../kinds/targets.ts";
import type { Call } from "./calls.ts";
import { directionOf, indexCounterparts, undoes } from "./counterparts.ts";

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
  const judge = judgeFor(way, back);
  const keep: number[] = [];
  for (const [at, call] of back.entries()) {
    const verdict = judge(call);
    if (verdict === "unclear") return { unclear: { at, because: way.begun ? way.calls[way.done] : undefined } };
    if (verdict === "keep") keep.push(at);
  }
  return { keep, temporary: findTemporary(way, back) };
}

function findTemporary({ calls, done, begun }: Progressed, back: readonly Call[]): readonly Temporary[] {
  const [inWay, inBack] = [indexCounterparts(calls), indexCounterparts(back)];
  const isUndone = (one: Call | undefined, call: Call) => one !== undefined && undoes(one, call);
  const takers = calls.slice(done).filter(usesIndex);
  return calls.slice(0, begun ? done + 1 : done).flatMap((call, made) => {
    if (directionOf(call) !== 1 || inBack(call).some((at) => isUndone(back[at], call))) return [];
    const dropped = inWay(call).find((at) => at > made && isUndone(calls[at], call)) ?? -1;
    if (dropped >= done) return [{ made, dropped }];
    return dropped === -1 && takers.some((one) => takesIndex(one, call)) ? [{ made }] : [];
  });
}

function usesIndex({ args }: Call): boolean {
  return Object(args[2]).usingIndex !== undefined;
}

/** Whether a constraint takes an index over: `createUniqueConstraint(…, { usingIndex })`. */
function takesIndex(constraint: Call, { target }: Call): boolean {
  const { usingIndex } = Object(constraint.args[2]);
  return target?.kind === "index" && constraint.target?.table === target.table && usingIndex === target.name;
}

/** Makes the function that judges each operation of the way back. */
function judgeFor(way: Progressed, back: readonly Call[]): (call: Call) => Verdict {
  const find = indexCounterparts(way.calls);
  const judgeOwn = judgeOwnFor(way, back);
  return (call) => {
    if (way.done === way.calls.length || call.endsTransaction) return "keep";
    const counterparts = find(call);
    if (counterparts.length > 0) return sameVerdict(counterparts, way);
    return mayWriteRows(call) ? judgeOwn(call) : "unclear";
  };
}

/** A person's statements undo a person's statements: the last one undoes the first one, if there are as many of them. */
function judgeOwnFor(way: Progressed, back: readonly Call[]): (call: Call) => Verdict {
  const own = way.calls.flatMap((call, at) => collect(mayWriteRows(call) && at));
  const others = back.filter(mayWriteRows);
  if (own.every((at) => at < way.done)) return () => "keep";
  if (own.every((at) => at >= way.done)) return () => (way.begun && own.includes(way.done) ? "unclear" : "skip");
  const places = new Map(others.map((call, at) => [call, at]));
  return (call) => {
    const counterpart = own[own.length - 1 - (places.get(call) ?? -1)];
    return others.length === own.length && counterpart !== undefined ? sameVerdict([counterpart], way) : "unclear";
  };
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
