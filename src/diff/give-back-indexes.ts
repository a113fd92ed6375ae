import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { keyOfIndex } from "../kinds/item-keys.ts";
import type { AnyKind } from "../kinds/kind.ts";
import { fillMarks } from "../kinds/marks.ts";
import { sql } from "../kinds/statements.ts";
import type { ByItemKey, ItemFacts, Note } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import type { Named } from "../schema/schema.ts";

/** What takes the place of an operation. */
export interface GivenBack {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
}

/**
 * What the indexes of an item had that are created together with it, and notes about those that are not created again.
 * @param kind the kind of the item
 * @param from the item as it was
 * @param to the item as it is created
 * @param facts in the names of `to`
 */
export function giveBackIndexes(kind: AnyKind, from: Named, to: Named, facts: ByItemKey<ItemFacts>): GivenBack {
  const old = kind.indexesOf?.(from) ?? [];
  const created = indexByName(kind.indexesOf?.(to));
  const had = ({ name }: Named) => facts.get(keyOfIndex(name, to.name));
  const fill = (statement: string, { name }: Named) => fillMarks(statement, { relation: to.name, name });
  const [kept, gone] = [old.filter(({ name }) => created.has(name)), old.filter(({ name }) => !created.has(name))];
  return {
    operations: kept.flatMap((index) => had(index)?.facts.map((fact) => sql(fill(fact.statement, index))) ?? []),
    notes: gone.map((index): Note => {
      const definition = had(index)?.definition;
      const create = collect(definition !== undefined && fill(definition, index));
      return { object: `index ${index.name}`, table: to.name, effect: "lost", uses: [], drop: [], create };
    }),
  };
}
