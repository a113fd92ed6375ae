import type { ConnectionTarget } from "../connection/connection-target.ts";
import type { WaveConfig } from "../fleet-config.ts";

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

/** A wave with its selected tenants, in the order of the inventory. */
export interface WaveTenants {
  readonly wave: WaveConfig;
  readonly tenants: readonly Tenant[];
}

/** A tenant and the name of its wave. */
export interface TenantOfWave extends Tenant {
  readonly wave: string;
}

/** How many tenants a command works on at once, and how long it waits for one. */
export interface FleetLimits {
  readonly concurrency: number;
  readonly perServer: number;
  /** How long reaching one tenant may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What the command line says about {@link FleetLimits}. */
export type GivenLimits = Partial<FleetLimits>;
