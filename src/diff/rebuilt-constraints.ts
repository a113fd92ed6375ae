import { collect } from "../collect.ts";
import { tableKinds } from "../kinds/all.ts";
import { columnKey } from "../kinds/dependents.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { RESET_BY_TYPE } from "../kinds/kept-facts.ts";
import { type AnyKind, type Dependence, itemsOf } from "../kinds/kind.ts";
import type { ByItemKey, Fact, ItemFacts } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { keyOfTarget } from "./fates.ts";
import type { Step } from "./order.ts";

/** A constraint that no step names, and a fact that it loses. */
export interface RebuiltConstraint {
  readonly kind: AnyKind;
  readonly table: Table;
  readonly from: Named;
  readonly to: Named;
  readonly fact: Fact;
}

/** The constraints that PostgreSQL builds again in the course of an operation, each with the first one that does so. */
export type FindRebuilt = (operation: Operation) => readonly RebuiltConstraint[];

/**
 * Prepares to find the constraints that PostgreSQL builds again with a column that gets another type: it gives them all
 * that they had, but not the state of their own triggers.
 * @param steps the steps of a diff
 * @param live the live schema, in the names of the schema after
 * @param facts the facts of its items
 */
export function rebuiltFinder(steps: readonly Step[], live: Schema, facts: ByItemKey<ItemFacts>): FindRebuilt {
  const losing = [...facts.values()].some((had) => had.facts.some(isLost));
  const waiting = losing ? listLosing(steps, live, facts) : [];
  const found = new Set<RebuiltConstraint>();
  return (operation) => {
    if (waiting.length === 0) return [];
    const retyped = new Set(retypedColumns(operation));
    const now = waiting.filter((one) => !found.has(one) && columnsOf(one).some((key) => retyped.has(key)));
    for (const one of now) found.add(one);
    return now;
  };
}

const isLost = ({ bySuperuser }: Fact): boolean => bySuperuser === true;

/** Those that the steps do not create. */
function listLosing(
  steps: readonly Step[],
  { tables = [] }: Schema,
  facts: ByItemKey<ItemFacts>,
): readonly RebuiltConstraint[] {
  const named = steps.flatMap(({ change }) => change.operations.flatMap(({ target }) => target ?? []));
  const created = new Set(named.flatMap((target) => collect(target.effect === "create" && keyOfTarget(target))));
  return tables.flatMap((table) =>
    tableKinds
      .filter(({ isConstraint }) => isConstraint)
      .flatMap((kind) =>
        itemsOf(table, kind.list).flatMap((item) => {
          const { facts: had = [] } = facts.get(keyOfItem(kind.list, item.name, table.name)) ?? {};
          const isCreated = created.has(`key ${item.name} of ${table.name}`);
          return isCreated ? [] : had.filter(isLost).map((fact) => ({ kind, table, from: item, to: item, fact }));
        }),
      ),
  );
}

function columnsOf({ kind, table, from }: RebuiltConstraint): readonly string[] {
  const { columns = [] }: Partial<Dependence> = kind.dependsOn?.(from) ?? {};
  const reference = kind.references?.(from);
  return [
    ...[...columns, ...(reference?.columns ?? [])].map((column) => columnKey(column, table.name)),
    ...(reference?.referenced ?? []).map((column) => columnKey(column, reference?.table ?? "")),
  ];
}

function retypedColumns({ target, resets = [], retypes = [] }: Operation): readonly string[] {
  const own = target?.kind === "column" && RESET_BY_TYPE.every((what) => resets.includes(what));
  return [
    ...collect(own && columnKey(target.name, target.table ?? "")),
    ...retypes.map(({ table, column }) => columnKey(column, table)),
  ];
}
