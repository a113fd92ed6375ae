import { tableKinds } from "../kinds/all.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { itemsOf } from "../kinds/kind.ts";
import { fillMarks } from "../kinds/marks.ts";
import type { ByItemKey, ItemFacts, Note } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import type { Table, View } from "../schema/schema.ts";
import { noteOfFact } from "./dependent-notes.ts";

/**
 * The notes about a table that loses its replica identity with an index or a key: PostgreSQL then refuses
 * to update and delete its rows while a publication has it.
 * @param operation the operation that drops it
 * @param live the table as it is
 * @param after the table as it will be
 * @param facts what the items of the table have
 */
export function notesOfLostIdentity(
  { target }: Operation,
  live: Table | View | undefined,
  after: Table | View | undefined,
  facts: ByItemKey<ItemFacts>,
): readonly Note[] {
  const isKey = target?.effect === "drop" && ["index", "constraint"].includes(target.kind);
  if (!isKey || live === undefined || after === undefined) return [];
  return tableKinds.flatMap((kind) => {
    const isThere = (name: string) => itemsOf(after, kind.list).some((one) => one.name === name);
    return itemsOf(live, kind.list)
      .filter(({ name }) => name === target.name && !isThere(name))
      .flatMap((to) => {
        const had = facts.get(keyOfItem(kind.list, to.name, live.name))?.facts ?? [];
        const lost = had.filter(({ what }) => what === "replica identity");
        const names = { relation: live.name, name: to.name };
        return lost.map(({ what, statement }) =>
          noteOfFact(what, fillMarks(statement, names), { kind, table: live, to }),
        );
      });
  });
}
