import { RemodelError } from "../errors.ts";
import { stringifyArguments } from "../json.ts";
import type { Recorded } from "../revision/op.ts";
import { locateCall, type RevisionSource } from "./call-location.ts";

/** Changes every part of a date: year, month, day, hour, minute, second, millisecond. */
const LATER_MS = 400 * 86_400_000 + 3_661_001;

/** Calls a function while JavaScript's clock shows another time. */
export function atAnotherTime<Result>(work: () => Result): Result {
  const { Date: Clock } = globalThis;
  const now = () => Clock.now() + LATER_MS;
  globalThis.Date = new Proxy(Clock, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Clock(now()).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
  try {
    return work();
  } finally {
    globalThis.Date = Clock;
  }
}

/** The recorded operations of a revision in both directions. */
interface Recordings {
  readonly upgrade: readonly Recorded[];
  readonly downgrade: readonly Recorded[];
}

/**
 * Refuses a revision whose operations are not the same each time: an interrupted run could not continue with it.
 * @param source the file
 * @param once its operations
 * @param twice its operations, recorded another time
 * @throws RemodelError `REVISION_INVALID` with the line
 */
export function refuseUnrepeatable(source: RevisionSource, once: Recordings, twice: Recordings): void {
  const different =
    findFirstDifference(once.upgrade, twice.upgrade) ?? findFirstDifference(once.downgrade, twice.downgrade);
  if (different === undefined) return;
  const { where, details } = locateCall(source, different.stack);
  throw new RemodelError(
    "REVISION_INVALID",
    `${where}: op.${different.operation.name} has other arguments each time the file is read. Nothing was run.`,
    {
      hint: "Write a fixed value, not Math.random() or new Date(). Or let PostgreSQL compute it: now(), gen_random_uuid().",
      details,
    },
  );
}

function findFirstDifference(once: readonly Recorded[], twice: readonly Recorded[]): Recorded | undefined {
  const longer = twice.length > once.length ? twice : once;
  const at = longer.findIndex((_, at) => serialize(once[at]) !== serialize(twice[at]));
  return once[at] ?? twice[at];
}

function serialize(recorded: Recorded | undefined): string {
  const { name, args } = recorded?.operation ?? {};
  return stringifyArguments([name, args]);
}
