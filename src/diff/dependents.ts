import { isDeepStrictEqual } from "node:util";
import { tableKinds } from "../kinds/all.ts";
import { isWritten } from "../kinds/column-changes.ts";
import { elementType, sameFamily, sameOperators, storedType } from "../kinds/column-types.ts";
import { isSame, itemsOf } from "../kinds/kind.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Column, Enum, ForeignKey, Index, Named, Schema, Table } from "../schema/schema.ts";
import { siblingName, typeName } from "../sql.ts";

/** The name under which an item of a table is looked up. */
export function itemKey(table: string, list: string, name: string): string {
  return `${table}\0${list}\0${name}`;
}

/**
 * What stays the same but stands in the way of a change next to it, and so is dropped before and restored after:
 * foreign keys on a key that is replaced or a column whose type changes to another family, generated columns over a
 * column that goes or whose type changes, and whatever is built over a column that is replaced by a generated one.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function inTheWay(before: Schema, after: Schema): ReadonlySet<string> {
  const found = new Set<string>();
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const sources = new Map((before.tables ?? []).map((table) => [table.name, table]));
  const rewritten = rewrittenEnums(before, after);
  const taken = keyNames(after);
  const moved = new Map<string, ReadonlySet<string>>();
  const reread = new Map<string, ReadonlySet<string>>();
  const replaced = new Map<string, ReadonlySet<string>>();
  for (const table of before.tables ?? []) {
    // A table that goes is not compared, but PostgreSQL rewrites its columns of an enum type all the same.
    const target = targets.get(table.name) ?? table;
    const rewrites = ({ type }: Column) => rewritten.has(elementType(type));
    moved.set(
      table.name,
      changed(table, target, (a, b) => !sameFamily(a.type, b.type) || rewrites(a)),
    );
    reread.set(
      table.name,
      changed(table, target, (a, b) => !sameOperators(a.type, b.type) || rewrites(a)),
    );
    const generated = generatedInTheWay(table, target);
    for (const name of generated) found.add(itemKey(table.name, "columns", name));
    const remade = changed(
      table,
      target,
      (a, b) =>
        isWritten(a, b) ||
        (b.asExpression !== undefined &&
          (a.asExpression !== b.asExpression || storedType(a.type) !== storedType(b.type))),
    );
    replaced.set(table.name, new Set([...generated, ...remade]));
  }
  for (const table of before.tables ?? []) {
    const target = targets.get(table.name) ?? table;
    for (const key of table.foreignKeys ?? []) {
      const other = sources.get(key.references.table);
      const next = targets.get(key.references.table);
      const hit =
        touches(key.columns, moved.get(table.name)) ||
        touches(key.references.columns, moved.get(key.references.table)) ||
        touches(key.columns, replaced.get(table.name)) ||
        (other !== undefined && (next === undefined ? givesUpKeys(other, taken) : loses(other, next, key)));
      if (hit) found.add(itemKey(table.name, "foreignKeys", key.name));
    }
    const gone = replaced.get(table.name);
    const retyped = reread.get(table.name);
    const leans = (text: string | undefined) => mentions(text, retyped) || mentions(text, gone);
    // A text that is replaced may still have the column's old name.
    const moves = (retyped?.size ?? 0) + (gone?.size ?? 0) > 0;
    for (const list of KEYS)
      for (const key of itemsOf(table, list) as readonly Index[]) {
        const replacedToo = touches(key.columns, retyped) || (moves && key.where !== undefined);
        if (touches(key.columns, gone) || leans(key.where) || (replacedToo && !stays(key, table, target, list)))
          found.add(itemKey(table.name, list, key.name));
      }
    for (const check of table.checks ?? [])
      if (leans(check.expression) || (moves && !stays(check, table, target, "checks")))
        found.add(itemKey(table.name, "checks", check.name));
  }
  for (const view of viewsInTheWay(before, after, rewritten)) found.add(itemKey("", "views", view));
  return found;
}

/**
 * Generated columns over a column that goes or gets another type, which PostgreSQL refuses while they stand. One that
 * becomes a plain column keeps its values, and so stays.
 */
function generatedInTheWay(table: Table, target: Table): readonly string[] {
  const next = new Map(target.columns.map((column) => [column.name, column]));
  const touched = table.columns.filter((column) => {
    const to = next.get(column.name);
    return to === undefined || isRetyped(column, to);
  });
  const names = new Set(touched.map(({ name }) => name));
  return table.columns
    .filter(({ name }) => !next.has(name) || next.get(name)?.asExpression !== undefined)
    .filter(({ asExpression }) => mentions(asExpression, names))
    .map(({ name }) => name);
}

/** Views that lean on a table whose columns go or get another type, or on a view that is replaced. */
function viewsInTheWay(before: Schema, after: Schema, rewritten: ReadonlySet<string>): ReadonlySet<string> {
  const tables = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const next = new Map((after.views ?? []).map((view) => [view.name, view]));
  const touched = (before.tables ?? []).filter((table) => {
    const target = tables.get(table.name);
    const types = new Map(target?.columns.map((column) => [column.name, column]));
    return table.columns.some((column) => {
      const to = types.get(column.name);
      if (to === undefined || isRetyped(column, to) || rewritten.has(elementType(column.type))) return true;
      return to.asExpression !== column.asExpression || to.generatedType !== column.generatedType;
    });
  });
  const findTables = relationFinder(touched, []);
  const findViews = relationFinder(before.views ?? []);
  const found = new Set<string>();
  for (const view of before.views ?? []) {
    const other = next.get(view.name);
    const replaced = other === undefined || !isDeepStrictEqual(view, other);
    const leaning = () => findViews(view).some((one) => one !== view && found.has(one.name));
    if (replaced || leaning() || findTables(view).length > 0) found.add(view.name);
  }
  return found;
}

/** Whether PostgreSQL is told another type, which it refuses while views and generated columns lean on the old one. */
function isRetyped(from: Column, to: Column): boolean {
  return storedType(to.type) !== storedType(from.type) || to.collation !== from.collation;
}

/** Enum types that lose or reorder values, as columns name them: PostgreSQL cannot do that without a new type. */
function rewrittenEnums(before: Schema, after: Schema): ReadonlySet<string> {
  const next = new Map((after.enums ?? []).map((type) => [type.name, type.values]));
  const kept = (type: Enum) => next.get(type.name)?.filter((value) => type.values.includes(value));
  const lost = (type: Enum) => next.has(type.name) && kept(type)!.join("\0") !== type.values.join("\0");
  return new Set((before.enums ?? []).filter(lost).map(({ name }) => typeName(name)));
}

function changed(table: Table, target: Table, differ: (a: Column, b: Column) => boolean): ReadonlySet<string> {
  const next = new Map(target.columns.map((column) => [column.name, column]));
  return new Set(
    table.columns
      .filter((column) => {
        const to = next.get(column.name);
        return to !== undefined && differ(column, to);
      })
      .map(({ name }) => name),
  );
}

function touches(columns: readonly string[], names: ReadonlySet<string> | undefined): boolean {
  return names !== undefined && columns.some((name) => names.has(name));
}

/** A name that stands in the text may be the column or something else; restoring what need not be is no harm. */
function mentions(text: string | undefined, names: ReadonlySet<string> | undefined): boolean {
  return text !== undefined && names !== undefined && [...names].some((name) => namesIt(text, name));
}

/** In a plain name every letter counts; around an odd one there are quotes. */
function namesIt(text: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return text.includes(name.replaceAll('"', '""'));
  return new RegExp(`(?<![\\w$\\u0080-\\uffff])${name}(?![\\w$\\u0080-\\uffff])`).test(text);
}

/** The names of all keys and indexes: one schema has no two of one name. */
export function keyNames(schema: Schema): ReadonlySet<string> {
  const kinds = tableKinds.filter(({ ownsRelationName }) => ownsRelationName);
  const tables = schema.tables ?? [];
  return new Set(
    tables.flatMap((table) =>
      kinds.flatMap(({ list }) => itemsOf(table, list).map(({ name }) => siblingName(table.name, name))),
    ),
  );
}

/** Whether a table that goes has to give up a key before, because another table takes its name. */
function givesUpKeys(table: Table, taken: ReadonlySet<string>): boolean {
  return KEYS.some((list) => itemsOf(table, list).some(({ name }) => taken.has(siblingName(table.name, name))));
}

/** What foreign keys lean on, and what has an index. */
const KEYS = ["primaryKey", "uniques", "indexes"];

/** Whether a key that a foreign key may lean on is dropped or replaced. */
function loses(before: Table, after: Table, { references }: ForeignKey): boolean {
  const wanted = [...references.columns].sort().join("\0");
  return KEYS.some((list) =>
    (itemsOf(before, list) as readonly Index[]).some(
      (key) => [...key.columns].sort().join("\0") === wanted && !stays(key, before, after, list),
    ),
  );
}

/** Whether an item is the same afterwards, under its own or a new name. */
function stays(item: Named, before: Table, after: Table, list: string): boolean {
  const kind = tableKinds.find((one) => one.list === list)!;
  const same = (one: Named) => isSame(kind, one, item);
  const named = itemsOf(after, list).find(({ name }) => name === item.name);
  if (named !== undefined) return same(named);
  const known = new Set(itemsOf(before, list).map(({ name }) => name));
  return itemsOf(after, list).some((one) => !known.has(one.name) && same(one));
}
