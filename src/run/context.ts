import type { Limits } from "../config.ts";
import type { Connection } from "../connection/connect.ts";
import type { Database } from "../database.ts";
import type { RemodelError } from "../errors.ts";
import type { Direction, Revision } from "../history/revision.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Recorded } from "../revision/op.ts";
import type { Schema } from "../schema/schema.ts";
import type { HalfApplied } from "../state/half-applied.ts";
import type { LockHolder } from "../state/lock.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import type { AppliedRow } from "../state/state.ts";
import type { StateTables } from "../state/state-tables.ts";

export type { Direction };

/** What a run reports. With the first four fields only, a revision starts. */
export interface Progress {
  readonly direction: Direction;
  readonly revision: Revision;
  /** 1 for the first revision. */
  readonly number: number;
  readonly of: number;
  /** `waited`: another run did it while this one waited. */
  readonly done?: "applied" | "waited";
  readonly durationMs?: number;
  /** The statement that starts now. */
  readonly statement?: string;
  /** How many rows a step has done that works in batches. */
  readonly rows?: number;
  /** About how many rows that step has to do, if that is known. */
  readonly ofRows?: number;
  /** The session that has the migration lock; reported once. */
  readonly waitingFor?: LockHolder;
}

/** What a plan depends on, besides the state of the database. */
export interface Planning {
  readonly session: Session;
  readonly direction: Direction;
  /** A name of a revision, see `resolveName`. */
  readonly target: string;
  /** Also downgrade the revisions of other branches that depend on these. */
  readonly withDependents: boolean;
}

/** Sees the database around the operations of a run. A transaction that is tried again is seen again. */
export interface RunObserver {
  /** Before the first operation of a transaction, and before each operation outside one. */
  readonly begin?: (db: Database) => Promise<void>;
  /** After an operation, in its transaction. */
  readonly end?: (db: Database, step: Recorded, loaded: LoadedRevision) => Promise<void>;
  /** At the end of the run, with the schema that it saved. */
  readonly noted?: (schema: Schema) => void;
}

/** The state as a run has seen it: so that it need not be read whole again, as long as only this run writes it. */
export interface SeenState {
  /** The last line of the log. */
  readonly line: string;
  /** How many rows the state table had. */
  readonly rows: number;
  /** What remained of the plan. */
  readonly open: readonly string[];
}

/** A run: everything that is the same for all its revisions. */
export interface RunContext {
  readonly session: Session;
  readonly db: Connection;
  readonly server: ServerInfo;
  /** Whether the server can notice during a statement that its client is gone. */
  readonly checksClient: boolean;
  readonly state: StateTables;
  readonly direction: Direction;
  /** The limits of this run. They override those of the revisions and of the configuration. */
  readonly limits: Partial<Limits>;
  /** All revisions share one transaction. */
  readonly single: boolean;
  readonly signal: AbortSignal | undefined;
  /** Aborted: no further transaction begins. */
  readonly stop: AbortSignal | undefined;
  readonly observer?: RunObserver;
  readonly planning: Planning;
  /** The plan as it was made before the lock was taken. */
  readonly planned: readonly Revision[];
  /** The rows of the state table before the run. */
  readonly appliedBefore: readonly AppliedRow[];
  /** The revisions that this run has applied or undone so far. The list grows. */
  readonly done: readonly AppliedRevision[];
  /** What the run has seen of the state when it last looked. */
  readonly seen: { last?: SeenState };
  /** Queries of code of a revision after the end of its step. The list grows. */
  readonly stray: RemodelError[];
}

/** A revision that a run applies or undoes. */
export interface RevisionContext extends RunContext {
  readonly loaded: LoadedRevision;
  /** How far an interrupted run came with it. */
  readonly half?: HalfApplied;
  readonly report: (what?: Omit<Progress, "direction" | "revision" | "number" | "of">) => void;
}

/** A revision that a run has applied or undone. */
export interface AppliedRevision {
  readonly revision: Revision;
  readonly durationMs: number;
}
