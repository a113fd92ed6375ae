import { isDeepStrictEqual } from "node:util";
import { byCodeUnit } from "../code-units.ts";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Dependent, Fact } from "../schema/dependencies.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { Deferrable, Index, Named, Schema, Table } from "../schema/schema.ts";
import type { CatalogQuery } from "./catalog-query.ts";
import type { DeclaredModels, ModelTable } from "./declared-models.ts";
import type { MappedColumns } from "./followers.ts";
import type { Probe, RowColumn } from "./probes.ts";
import type { Rule } from "./rules.ts";

export { type CatalogNames, type CatalogQuery, type CatalogScope, catalogQuery, type Found } from "./catalog-query.ts";
export type { DeclaredModels, ModelColumn, ModelIndex, ModelTable, ModelView } from "./declared-models.ts";

/** What an item has whose form in the database models cannot declare. */
export interface HandMade {
  /** The statement that makes it. */
  readonly definition?: string;
}

/** The same owner before and after, in the names of after. */
export interface Owners<Owner> {
  readonly before: Owner;
  readonly after: Owner;
  /** What is new takes the place that it has in the owner after, even if a table has to be rebuilt for it. */
  readonly keepOrder?: true;
  /** New names that may belong to what goes, although they were guessed to belong to something else, by what goes. */
  readonly taken?: ReadonlyMap<string, string>;
  /** The columns of a table that no cast can convert and that get their values together with others. */
  readonly mapped?: MappedColumns;
  /** Objects of the live database that models cannot declare, and that use others. */
  readonly dependents?: readonly Dependent[];
}

/**
 * What is special about one kind of object. All other code treats kinds alike.
 *
 * Operations come out in four moves: renames; drops of what depends on others; creates and alters; drops of the rest.
 */
export interface Kind<Item extends Named, Owner extends Schema | Table> {
  /** The word for one of them in messages. */
  readonly word: string;
  /** Where the owner keeps them. */
  readonly list: keyof Owner & string;
  /** Every owner has such a list. */
  readonly isRequired?: true;
  /** What an item has to be in a saved schema; left out, saved schemas have none of them. */
  readonly rule?: Rule;
  /** What the models declare, from the table that TypeORM itself computes. */
  readonly fromModel?: (table: ModelTable) => readonly Item[];
  /** What the models declare, for items that belong to no table. */
  readonly fromModels?: (models: DeclaredModels) => readonly Item[];
  /** How they are found in the live database, see {@link catalogQuery}. */
  readonly catalog?: CatalogQuery<Item>;
  /** The PostgreSQL schema that an item of this name is in, or none; left out, it is the one before the dot. */
  readonly schemaOf?: (name: string) => string | undefined;
  /** Whether tables use an item: where only some tables of a schema are read, only what they use is read with them. */
  readonly usedBy?: (tables: readonly Table[]) => (item: Item) => boolean;
  readonly create: (item: Item, owner: Owner) => Operation;
  readonly drop: (item: Item, owner: Owner) => Operation;
  readonly rename?: (from: string, to: string, owner: Owner) => Operation;
  /** To another schema; `undefined` is the connection's own. */
  readonly move?: (name: string, schema: string | undefined) => Operation;
  /** The steps from one to the other; without it an item that differs is dropped and created. */
  readonly alter?: (from: Item, to: Item, owners: Owners<Owner>) => readonly Change[];
  /** What only a person can answer before an item of an existing table comes (`to`), goes (`from`) or is replaced (both). */
  readonly question?: (from: Item | undefined, to: Item | undefined, owners: Owners<Owner>) => Question | undefined;
  /** An item of a form that models cannot declare, with what cannot be compared taken from the one they declare. */
  readonly likened?: (handMade: Item, declared: Item) => Item;
  /** The item as it is compared, where two lists say the same in another order. */
  readonly canonical?: (item: Item) => Item;
  /** SQL text in the item that PostgreSQL may spell otherwise, as PostgreSQL has to read it. */
  readonly expressions?: (item: Item) => readonly Expression[];
  /** The item with another text for one of its expressions, where the key of the expression is no key of the item. */
  readonly withText?: (item: Item, key: string, text: string) => Item;
  /** Whether a fact of an item can be given to the one that replaces it; left out, every fact can. */
  readonly keepsFact?: (fact: Fact, from: Item, to: Item, owner: Owner) => boolean;
  /** The indexes that are created together with an item. */
  readonly indexesOf?: (item: Item) => readonly Index[];
  /** A new item as a change, where it takes more than one operation. */
  readonly add?: (item: Item, owners: Owners<Owner>) => Change;
  /** A dropped item as a change, where only a person can say whether something else takes its values. */
  readonly remove?: (item: Item, owners: Owners<Owner>) => Change;
  /** Rows are lost with it: a rename of such a thing is asked, never guessed. */
  readonly holdsData?: true;
  /** Created before everything else, which may need it. */
  readonly createFirst?: true;
  /** When it is replaced, the old one goes before anything else changes, and the new one comes last. */
  readonly replaceLast?: true;
  /** The clause that creates it inside CREATE TABLE; left out, it is created after its table. */
  readonly clause?: (item: Item) => string;
  /** The statements that follow CREATE TABLE or ADD COLUMN, for what {@link clause} cannot say. */
  readonly afterClause?: (item: Item, table: string) => readonly string[];
  /** The name that an item without one gets in the arguments of `createTable`. */
  readonly defaultName?: (item: Omit<Item, "name">, table: string) => string;
  /** Its lines in the text diff; left out, they are {@link clause}, or none. */
  readonly describe?: (item: Item, owner: Owner) => readonly string[];
  /** The owner has at most one, and no list of them. */
  readonly isSingle?: true;
  /** The order of the list says something, so it is not sorted by name. */
  readonly keepsOrder?: true;
  /** What an item uses, if PostgreSQL does not follow every change of it by itself. */
  readonly dependsOn?: (item: Item) => Dependence;
  /** Whether an item may use others of its list, so that it is dropped before them. */
  readonly usesSiblings?: (item: Item) => boolean;
  /** An item with the new names of tables and columns that it has as names; PostgreSQL follows them in its texts. */
  readonly follow?: (item: Item, names: NewNames) => Item;
  /** PostgreSQL refuses to change the type of a column, or to drop it, while such an item uses it. */
  readonly refusesChanges?: true;
  /** Foreign keys may reference its columns. */
  readonly isReferable?: true;
  /** The rows of a table that an item needs: it is dropped before that table. */
  readonly references?: (item: Item) => RowReference;
  /** Created after all tables and views: items of two tables may need each other's table. */
  readonly createAfterTables?: true;
  /** Dropped before columns and tables: other objects depend on the columns through it. */
  readonly dropBeforeColumns?: true;
  /** Its name is unique per schema among tables, views, sequences and indexes. */
  readonly ownsRelationName?: true;
  /** Its name is unique per schema among types; every table and view has a type of its name. */
  readonly ownsTypeName?: true;
  /** Its name is unique among the constraints of its table. */
  readonly isConstraint?: true;
}

/** Columns of an item whose values rows of a table must have. */
export interface RowReference {
  readonly columns: readonly string[];
  readonly table: string;
  /** The columns of that table. */
  readonly referenced: readonly string[];
}

/** What tables and columns are called after renames. */
export interface NewNames {
  readonly table: (name: string) => string;
  /** @param table the table by its name before; left out, that of the item */
  readonly columns: (names: readonly string[], table?: string) => readonly string[];
}

/** What an item uses. */
export interface Dependence {
  /** Columns of its table. */
  readonly columns?: readonly string[];
  /** SQL texts that may name columns of its table; of an item without a table, they may name tables and views. */
  readonly texts: readonly string[];
}

/** One piece of SQL text inside an item. */
export interface Expression {
  /** Which key of the item has it. */
  readonly key: string;
  readonly text: string;
  /** What it is: an expression with a value, or the text from which an object is created. */
  readonly as: ValueText | CreatedText;
}

/** An expression over the columns of its table. */
export interface ValueText {
  /** The type of its value. */
  readonly type: string;
  /** The query over whose rows it is instead. */
  readonly from?: string;
  /** It can use no column. */
  readonly isConstant?: true;
}

/** A text of which PostgreSQL says only in an object what it means: a query, a constraint, a function. */
export interface CreatedText {
  readonly probe: (text: string, columns: readonly RowColumn[]) => Probe;
  /** PostgreSQL may call functions of the text as soon as it creates the object. */
  readonly callsFunctions?: true;
}

/** Any kind, for code that treats them alike. */
// biome-ignore lint/suspicious/noExplicitAny: the items of different kinds have only their name in common
export type AnyKind = Kind<any, any>;

/** The items that an owner has of a kind, whether it keeps a list, one or none. */
export function itemsOf(owner: object | undefined, list: string): readonly Named[] {
  const kept = (owner as Readonly<Record<string, unknown>> | undefined)?.[list];
  if (kept === undefined) return [];
  return Array.isArray(kept) ? kept : [kept as Named];
}

/** Items as their owner keeps them: one, a list in its order, or a list by name. */
export function inList(
  { isSingle, keepsOrder }: AnyKind,
  items: readonly Named[],
): Named | readonly Named[] | undefined {
  if (isSingle) return items[0];
  return keepsOrder ? items : items.toSorted(byName);
}

/** An owner with other items of a kind. */
export function withItems<Owner extends object>(owner: Owner, kind: AnyKind, items: readonly Named[]): Owner {
  return { ...owner, [kind.list]: kind.isSingle ? items[0] : items };
}

/** A change of one operation. */
export function change(operation: Operation, question?: Question): Change {
  if (question === undefined) return { operations: [operation] };
  return { operations: [operation], question };
}

/** An object without the keys whose value is `undefined`, since absent means default. */
export function compact<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return dropUndefined(value) as T;
}

/** For revisions by hand, if not all databases have the object. */
export interface IfExists {
  /** Nothing happens if it does not exist. */
  readonly ifExists?: true;
}

/** For revisions by hand, if some databases have the object already. */
export interface IfNotExists {
  /** Nothing happens if the name exists, even if the object has another definition. */
  readonly ifNotExists?: true;
}

/** The clause of SQL for {@link IfExists}. */
export function ifExistsSql({ ifExists }: IfExists): string {
  if (!ifExists) return "";
  return "IF EXISTS ";
}

/** The clause of SQL for {@link IfNotExists}. */
export function ifNotExistsSql({ ifNotExists }: IfNotExists): string {
  if (!ifNotExists) return "";
  return "IF NOT EXISTS ";
}

/** The arguments, followed by the options if there are any. */
export function withOptions(args: readonly unknown[], options: object): readonly unknown[] {
  if (Object.keys(options).length === 0) return args;
  return [...args, options];
}

/** When a constraint is checked, from `condeferrable` and `condeferred` of the catalog. */
export function deferrable(isDeferrable: boolean, isDeferred: boolean): Deferrable | undefined {
  if (!isDeferrable) return undefined;
  return isDeferred ? "INITIALLY DEFERRED" : "INITIALLY IMMEDIATE";
}

/** The clause of SQL for {@link deferrable}. */
export function deferrableSql(when: Deferrable | undefined): string {
  if (when === undefined) return "";
  return ` DEFERRABLE ${when}`;
}

/** The order of lists: by code unit, so that it is the same on every machine. */
export function byName(a: Named, b: Named): number {
  return byCodeUnit(a.name, b.name);
}

/** The lines of an item in the text diff. */
export function describeItem(kind: AnyKind, item: Named, owner: Schema | Table): readonly string[] {
  if (kind.describe !== undefined) return kind.describe(item, owner);
  return collect(kind.clause?.(item));
}

/** A comment in the text diff. */
export function describeComment(comment: string | undefined): readonly string[] {
  if (comment === undefined) return [];
  return comment.split("\n").map((line) => `  -- ${line}`);
}

/** Whether two items are the same in all but their names. */
export function isSame(kind: AnyKind, a: Named, b: Named): boolean {
  const form = (item: Named) => kind.canonical?.(item) ?? item;
  return isDeepStrictEqual({ ...form(a), name: b.name }, form(b));
}
