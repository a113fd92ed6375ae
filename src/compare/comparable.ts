import type { Unmodelled } from "../read/catalog.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Schema } from "../schema/schema.ts";

/** Both sides of a comparison, without what is left alone. */
export interface Comparable {
  readonly live: Schema;
  readonly models: Schema;
  readonly unmodelled: readonly Unmodelled[];
  /** What depends on what in the live database. */
  readonly dependencies?: Dependencies;
  /** What has the names of enum types of the models, which are left out for that, in words. */
  readonly takenTypes?: ReadonlyMap<string, string>;
  /** Patterns of the configuration that match nothing. */
  readonly idle?: readonly string[];
}
