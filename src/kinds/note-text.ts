import { groupBy } from "../group-by.ts";
import type { Note } from "../schema/dependencies.ts";

/** What happens to the object. */
const EFFECTS: Readonly<Record<Note["effect"], string>> = {
  blocks: "PostgreSQL refuses the change while it exists",
  lost: "it is lost with this change",
  "may fail": "PostgreSQL builds it again, which may fail",
  restored: "the revision drops it and creates it again",
};

const SENTENCE = new RegExp(`^The (.+?)(?: uses (.+))?: (${Object.values(EFFECTS).join("|")})\\.$`, "s");

/**
 * Makes the sentence of a note. Every output uses it.
 * @param note the note as data
 */
export function phraseNote({ object, uses, effect }: Note): string {
  const used = uses.length === 0 ? "" : ` uses ${uses.join(", ")}`;
  return `The ${object}${used}: ${EFFECTS[effect]}.`;
}

/** The same of several objects. */
const EFFECTS_OF_MANY: typeof EFFECTS = {
  blocks: "PostgreSQL refuses the change while they exist",
  lost: "they are lost with this change",
  "may fail": "PostgreSQL builds them again, which may fail",
  restored: "the revision drops them and creates them again",
};

/** Makes the sentences of several notes: one for all that use the same and to which the same happens. */
export function phraseNotes(notes: readonly Note[]): string {
  const alike = groupBy(notes, ({ uses, effect }) => `${uses.join("\0")}\0${effect}`);
  return [...alike.values()].map(phraseAlike).join(" ");
}

function phraseAlike(notes: readonly Note[]): string {
  const [first] = notes;
  if (first === undefined) return "";
  if (notes.length === 1) return phraseNote(first);
  const { uses, effect } = first;
  const used = uses.length === 0 ? "" : ` use ${uses.join(", ")}`;
  // All of them: what is lost is never among "and 3 more".
  const names = notes.map(({ object }) => object);
  return `The ${names.slice(0, -1).join(", the ")} and the ${names.at(-1)}${used}: ${EFFECTS_OF_MANY[effect]}.`;
}

/**
 * Reads the sentence of {@link phraseNote}.
 * @returns undefined for other texts
 */
export function readNoteSentence(text: string): Pick<Note, "object" | "uses" | "effect"> | undefined {
  const [, object, uses, phrase] = SENTENCE.exec(text) ?? [];
  const effect = EFFECT_NAMES.find((name) => EFFECTS[name] === phrase);
  if (object === undefined || effect === undefined) return undefined;
  return { object, uses: uses === undefined ? [] : uses.split(", "), effect };
}

const EFFECT_NAMES = ["blocks", "lost", "may fail", "restored"] as const;

/** The statements that a person may want to run before the change and after it. */
export interface ByHand {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Says which statements of a note a person may want to run: none where the revision has them already. What is lost with
 * the change need not be dropped before it.
 */
export function listByHand({ effect, drop, create }: Note): ByHand {
  if (effect === "restored") return { before: [], after: [] };
  return { before: effect === "lost" ? [] : drop, after: create };
}

/** The sentence of a note, and below it the statements that a person may want to run, with two spaces before each line. */
export function describeNote(note: Note): readonly string[] {
  const { before, after } = listByHand(note);
  const statements = [...before, ...after].flatMap((statement) => `${statement};`.split("\n"));
  return [phraseNote(note), ...statements.map((line) => `  ${line}`)];
}
