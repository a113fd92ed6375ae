import { dropUndefined } from "../given.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { joinNotesToFirst, stepsAside } from "./asides.ts";
import type { Equivalents } from "./equivalents.ts";
import type { Guess } from "./guess.ts";
import { askAboutGuesses } from "./questions.ts";
import { sortLists } from "./sort-lists.ts";
import { findStepsAndAsides, type Sides } from "./steps.ts";

/** What is known besides the two schemas. */
export interface DiffOptions {
  /** What has another name afterwards; a guess that is not certain becomes a question. */
  readonly guesses?: readonly Guess[];
  /** SQL that PostgreSQL reads as the same. */
  readonly spelling?: Equivalents;
  /** New columns take the place that they have in the schema after. */
  readonly keepOrder?: boolean;
  /** What depends on what in the live database, in its own names. */
  readonly dependencies?: Dependencies;
  /** Which of the two schemas is the live one: `after` for a downgrade. */
  readonly liveSide?: "before" | "after";
}

/**
 * The changes that lead from one schema to another.
 * @param before the schema as it is, in its own names
 * @param after the schema as it should be
 * @param options see {@link DiffOptions}
 */
export function diff(before: Schema, after: Schema, options: DiffOptions = {}): readonly Change[] {
  const { guesses = [], spelling = new Map(), keepOrder = false, dependencies, liveSide = "before" } = options;
  const live = dropUndefined({ dependencies });
  const lists = { before: sortLists(before), after: sortLists(after) };
  const sides: Sides = { ...lists, guesses, spelling, keepOrder, liveSide, ...live, asides: [] };
  const { steps, asides } = findStepsAndAsides(sides, { right: guesses, target: sides.after });
  const changes = guesses.every(({ certain }) => certain)
    ? steps.map(({ change }) => change)
    : askAboutGuesses({ ...sides, asides }, steps);
  return joinNotesToFirst([...stepsAside(asides).map(({ change }) => change), ...changes]);
}
