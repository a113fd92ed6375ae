import type { Outcome } from "./outcome.ts";

/** What the schedule has to know about a tenant. */
export interface Job {
  readonly name: string;
  /** Its tenants share a limit. */
  readonly server: string;
  /** Equal for the tenants that are schemas of one database. */
  readonly database: string;
}

/** What one attempt on a tenant led to. */
export interface Attempt {
  /**
   * `ended`: the tenant is done with. `again`: a passing failure. `later`: another run changes the tenant. `apart`: it has
   * steps outside a transaction, and other tenants of its database may be running.
   */
  readonly next: "ended" | "again" | "later" | "apart";
  /** How the tenant ends if there is no further attempt. */
  readonly outcome: Outcome;
  /** Nothing reached the server. */
  readonly silent?: boolean;
  /** The same for tenants with the same systemic failure. */
  readonly cause?: string;
  /** The revisions cannot be run anywhere: the run stops at once. */
  readonly fatal?: boolean;
}

/** A tenant in the schedule of a wave. */
export interface Entry<J extends Job> {
  readonly job: J;
  /** Its number in the wave. */
  readonly at: number;
  /** How many attempts ended with a passing failure. */
  failed: number;
  /** It has steps outside a transaction, so it runs after the other tenants of its database, alone. */
  apart: boolean;
  /** Another run was changing it, and this is the last look at it. */
  last: boolean;
}

/** An attempt that begins now. */
export interface Start<J extends Job, A extends Attempt> {
  readonly entry: Entry<J>;
  /** No other tenant of its database runs, so it may run steps outside a transaction. */
  readonly alone: boolean;
  /** The tenant's server did not answer many times: the tenant is not tried, and ends like this. */
  readonly given?: A;
}
