import { dropUndefined } from "../given.ts";
import type { Dependent, Note, Use } from "../schema/dependencies.ts";

/**
 * Makes the note that says what happens to a dependent.
 * @param dependent the object
 * @param effect what happens to it
 * @param uses what it uses that goes or changes
 */
export function noteOf(
  { kind, name, table, drop, create, bySuperuser = [] }: Dependent,
  effect: Note["effect"],
  uses: readonly Use[],
): Note {
  return {
    object: table === undefined ? `${kind} ${name}` : `${kind} ${name} of ${table}`,
    ...dropUndefined({ table }),
    effect,
    uses: uses.map(phraseUse),
    drop: [drop],
    create: [...create, ...bySuperuser],
  };
}

/** Makes the note about what a dependent had that is created again without it: only a superuser can give it back. */
export function noteOfLostChecks({ kind, name, table, bySuperuser = [] }: Dependent): Note {
  return {
    object: `disabled checks of ${kind} ${name}`,
    ...dropUndefined({ table }),
    effect: "lost",
    uses: [],
    drop: [],
    create: bySuperuser,
  };
}

function phraseUse(use: Use): string {
  if ("type" in use) return use.type;
  if ("function" in use) return use.function;
  const part = use.column ?? use.key;
  if (part === undefined) return use.relation;
  return `${use.relation}.${part}`;
}
