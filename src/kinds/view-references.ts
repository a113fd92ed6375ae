import { groupBy } from "../group-by.ts";
import type { Named, View } from "../schema/schema.ts";
import { parseName } from "../sql.ts";

/** Sorts views by name, but each after the views that its text names, which is an order in which they can be created. */
export function inCreationOrder(views: readonly View[]): readonly View[] {
  const waiting = [...views].sort((a, b) => (a.name < b.name ? -1 : 1));
  const findViews = relationFinder(waiting);
  const needed = new Map(waiting.map((view) => [view, findViews(view.expression).filter((other) => other !== view)]));
  const ordered = new Set<View>();
  while (waiting.length > 0) {
    const next = waiting.findIndex((view) => needed.get(view)?.every((other) => ordered.has(other)));
    // A text may name a view without reading it, so that two views seem to need each other.
    for (const view of waiting.splice(Math.max(0, next), 1)) ordered.add(view);
  }
  return [...ordered];
}

/**
 * Prepares a search for the relations that an SQL text names.
 * @param relations what is searched for
 * @param others relations that are meant where their schema comes before a name that they share with one of `relations`
 */
export function relationFinder<Relation extends Named>(
  relations: readonly Relation[],
  others: readonly Named[] = relations,
): (text: string) => readonly Relation[] {
  const parsed = relations.map((relation) => ({ relation, ...parseName(relation.name) }));
  const byName = groupBy(parsed, ({ name }) => name);
  const qualified = others.map((one) => parseName(one.name)).filter(({ schema }) => schema !== undefined);
  const otherNames = new Set(qualified.map(({ schema, name }) => keyOf(schema, name)));
  return (text) => {
    const found = new Set<Relation>();
    for (const { qualifier, name } of wordsOf(text))
      for (const { relation, schema } of byName.get(name) ?? []) {
        const isOther = otherNames.has(keyOf(qualifier, name));
        if (schema === undefined ? !isOther : schema === qualifier) found.add(relation);
      }
    return [...found];
  };
}

/** A name in a text, and the name before its dot. */
interface Word {
  readonly qualifier: string | undefined;
  readonly name: string;
}

/** Identifiers with dots between them, in quotes or not. */
const CHAIN = /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/gu;
const IDENTIFIER = /"(?:[^"]|"")*"|[^."]+/g;

function wordsOf(text: string): readonly Word[] {
  return (text.match(CHAIN) ?? []).flatMap((chain) => {
    const names = (chain.match(IDENTIFIER) ?? []).map(unquote);
    return names.map((name, at) => ({ qualifier: names[at - 1], name }));
  });
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier.toLowerCase();
}

function keyOf(schema: string | undefined, name: string): string {
  return `${schema ?? ""}\0${name}`;
}
