import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import type { Named, View } from "../schema/schema.ts";
import { parseName } from "../sql.ts";
import { byName } from "./kind.ts";
import { readReferences } from "./query-references.ts";
import type { Reference } from "./reference.ts";

/**
 * Sorts views by name, but each after the views that it reads, which is an order in which they can be created.
 * @param views the views
 * @param others what else they may read: a view without a schema can have the name of a table in another schema
 * @param declared by the name of a view, those that its model says it needs: a function may read them
 */
export function inCreationOrder(
  views: readonly View[],
  others: readonly Named[],
  declared: ReadonlyMap<string, readonly string[]> = new Map(),
): readonly View[] {
  const waiting = [...views].sort(byName);
  const findViews = relationFinder(waiting, [...waiting, ...others]);
  const viewsByName = indexByName(waiting);
  const needed = new Map(
    waiting.map((view) => {
      const read = findViews(readReferences(view.expression).relations);
      const said = (declared.get(view.name) ?? []).flatMap((name) => viewsByName.get(name) ?? []);
      return [view, { read: new Set(read), all: new Set([...read, ...said]) }];
    }),
  );
  const ordered = new Set<View>();
  const isFree = (list: "read" | "all") => (view: View) =>
    [...(needed.get(view)?.[list] ?? [])].every((other) => other === view || ordered.has(other));
  while (waiting.length > 0) {
    const next = [isFree("all"), isFree("read")].map((isNext) => waiting.findIndex(isNext)).find((at) => at >= 0);
    for (const view of waiting.splice(next ?? 0, 1)) ordered.add(view);
  }
  return [...ordered];
}

/**
 * Prepares a search for the relations that references mean.
 * @param relations what is searched for
 * @param others relations that are meant where their schema comes before a name that they share with one of `relations`
 */
export function relationFinder<Relation extends Named>(
  relations: readonly Relation[],
  others: readonly Named[] = relations,
): (references: readonly Reference[]) => readonly Relation[] {
  const parsed = relations.map((relation) => ({ relation, ...parseName(relation.name) }));
  const byName = groupBy(parsed, ({ name }) => name);
  const qualified = others.map((one) => parseName(one.name)).filter(({ schema }) => schema !== undefined);
  const otherNames = new Set(qualified.map(({ schema, name }) => keyOf(schema, name)));
  return (references) => {
    const found = new Set<Relation>();
    for (const { qualifier, name } of references)
      for (const { relation, schema } of byName.get(name) ?? []) {
        const isOther = otherNames.has(keyOf(qualifier, name));
        if (schema === undefined ? !isOther : schema === qualifier) found.add(relation);
      }
    return [...found];
  };
}

function keyOf(schema: string | undefined, name: string): string {
  return `${schema ?? ""}\0${name}`;
}
