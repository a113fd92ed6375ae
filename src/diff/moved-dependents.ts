import { schemaKinds } from "../kinds/all.ts";
import { columnKey } from "../kinds/dependents.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { Note } from "../schema/dependencies.ts";
import { planDependents } from "./dependents.ts";
import type { Fate } from "./fate.ts";
import type { Guess } from "./guess.ts";
import { renameDependencies } from "./rename-dependencies.ts";
import { invert } from "./renames.ts";
import type { Sides } from "./steps.ts";

/**
 * What would be in the way of the answer no on the way back, if the answer on the way there was yes: what used a table or a
 * column has followed it to its new name.
 * @param sides what is compared
 * @param guess whether it is right is asked
 */
export function notesOfMoved(
  { before, after, dependencies, liveSide }: Sides,
  { renames: guessed }: Guess,
): readonly Note[] {
  if (liveSide === "before" || dependencies === undefined || dependencies.dependents.length === 0) return [];
  // The steps of what models declare drop it before, and create it afterwards.
  const declared = [before, after].flatMap((schema) =>
    schemaKinds.filter(({ replaceLast }) => replaceLast).flatMap(({ list }) => itemsOf(schema, list)),
  );
  const fates = new Map<string, Fate>([
    ...declared.map(({ name }) => [`relation ${name}`, "replaced"] as const),
    ...guessed.map(({ table, from }) => [keyBefore(from, table), "gone"] as const),
  ]);
  const moved = renameDependencies(dependencies, invert(guessed));
  const { notes } = planDependents(moved, fates, { before, after, isBack: false, namesBefore: [] });
  return notes.flatMap(({ note }) => (note.effect === "blocks" ? [note] : []));
}

/** The key of a table, or of a column of one. */
function keyBefore(name: string, table: string | undefined): string {
  return table === undefined ? `relation ${name}` : columnKey(name, table);
}
