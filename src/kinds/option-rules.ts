import type { IfExists, IfNotExists } from "./kind.ts";
import { optional, shape, yes } from "./rules.ts";

/** What options with {@link IfExists} have to be. */
export const ifExists = optional(shape<IfExists>({ ifExists: optional(yes) }));
/** What options with {@link IfNotExists} have to be. */
export const ifNotExists = optional(shape<IfNotExists>({ ifNotExists: optional(yes) }));
