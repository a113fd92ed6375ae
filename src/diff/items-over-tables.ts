import { isDeepStrictEqual } from "node:util";
import { mapGiven } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { schemaKinds } from "../kinds/all.ts";
import { type AnyKind, type Dependence, itemsOf } from "../kinds/kind.ts";
import { readReferences } from "../kinds/query-references.ts";
import type { Reference } from "../kinds/reference.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Dependent, Use } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import type { ItemReference, TableChange, TableSurroundings } from "./table-changes.ts";

/**
 * Views and other items without a table over a table whose columns are removed or get another type, those that are
 * replaced, and those over one of these.
 */
export function itemsOverChangedTables(around: TableSurroundings): readonly ItemReference[] {
  const { before, after, changes } = around;
  const items = schemaKinds.flatMap((kind) => listDependents(kind, before));
  const findTables = relationFinder(
    [...changes.values()].filter(losesColumns).map((change) => change.before),
    [...(before.tables ?? []), ...(after.tables ?? []), ...items],
  );
  const findItems = relationFinder(items);
  const readsChanged = columnUseFinder(around);
  const found = new Set<SchemaItem>();
  for (const dependent of items) {
    const { references } = dependent;
    const isOverFound = () => findItems(references).some((other) => other !== dependent && found.has(other));
    if (
      !isKeptOrAltered(dependent, around) ||
      isOverFound() ||
      (readsChanged(dependent) ?? findTables(references).length > 0)
    )
      found.add(dependent);
  }
  return [...found].map(({ list, name }) => ({ table: "", list, name }));
}

function losesColumns({ isRemoved, before: { columns }, refused }: TableChange): boolean {
  return refused.size > 0 || (isRemoved && columns.length > 0);
}

/** Whether an item stays as it is, or becomes what it should be without a drop. */
function isKeptOrAltered({ kind, list, item, name }: SchemaItem, { before, after }: TableSurroundings): boolean {
  const target = itemsOf(after, list).find((one) => one.name === name);
  if (target === undefined) return false;
  return isDeepStrictEqual(item, target) || (kind.alter?.(item, target, { before, after }) ?? []).length > 0;
}

/** An item without a table that uses tables or other such items. */
interface SchemaItem extends Named {
  readonly list: string;
  readonly kind: AnyKind;
  readonly item: Named;
  readonly references: readonly Reference[];
  /** It has a `*` or the like, which may mean other columns than in the live database. */
  readonly hasStar: boolean;
}

/**
 * Prepares a function that says whether the live view of this name reads a column that is removed or gets another type.
 * It says `undefined` where the live database does not know what the view reads. One that uses all of a table only counts
 * or has rows, which follow the table unless it holds them.
 */
function columnUseFinder({ changes, dependencies }: TableSurroundings): (item: SchemaItem) => boolean | undefined {
  const isView = ({ kind }: Dependent) => kind === "view" || kind === "materialized view";
  const live = indexByName(dependencies?.dependents.filter(isView));
  const isChanged = (use: Use, isHeld: boolean) => {
    const change = "relation" in use ? changes.get(use.relation) : undefined;
    if (change === undefined || !("relation" in use)) return false;
    if (change.isRemoved) return true;
    if (use.column !== undefined) return change.refused.has(use.column);
    return use.key === undefined && isHeld && change.refused.size > 0;
  };
  const isOverChanged = ({ uses, values = [] }: Dependent) =>
    uses.some((use) => isChanged(use, false)) || values.some((use) => isChanged(use, true));
  return ({ name, hasStar }) => mapGiven(hasStar ? undefined : live.get(name), isOverChanged);
}

function listDependents(kind: AnyKind, schema: Schema): readonly SchemaItem[] {
  const { list, dependsOn, refusesChanges } = kind;
  if (dependsOn === undefined || refusesChanges === undefined) return [];
  return itemsOf(schema, list).map((item) => {
    const { texts }: Dependence = dependsOn(item);
    const read = texts.map(readReferences);
    const references = read.flatMap(({ relations }) => relations);
    const hasStar = read.some(({ expanded }) => expanded.length > 0);
    return { name: item.name, list, kind, item, references, hasStar };
  });
}
