import { dropUndefined } from "../given.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { bareName, parseName, qualifiedName, siblingName } from "../sql.ts";
import { readWrites, type Writes } from "./writes.ts";

/** A column as an operation finds it, and what it is before the run. */
export interface ColumnBefore {
  /** Its name for the operation; absent if it is dropped or renamed by then. */
  readonly name?: string;
  /** Its name before the run; absent if the run adds it. */
  readonly before?: string;
  /** The column, if the run adds it. */
  readonly added?: Column;
  /** The run gives it other values, or only another type: then NULL stays NULL, and no other value becomes NULL. */
  readonly changes?: "values" | "type";
}

/** A table as an operation finds it, and what it is before the run. */
export interface TableBefore {
  /** Its name before the run; absent if the run creates it. */
  readonly before?: string;
  /** The columns that the run creates the table with. */
  readonly created?: readonly Column[];
  /** The columns that differ. The others are what they are for the operation. */
  readonly columns: readonly ColumnBefore[];
  /** Every name that it has in the run. */
  readonly names: readonly string[];
  /** What the run writes first, to this table or to others. */
  readonly writes: readonly Writes[];
}

/**
 * Finds out what a table is before a run, although the run changes its name and its columns first.
 * @param steps the operations that the run does before, in their order
 * @param table the name of the table after them
 */
export function lookBack(steps: readonly Operation[], table: string): TableBefore {
  return steps.reduceRight(undo, { name: table, before: table, names: [table], columns: [], writes: [] } as Trail);
}

interface Trail extends TableBefore {
  /** Its name after the operation that is undone next; absent before it is created. */
  readonly name: string | undefined;
}

function undo(trail: Trail, operation: Operation): Trail {
  const { name } = trail;
  if (name === undefined) return trail;
  const writes = readWrites(operation);
  if (writes !== undefined) return { ...trail, writes: [...trail.writes, writes] };
  return undoTable(trail, operation, name) ?? undoColumn(trail, operation, name);
}

/** Undoes a change of the table itself. */
function undoTable(trail: Trail, { target, args }: Operation, name: string): Trail | undefined {
  if (target?.kind === "schema" && target.to !== undefined) {
    const { schema, name: bare } = parseName(name);
    return schema === target.to ? undoName(trail, qualifiedName(bare, target.name)) : trail;
  }
  if (target?.kind !== "table") return undefined;
  if (target.to !== undefined)
    return nameAfterChange(target.name, target.to, target.effect) === name ? undoName(trail, target.name) : trail;
  return target.effect === "create" && target.name === name ? undoCreation(trail, args) : trail;
}

function undoName(trail: Trail, name: string): Trail {
  return { ...trail, name, before: name, names: [...trail.names, name] };
}

/** With `ifNotExists`, the table may have been there, with any rows. */
function undoCreation(trail: Trail, [, body, options]: readonly unknown[]): Trail {
  const { columns = [] }: { readonly columns?: readonly Column[] } = Object(body);
  const { before: _, ...rest } = trail;
  const isSure = Object(options).ifNotExists !== true;
  return { ...rest, name: undefined, created: columns, writes: isSure ? trail.writes : [...trail.writes, {}] };
}

/**
 * Finds the name of a table after operations.
 * @param steps the operations, in their order
 * @param table the name of the table before them
 */
export function followName(steps: readonly Operation[], table: string): string {
  return steps.reduce((name, { target }) => {
    if (target?.to === undefined) return name;
    const { kind, name: from, effect, to } = target;
    if (kind === "table") return from === name ? nameAfterChange(from, to, effect) : name;
    const { schema, name: bare } = parseName(name);
    return kind === "schema" && schema === from ? qualifiedName(bare, to) : name;
  }, table);
}

/** A table that is renamed stays in its schema. */
function nameAfterChange(from: string, to: string, effect: string): string {
  return effect === "rename" ? siblingName(from, bareName(to)) : to;
}

/** Undoes a change of a column of the table. */
function undoColumn(trail: Trail, operation: Operation, table: string): Trail {
  const { target, args } = operation;
  if (target?.kind !== "column" || target.table !== table) return trail;
  const { name, effect, to } = target;
  if (effect === "rename" && to !== undefined) return change(trail, to, () => ({ before: name }));
  if (effect === "drop") return { ...trail, columns: [...trail.columns, { before: name }] };
  if (effect === "create") return change(trail, name, () => ({ added: readColumn(args[1], name) }));
  if (does(operation, "alter") && changesValues(args[2]))
    return change(trail, name, (one) => ({ ...one, changes: describeChange(one, args[2]) }));
  return trail;
}

/** Changes what is known of the column that has a name at this point. */
function change(trail: Trail, name: string, next: (column: ColumnBefore) => Omit<ColumnBefore, "name">): Trail {
  const at = trail.columns.findIndex((one) => one.before === name);
  const known = trail.columns[at] ?? { name, before: name };
  const { name: own, changes } = known;
  const changed = { ...dropUndefined({ name: own, changes }), ...next(known) };
  const others = trail.columns.filter((_, index) => index !== at);
  return { ...trail, columns: [...others, changed] };
}

function readColumn(value: unknown, name: string): Column {
  const { type = "text", ...rest }: Partial<Column> = Object(value);
  return { ...rest, name, type };
}

/** Only with `using` a value may become NULL. */
function describeChange({ changes }: ColumnBefore, next: unknown): "values" | "type" {
  return Object(next).using === undefined && changes !== "values" ? "type" : "values";
}

/** Whether `ALTER COLUMN` changes the values of existing rows. */
function changesValues(changes: unknown): boolean {
  const { type } = Object(changes);
  return type !== undefined;
}
