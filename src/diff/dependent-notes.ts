import { dropUndefined } from "../given.ts";
import { FAMILY_MEMBER, keysOfUse } from "../kinds/dependents.ts";
import type { Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Named } from "../schema/schema.ts";
import { usesWith } from "./decisions.ts";
import type { Fates } from "./fate.ts";
import { unmarked } from "./taken-views.ts";

/**
 * Makes the note that says what happens to a dependent.
 * @param dependent the object
 * @param effect what happens to it
 * @param uses what it uses that goes or changes
 * @param isWhole whether all that its statements need is there afterwards
 */
export function noteOf(
  { kind, name, table, drop, create, bySuperuser = [], readsByPlace, isOfOthers }: Dependent,
  effect: Note["effect"],
  uses: readonly Use[],
  isWhole: boolean,
): Note {
  return {
    object: unmarked(table === undefined ? `${kind} ${name}` : `${kind} ${name} of ${table}`),
    ...dropUndefined({ table: table && unmarked(table) }),
    effect,
    uses: uses.map((use) => unmarked(phraseUse(use))),
    // A member of an operator family goes with what it uses, which goes first.
    drop: kind === FAMILY_MEMBER ? [] : [isOfOthers && !isWhole ? forOthers(drop) : drop],
    create: [...(readsByPlace ? create.map(withWarning) : create), ...bySuperuser],
    ...(isWhole && { isWhole }),
  };
}

/** The statement that drops what only another role can give back. */
function forOthers(statement: string): string {
  return `-- The role that wrote this revision may not drop it and create it as it was: another role has to.\n${statement}`;
}

/** The statement that reads columns by their places, with what a person has to see to. */
function withWarning(statement: string, at: number): string {
  return at === 0 ? `-- The columns of the rows get other places: correct their names.\n${statement}` : statement;
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

/**
 * Whether the statements that create a dependent need something that is not there then, or has another name.
 * @param one the dependent
 * @param known what becomes of what it uses
 * @param lacking the keys of earlier dependents of which this is so
 */
export function lacksSomething(one: Dependent, known: Fates, lacking: ReadonlySet<string>): boolean {
  const { hasOldNames, isUncreatable, table } = one;
  const own = table === undefined ? undefined : known.get(`relation ${table}`);
  const isLost = own === "gone" || own === "exchanged" || usesWith(one, known, "gone", "exchanged").length > 0;
  // A table that inherits has columns of the types before the change.
  if (hasOldNames || isUncreatable || isLost || one.kind === "table") return true;
  return one.uses.flatMap(keysOfUse).some((key) => lacking.has(key));
}

/** What a note about a fact says of the item that had it. */
interface Owned {
  readonly kind: { readonly word: string };
  readonly table?: Named;
  readonly to: Named;
}

/** Makes the note about a fact that is lost. */
export function noteOfFact(what: string, statement: string, { kind, table, to }: Owned): Note {
  return {
    object: `${what} of ${kind.word} ${to.name}`,
    ...(table !== undefined && { table: table.name }),
    effect: "lost",
    uses: [],
    drop: [],
    create: [statement],
  };
}
