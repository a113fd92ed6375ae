import type { Attempt, Job } from "./attempt.ts";
import type { TenantError } from "./failure.ts";
import type { Outcome } from "./outcome.ts";
import type { Tenant } from "./tenant.ts";

/** What a run did to one tenant: its line of the report. A list with nothing in it is absent. */
export interface TenantLine {
  readonly name: string;
  readonly wave: string;
  readonly server: string;
  readonly outcome: Outcome;
  /** The topmost applied revisions before the run, as far as they are known. */
  readonly from?: readonly string[];
  /** The same after the run. */
  readonly to?: readonly string[];
  /** The revisions that this run applied or undid, in order. */
  readonly revisions?: readonly string[];
  /** How its schema differs from that of the revision that it is stamped with, in a few words each. */
  readonly differences?: readonly string[];
  readonly durationMs: number;
  readonly error?: TenantError;
}

/** A tenant of a wave. */
export interface TenantJob extends Job {
  readonly tenant: Tenant & { readonly wave: string };
}

/** An attempt on a tenant, with the line of the report if there is no further attempt. */
export interface TenantAttempt extends Attempt {
  readonly line: TenantLine;
  /** A few words by which tenants are counted together that ended alike. */
  readonly reason?: string;
  /** What was thrown. */
  readonly thrown?: unknown;
}
