import type { Limits } from "../config.ts";
import type { Connection } from "../connection/connect.ts";
import type { RemodelError } from "../errors.ts";
import type { Direction, Revision } from "../history/revision.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { HalfApplied } from "../state/half-applied.ts";
import type { LockHolder } from "../state/lock.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import type { AppliedRow } from "../state/state.ts";
import type { StateTables } from "../state/state-tables.ts";

export type { Direction };

/** What a run tells while it goes on. With nothing but the first four, a revision starts. */
export interface Progress {
  readonly direction: Direction;
  readonly revision: Revision;
  /** 1 for the first revision. */
  readonly number: number;
  readonly of: number;
  /** `waited` if another runner did it meanwhile. */
  readonly done?: "applied" | "waited";
  readonly durationMs?: number;
  /** The statement that runs now. */
  readonly statement?: string;
  /** How many rows a step that works in batches has done, of about how many if that is known. */
  readonly rows?: number;
  readonly ofRows?: number;
  /** Whoever has the lock of the history; told once. */
  readonly waitingFor?: LockHolder;
}

/** What a plan is made of, but for the state of the database. */
export interface Planning {
  readonly session: Session;
  readonly direction: Direction;
  /** A name of a revision, see `resolve`. */
  readonly target: string;
  /** Also take back what depends on those, in other branches. */
  readonly withDependents: boolean;
}

/** A run: what is the same for all its revisions. */
export interface RunContext {
  readonly session: Session;
  readonly db: Connection;
  readonly server: ServerInfo;
  readonly state: StateTables;
  readonly direction: Direction;
  /** What was asked for this run alone; it goes before what revisions and configuration say. */
  readonly limits: Partial<Limits>;
  /** All revisions share one transaction. */
  readonly single: boolean;
  readonly signal: AbortSignal | undefined;
  readonly planning: Planning;
  /** The plan as it was made before the lock was taken. */
  readonly planned: readonly Revision[];
  /** The rows that were there before. */
  readonly appliedBefore: readonly AppliedRow[];
  /** What this run has done so far. */
  readonly done: readonly AppliedRevision[];
  /** Queries that code of a revision made after its step had ended; grows. */
  readonly stray: RemodelError[];
}

/** A revision on its way. */
export interface RevisionContext extends RunContext {
  readonly loaded: LoadedRevision;
  /** What an interrupted run left of it. */
  readonly half?: HalfApplied;
  readonly report: (what?: Omit<Progress, "direction" | "revision" | "number" | "of">) => void;
}

/** A revision that a run has applied or taken back. */
export interface AppliedRevision {
  readonly revision: Revision;
  readonly durationMs: number;
}
