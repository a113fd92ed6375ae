import { itemsOf } from "../kinds/kind.ts";
import { type QueryReferences, readReferences } from "../kinds/query-references.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import type { Step } from "./order.ts";

/**
 * Creates a view with a `*` or the like over a table that loses a column, and the views over it, after the column is
 * dropped: before, it would have the column.
 * @param steps the steps of a diff
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function createStarsLast(steps: readonly Step[], before: Schema, after: Schema): readonly Step[] {
  const names = listLosing(steps);
  const created = steps.filter(({ move, kind }) => move === "create" && kind.replaceLast).sort(byPlace);
  if (created.length === 0 || names.size === 0) return steps;
  const tables = (before.tables ?? []).filter(({ name }) => names.has(name));
  const others = [...(before.tables ?? []), ...(after.tables ?? []), ...(after.views ?? [])];
  const last = selectOver(created, tables, { items: after, others });
  return steps.map((step) => (last.has(step) ? { ...step, move: "last" } : step));
}

/** Selects the steps that create a view with a `*` or the like over one of these tables, or a view over such a view. */
function selectOver(
  created: readonly Step[],
  tables: readonly Table[],
  { items, others }: { readonly items: Schema; readonly others: readonly Named[] },
): ReadonlyMap<Step, Named> {
  const findLosing = relationFinder(tables, others);
  const selected = new Map<Step, Named>();
  for (const step of created) {
    const item = itemsOf(items, step.kind.list).find(({ name }) => name === step.name);
    if (item === undefined) continue;
    const findSelected = relationFinder([...selected.values()], others);
    const isOver = listReferences(step, item).some(
      ({ expanded, relations }) => findLosing(expanded).length > 0 || findSelected(relations).length > 0,
    );
    if (isOver) selected.set(step, item);
  }
  return selected;
}

/** The tables of which columns are dropped at the end. */
function listLosing(steps: readonly Step[]): ReadonlySet<string | undefined> {
  const targets = steps
    .filter(({ move }) => move === "end")
    .flatMap(({ change: { operations } }) => operations.map(({ target }) => target));
  return new Set(
    targets.filter((target) => target?.kind === "column" && target.effect === "drop").map((target) => target?.table),
  );
}

function byPlace(a: Step, b: Step): number {
  return (a.place ?? 0) - (b.place ?? 0);
}

function listReferences({ kind }: Step, item: Named): readonly QueryReferences[] {
  const texts: readonly string[] = kind.dependsOn?.(item).texts ?? [];
  return texts.map(readReferences);
}
