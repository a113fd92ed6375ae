import type { ConnectionTarget } from "../connection/connection-target.ts";

/** One database, or one schema of a database, with the project's models. */
export interface Tenant {
  /** Unique in the fleet. */
  readonly name: string;
  /** `host:port`, or `pglite:DIR` for an embedded database. The tenants of one server share its capacity. */
  readonly server: string;
  readonly database: string;
  /** The tenant is this schema of the database; absent where it is the whole database. */
  readonly schema?: string;
  /** What the inventory says about the tenant besides its place. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Where to connect. A function, because the result may contain a password: neither JSON nor an error that prints the
   * tenant shows what a function returns.
   */
  readonly target: () => ConnectionTarget;
}

/** How many tenants of a wave may fail: a number, or a percentage of its selected tenants, rounded down. */
export type Budget = number | `${number}%`;

/** Tenants that are upgraded together. Waves go one after another. */
export interface Wave {
  readonly name: string;
  /** What each label must be: a value or a glob, or a list of which one must match. Absent: all tenants that are left. */
  readonly match?: Readonly<Record<string, string | readonly string[]>>;
  /** How many tenants are upgraded at once. */
  readonly concurrency?: number;
  /** How many tenants of one server are upgraded at once. */
  readonly perServer?: number;
  /** Absent: no limit. */
  readonly budget?: Budget;
}

/** A wave with its selected tenants, in the order of the inventory. */
export interface WaveTenants {
  readonly wave: Wave;
  readonly tenants: readonly Tenant[];
}

/** A tenant and the name of its wave. */
export interface PlacedTenant extends Tenant {
  readonly wave: string;
}

/** How many tenants a command works on at once, and how long it waits for one. */
export interface FleetLimits {
  readonly concurrency: number;
  readonly perServer: number;
  /** How long reaching one tenant may take, in milliseconds. */
  readonly timeoutMs: number;
}
