import { dropUndefined } from "../given.ts";
import { isRewrite } from "../kinds/hazards.ts";
import { LOCK_MODES, type Lock } from "../schema/operation.ts";
import { measuredName } from "./measure.ts";
import type { MeasuredStep } from "./measure-run.ts";

/** A lock or a rewrite that an operation does not declare. */
export interface WorkDifference extends Pick<MeasuredStep, "direction" | "line"> {
  /** The name of the method on `op`. */
  readonly operation: string;
  /** The table, view or sequence. */
  readonly on: string;
  readonly measured: Lock["mode"] | "rewrite";
  /** The strongest lock that is declared; absent if there is none, and for a rewrite. */
  readonly declared?: Lock["mode"];
}

/**
 * Lists what operations did and do not declare. A statement or code of a person declares nothing.
 * @param own the schema in which names need no schema
 */
export function findUndeclaredWork(steps: readonly MeasuredStep[], own: string): readonly WorkDifference[] {
  return steps.flatMap((step) => {
    const { direction, line, operation } = step;
    const about = { direction, line, operation: operation.name };
    return [...findLocks(step, own), ...findRewrites(step, own)].map((found) => ({ ...about, ...found }));
  });
}

type Found = Pick<WorkDifference, "on" | "measured" | "declared">;

/** A lock on what depends on an object may be on any other one: only the database knows which ones the operation needs. */
function findLocks({ operation: { locks }, locks: taken }: MeasuredStep, own: string): readonly Found[] {
  if (locks === undefined) return [];
  return taken.flatMap(({ on, mode }) => {
    const declared = findStrongest(
      locks.filter((lock) => lock.onDependents === true || measuredName(lock.on, own) === on),
    );
    if (rank(mode) <= rank(declared)) return [];
    return { on, measured: mode, ...dropUndefined({ declared }) };
  });
}

function findStrongest(locks: readonly Lock[]): Lock["mode"] | undefined {
  return locks
    .map(({ mode }) => mode)
    .reduce<Lock["mode"] | undefined>((a, b) => (rank(b) > rank(a) ? b : a), undefined);
}

function rank(mode: Lock["mode"] | undefined): number {
  return mode === undefined ? -1 : LOCK_MODES.indexOf(mode);
}

function findRewrites({ operation, work }: MeasuredStep, own: string): readonly Found[] {
  if (operation.custom !== undefined) return [];
  const declared = (operation.hazards ?? []).filter(isRewrite).map(({ table = "" }) => measuredName(table, own));
  return Object.entries(work).flatMap(([on, done]) =>
    done.includes("rewrite") && !declared.includes(on) ? { on, measured: "rewrite" as const } : [],
  );
}

/** What is so, for a person. */
export function describeWorkDifference({ direction, line, operation, on, measured, declared }: WorkDifference): string {
  const where = `op.${operation} in line ${line} (${direction})`;
  if (measured === "rewrite") return `${where} rewrites ${on} and declares no rewrite`;
  const instead = declared === undefined ? "no lock on it" : declared;
  return `${where} locks ${on} with ${measured} and declares ${instead}`;
}
