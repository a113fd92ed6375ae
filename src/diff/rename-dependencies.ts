import { dropUndefined, mapGiven } from "../given.ts";
import { isHeir, listParents } from "../kinds/dependents.ts";
import { keyOfItem, parseItemKey } from "../kinds/item-keys.ts";
import type { Bound, Dependencies, Dependent, Use } from "../schema/dependencies.ts";
import { invert, nameAfter, type Rename } from "./renames.ts";

/**
 * Dependencies in the names that tables, columns and enum types have after renames. The statements of a dependent keep
 * the old names: `hasOldNames` says so where they are no longer right.
 */
export function renameDependencies(dependencies: Dependencies, given: readonly Rename[]): Dependencies {
  if (given.length === 0) return dependencies;
  const renames = withInherited(given, dependencies.dependents);
  const renameKey = (key: string): string => {
    const { table, list, name } = parseItemKey(key);
    if (table === "") return keyOfItem(list, renames.find((one) => one.list === list && one.from === name)?.to ?? name);
    const own = list === "columns" ? nameAfter(renames, "columns", name, table) : name;
    return keyOfItem(list, own, nameAfter(renames, "tables", table));
  };
  return {
    dependents: dependencies.dependents.map((one) => renameDependent(one, renames)),
    uses: new Map(
      [...dependencies.uses].map(([key, uses]) => [renameKey(key), uses.map((use) => renameUse(use, renames))]),
    ),
    facts: new Map([...dependencies.facts].map(([key, facts]) => [renameKey(key), facts])),
  };
}

/**
 * Marks the dependents that the way there could not create again, because their statements have names that it changed: a
 * person had to drop them, and on the way back they may not exist.
 * @param dependencies of the database that the way back leads to
 * @param renames those of the way back
 */
export function markBlockedByRenames(dependencies: Dependencies, renames: readonly Rename[]): Dependencies {
  if (renames.length === 0) return dependencies;
  const there = withInherited(invert(renames), dependencies.dependents);
  const mark = (one: Dependent): Dependent =>
    renameDependent(one, there).hasOldNames ? { ...one, isUncreatable: true } : one;
  return { ...dependencies, dependents: dependencies.dependents.map(mark) };
}

/** The same with the columns that other tables have from a table: they get the new name together with that of the table. */
function withInherited(renames: readonly Rename[], dependents: readonly Dependent[]): readonly Rename[] {
  const found = [...renames];
  for (const heir of dependents.filter(isHeir)) {
    const { name: table } = heir;
    const parents = new Set(listParents(heir));
    found.push(
      ...found
        .filter((one) => one.list === "columns" && one.table !== undefined && parents.has(one.table))
        .map((one) => ({ ...one, table })),
    );
  }
  return found;
}

/** A dependent in the names after renames. */
export function renameDependent(dependent: Dependent, renames: readonly Rename[]): Dependent {
  if (dependent.kind === "table") return renameTableThatInherits(dependent, renames);
  return renameUses(dependent, renames);
}

/** A table that inherits may be one of ours. */
function renameTableThatInherits(dependent: Dependent, renames: readonly Rename[]): Dependent {
  const { name, bound } = dependent;
  const own = renames.filter(({ list, table }) => list === "columns" && table === name);
  const [newName, renamed] = [
    nameAfter(renames, "tables", name),
    own.filter(({ from }) => bound?.columns.includes(from)),
  ];
  const one = renameUses(dependent, renames);
  if (newName === name && own.length === 0) return one;
  return {
    ...one,
    name: newName,
    ...dropUndefined({ bound: mapGiven(bound, (parts) => renameBound(parts, own, name)) }),
    ...(renamed.length > 0 && { renamedBound: renamed.map(({ to }) => to) }),
    ...(newName !== name && { hasOldNames: true as const }),
  };
}

function renameBound(bound: Bound, renames: readonly Rename[], table: string): Bound {
  const follow = (columns: readonly string[]) => columns.map((column) => nameAfter(renames, "columns", column, table));
  return { ...bound, columns: follow(bound.columns), notNull: follow(bound.notNull) };
}

function renameUses(dependent: Dependent, renames: readonly Rename[]): Dependent {
  const { table, uses, values } = dependent;
  const newTable = mapGiven(table, (name) => nameAfter(renames, "tables", name));
  const newUses = uses.map((use) => renameUse(use, renames));
  const isSame = newTable === table && newUses.every((use, at) => use === uses[at]);
  if (isSame) return dependent;
  return {
    ...dependent,
    ...dropUndefined({ table: newTable }),
    uses: newUses,
    ...(values && { values: values.map((use) => renameUse(use, renames)) }),
    hasOldNames: true,
  };
}

/**
 * Whether something has another name than before renames.
 * @param use in the names after the renames
 * @param own a table whose own name does not count
 */
export function isRenamed(use: Use, renames: readonly Rename[], own: string): boolean {
  const old = renameUse(use, invert(renames));
  if (old === use) return false;
  return !("relation" in use) || !("relation" in old) || use.relation !== own || old.column !== use.column;
}

/** What is used, in the names after renames: the same object where nothing has another name. */
export function renameUse(use: Use, renames: readonly Rename[]): Use {
  if ("function" in use) return use;
  if ("type" in use) {
    const type = typeAfter(renames, use.type);
    return type === use.type ? use : { type };
  }
  const relation = nameAfter(renames, "tables", use.relation);
  const column = use.column === undefined ? undefined : nameAfter(renames, "columns", use.column, use.relation);
  if (relation === use.relation && column === use.column) return use;
  return { ...use, relation, ...dropUndefined({ column }) };
}

function typeAfter(renames: readonly Rename[], name: string): string {
  return renames.find(({ list, from }) => list !== "tables" && list !== "columns" && from === name)?.to ?? name;
}
