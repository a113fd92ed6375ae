import { collect, joinClauses } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { storedType } from "../kinds/column-types.ts";
import type { Dependencies, Dependent, OwnParts, RelationUse, Use } from "../schema/dependencies.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import { alterColumnSql, id, ownName, path } from "../sql.ts";
import { noteOf } from "./dependent-notes.ts";
import { indexHeirs, listHolders } from "./dependents.ts";
import type { Step } from "./order.ts";
import type { PlacedNote } from "./place-notes.ts";

/** A diff of a database in which tables inherit. */
export interface HeirSides {
  readonly before: Schema;
  readonly after: Schema;
  /** In the names of after. */
  readonly dependencies: Dependencies;
  /** Whether the live database is what the diff leads to. */
  readonly isBack: boolean;
}

/** A table that inherits from ours, or a partition, and no model declares it. */
interface Heir {
  readonly dependent: Dependent;
  readonly own: OwnParts;
  /** Our tables that it has columns from. */
  readonly parents: ReadonlySet<string>;
}

/**
 * Names what PostgreSQL refuses because of a table that inherits from ours, or of a partition: a name that it has itself for
 * something else, and values of a foreign table that it would have to convert.
 * @param steps the steps of a diff
 * @param sides see {@link HeirSides}
 */
export function notesOfHeirs(steps: readonly Step[], sides: HeirSides): readonly PlacedNote[] {
  const heirs = listHeirs(sides);
  if (heirs.length === 0) return [];
  const operations = steps.flatMap(({ change }) => change.operations);
  const tables = indexByName(sides.after.tables);
  return heirs.flatMap((heir) => {
    const taken = sides.isBack ? [] : operations.flatMap(({ target }) => findTaken(heir, target, tables) ?? []);
    const converted = heir.own.isForeign ? operations.flatMap((one) => listConverted(heir, one, tables)) : [];
    const inherited = taken.filter(({ isInherited }) => isInherited).map(({ use }) => use);
    // What is dropped first is named last.
    return [
      ...taken.flatMap((one) => noteTaken(heir, one, tables)),
      ...converted.map((one) => noteConverted(heir, one)),
      ...noteDetached(heir, [...inherited, ...converted.flatMap(({ use, also }) => [use, ...also])]),
    ];
  });
}

function listHeirs({ before, after, dependencies }: HeirSides): readonly Heir[] {
  const heirs = indexHeirs(dependencies);
  if (heirs.size === 0) return [];
  const ours = new Set([...(before.tables ?? []), ...(after.tables ?? [])].map(({ name }) => name));
  const parentsOf = new Map<string, Set<string>>();
  for (const table of ours)
    for (const holder of listHolders(table, heirs))
      if (!ours.has(holder)) parentsOf.set(holder, (parentsOf.get(holder) ?? new Set()).add(table));
  return [...heirs.values()].flatMap((dependent) => {
    const [parents, { own }] = [parentsOf.get(dependent.name), dependent];
    return collect(parents !== undefined && own !== undefined && { dependent, own, parents });
  });
}

/** A name that an operation gives to something of ours, and that a table which inherits has itself. */
interface TakenName {
  readonly kind: "column" | "constraint";
  readonly name: string;
  readonly table: string;
  /** What the operation is about. */
  readonly use: RelationUse;
  /** The table also has it from another one, so it cannot rename it. */
  readonly isInherited: boolean;
}

function findTaken(
  { own, parents }: Heir,
  target: OperationTarget | undefined,
  tables: ReadonlyMap<string, Table>,
): TakenName | undefined {
  const table = tables.get(target?.table ?? "");
  if (target === undefined || table === undefined || !parents.has(table.name)) return undefined;
  const { kind, effect, name: old, to: name = old } = target;
  const isCreated = effect === "create";
  if (!isCreated && effect !== "rename") return undefined;
  const found = PARTS.find((one) => one.kind === kind);
  const taken = found?.find(own, name, table, isCreated);
  if (found === undefined || taken === undefined) return undefined;
  const use = { relation: table.name, [found.use]: old };
  return { kind: found.kind, name, table: table.name, use, isInherited: taken.isInherited === true };
}

/** PostgreSQL makes a new column one with that of its name, if both have one type. */
function findTakenColumn({ columns }: OwnParts, name: string, table: Table, isCreated: boolean) {
  const column = table.columns.find((one) => one.name === name);
  const own = columns.find((one) => one.name === name);
  const isSame = storedType(column?.type ?? "") === own?.type && column?.collation === own.collation;
  return isCreated && isSame ? undefined : own;
}

/** Checks are the only constraints that other tables inherit. */
function findTakenCheck({ constraints }: OwnParts, name: string, { checks = [] }: Table, isCreated: boolean) {
  const check = checks.find((one) => one.name === name);
  if (check === undefined) return undefined;
  const own = constraints.find((one) => one.name === name);
  return isCreated && own?.expression === check.expression ? undefined : own;
}

/** The parts of a table that other tables inherit. */
const PARTS = [
  { kind: "column", use: "column", find: findTakenColumn },
  { kind: "constraint", use: "key", find: findTakenCheck },
] as const;

/** What the table has itself can have another name, and keeps its values. */
function noteTaken({ dependent, own }: Heir, taken: TakenName, tables: ReadonlyMap<string, Table>): PlacedNote[] {
  if (taken.isInherited) return [];
  const { kind, name, use } = taken;
  const { columns = [], checks = [] } = tables.get(taken.table) ?? {};
  const names = new Set([...own.columns, ...own.constraints, ...columns, ...checks].map((one) => one.name));
  const drop = `ALTER TABLE ${path(dependent.name)} RENAME ${kind.toUpperCase()} ${id(name)} TO ${id(freeName(name, names))}`;
  const part: Dependent = { kind, name, table: dependent.name, uses: [use], drop, create: [] };
  return [{ dependent: part, note: noteOf(part, "blocks", [], false), uses: [use] }];
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = ownName(name, number === 1 ? "" : String(number));
    if (!taken.has(candidate)) return candidate;
  }
}

/** A column of a foreign table that gets its new type by itself: PostgreSQL converts no values there. */
interface Converted {
  readonly use: RelationUse;
  /** What is changed at the same time. */
  readonly also: readonly Use[];
  readonly drop: string;
  readonly create: readonly string[];
}

function listConverted(
  { dependent: { name: heir }, parents }: Heir,
  { target, args, retypes = [] }: Operation,
  tables: ReadonlyMap<string, Table>,
): readonly Converted[] {
  const convert = (table: string, name: string, type?: string): readonly Converted[] => {
    const column = parents.has(table) ? tables.get(table)?.columns.find((one) => one.name === name) : undefined;
    if (column === undefined) return [];
    const [use, last] = [{ relation: table, column: name }, alterColumnSql(heir, name, typeAction(column))];
    if (type === undefined) return [{ use, also: [], drop: last, create: [] }];
    // The new enum type is not there before.
    return [{ use, also: [{ type }], drop: alterColumnSql(heir, name, "TYPE text"), create: [last] }];
  };
  const isConverted = target?.kind === "column" && target.effect === "alter" && args.some(hasUsing);
  return [
    ...(isConverted ? convert(target.table ?? "", target.name) : []),
    ...retypes.flatMap(({ table, column }) => convert(table, column, target?.name)),
  ];
}

function hasUsing(argument: unknown): boolean {
  return typeof argument === "object" && argument !== null && "using" in argument;
}

function typeAction({ type, collation }: Column): string {
  return joinClauses(`TYPE ${storedType(type)}`, collation !== undefined && `COLLATE ${path(collation)}`);
}

function noteConverted({ dependent: { name: table } }: Heir, { use, also, drop, create }: Converted): PlacedNote {
  const part: Dependent = { kind: "column", name: use.column ?? "", table, uses: [use], drop, create };
  return { dependent: part, note: noteOf(part, "blocks", [use], false), uses: [use, ...also] };
}

/** A table that has to be taken from ours until the change is done. */
function noteDetached({ dependent }: Heir, uses: readonly Use[]): readonly PlacedNote[] {
  if (uses.length === 0) return [];
  const named = uses.filter((use) => "relation" in use);
  return [{ dependent, note: noteOf(dependent, "blocks", named, false), uses }];
}
