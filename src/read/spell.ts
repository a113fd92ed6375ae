import type { Database } from "../database.ts";
import { tableKinds } from "../kinds/all.ts";
import { storedType } from "../kinds/column-types.ts";
import { type AnyKind, type Expression, itemsOf } from "../kinds/kind.ts";
import { views } from "../kinds/views.ts";
import type { Column, Named, Schema, Table, View } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { type Asked, canonical, keyOf, type Unreadable } from "./canonical.ts";
import type { Place } from "./catalog.ts";
import { type Spelling, spellingKey } from "./spelling.ts";

/** What is the same on both sides, in both directions. */
export interface Spellings {
  readonly forward: Spelling;
  readonly backward: Spelling;
  readonly unreadable: readonly Unreadable[];
}

/**
 * Finds out which SQL texts are the same: PostgreSQL's planner is asked for its canonical form of both
 * (`EXPLAIN VERBOSE` in a read-only transaction: nothing is evaluated, nothing is created), so that a comparison of
 * data is enough afterwards.
 *
 * @param db the connection
 * @param place where it stands
 * @param before the one side, in its own names
 * @param renamed the same in the names of the other side
 * @param after the other side
 * @param known types of new columns that the database has
 */
export async function spell(
  db: Database,
  place: Place,
  before: Schema,
  renamed: Schema,
  after: Schema,
  known: ReadonlySet<string>,
): Promise<Spellings> {
  const wanted = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const asked = new Map<string, Asked>();
  const ask = (one: Asked) => {
    const key = keyOf(one);
    if (!asked.has(key)) asked.set(key, one);
    return key;
  };
  const candidates = (renamed.tables ?? []).flatMap((table, at) => {
    const other = wanted.get(table.name);
    return other === undefined ? [] : questionsOf({ table, other, own: before.tables![at]! }, ask, known);
  });
  const ofViews = viewQuestions(before, after, ask);
  const { answers, unreadable } = await canonical(db, place, asked);
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  for (const { list, key, mine, theirs } of [...candidates, ...ofViews]) {
    const answer = answers.get(mine.asked);
    const match = answer === undefined ? undefined : theirs.find((one) => answers.get(one.asked) === answer);
    if (match === undefined) continue;
    forward.set(spellingKey(mine.table, list, mine.name, key, mine.text), match.text);
    backward.set(
      spellingKey(mine.ownTable, list, list === "columns" ? mine.ownName : match.name, key, match.text),
      mine.text,
    );
  }
  return { forward, backward, unreadable };
}

/**
 * Spells types as PostgreSQL does: `varchar(20) array` is `character varying(20)[]`.
 * @param db the connection
 * @param place where it stands
 * @param types the texts
 * @returns the spelling of each text that PostgreSQL knows
 */
export async function spellTypes(
  db: Database,
  place: Place,
  types: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = new Map(
    types.map((type) => [type, { sql: `NULL::${storedType(type)}`, from: "", where: type, text: type }]),
  );
  const { answers } = await canonical(db, place, new Map([...asked.values()].map((one) => [keyOf(one), one])));
  const spelt = new Map<string, string>();
  for (const [type, one] of asked) {
    const answer = answers.get(keyOf(one));
    if (answer?.startsWith("NULL::")) spelt.set(type, storedType(type) === type ? answer.slice("NULL::".length) : type);
  }
  return spelt;
}

interface Pair {
  readonly table: Table;
  readonly other: Table;
  readonly own: Table;
}

/** An expression of the one side that may be the same as one of several of the other. */
interface Candidate {
  readonly list: string;
  readonly key: string;
  readonly mine: {
    readonly table: string;
    readonly ownTable: string;
    readonly name: string;
    readonly ownName: string;
    readonly asked: string;
    readonly text: string;
  };
  readonly theirs: readonly { readonly name: string; readonly asked: string; readonly text: string }[];
}

function questionsOf({ table, other, own }: Pair, ask: Ask, known: ReadonlySet<string>): readonly Candidate[] {
  const types = new Map(table.columns.map(({ name }, at) => [name, own.columns[at]!.type]));
  const typed = withTypes(other, types, known);
  const sides = { mine: { table: own, renamed: table }, theirs: { table: typed, renamed: typed } };
  return tableKinds.flatMap((kind) => {
    if (kind.expressions === undefined) return [];
    const [mine, theirs] = [itemsOf(table, kind.list), itemsOf(other, kind.list)];
    const named = new Map(theirs.map((item) => [item.name, item]));
    const names = new Set(mine.map(({ name }) => name));
    const unmatched = kind.list === "columns" ? [] : theirs.filter(({ name }) => !names.has(name));
    return mine.flatMap((item, at) => {
      const same = named.get(item.name);
      const type = kind.list === "columns" && same ? typeOf(item as Column, same as Column, types, known) : undefined;
      return candidatesOf(
        kind,
        item,
        same === undefined ? unmatched : [same],
        (one, side) => ask(askedOf(one, sides[side], `${table.name}.${item.name}`, type)),
        { table: table.name, ownTable: own.name, ownName: itemsOf(own, kind.list)[at]!.name },
      );
    });
  });
}

type Ask = (one: Asked) => string;

/** The texts of views on both sides. */
function viewQuestions(before: Schema, after: Schema, ask: Ask): readonly Candidate[] {
  const wanted = new Map((after.views ?? []).map((view) => [view.name, view]));
  return (before.views ?? []).flatMap((view): readonly Candidate[] => {
    const other = wanted.get(view.name);
    if (other === undefined) return [];
    const where = { table: "", ownTable: "", ownName: view.name };
    return candidatesOf(
      views,
      view,
      [other],
      (one, side) => ask(askedOfView(one, side === "mine" ? view : other)),
      where,
    );
  });
}

/** A view is read whole, the predicate of an index over the rows of its view. */
function askedOfView({ as, text }: Expression, { name: where, expression }: View): Asked {
  if (as === "view") return { sql: text, from: "view", where, text, probe: printedView };
  return { sql: `(${text})::boolean`, from: ` FROM (SELECT * FROM (${expression}) v OFFSET 0) t`, where, text };
}

/** How PostgreSQL prints a view, from a temporary one that is rolled back. */
function printedView({ sql }: Asked): readonly string[] {
  return [
    `CREATE TEMPORARY VIEW remodel_probe AS ${sql}`,
    "SELECT pg_catalog.pg_get_viewdef('pg_temp.remodel_probe'::regclass)",
  ];
}

/** The type under which both texts of a column are read: the one it gets, if the database has it already. */
function typeOf(mine: Column, theirs: Column, types: ReadonlyMap<string, string>, known: ReadonlySet<string>): string {
  const wanted = mine.type !== theirs.type && known.has(theirs.type);
  return wanted ? theirs.type : (types.get(mine.name) ?? mine.type);
}

function candidatesOf(
  kind: AnyKind,
  item: Named,
  counterparts: readonly Named[],
  ask: (expression: Expression, side: "mine" | "theirs") => string,
  where: { readonly table: string; readonly ownTable: string; readonly ownName: string },
): readonly Candidate[] {
  return (kind.expressions!(item) as readonly Expression[]).flatMap((expression): Candidate[] => {
    const theirs = counterparts.flatMap((one) =>
      (kind.expressions!(one) as readonly Expression[])
        .filter(({ key, text }) => key === expression.key && text !== expression.text)
        .map((theirs) => ({ name: one.name, text: theirs.text, expression: theirs })),
    );
    if (theirs.length === 0) return [];
    return [
      {
        list: kind.list,
        key: expression.key,
        mine: { ...where, name: item.name, text: expression.text, asked: ask(expression, "mine") },
        theirs: theirs.map(({ name, text, expression }) => ({ name, text, asked: ask(expression, "theirs") })),
      },
    ];
  });
}

function askedOf(expression: Expression, pair: TablePair, where: string, type: string | undefined): Asked {
  const { as, text, key } = expression;
  if (as === "exclusion")
    return { sql: text, from: JSON.stringify(probeColumns(pair)), where, text, probe: printedExclusion(pair) };
  const cast = typeof as === "string" ? "boolean" : storedType(type ?? as.type);
  return { sql: `(${text})::${cast}`, from: key === "default" ? "" : relationOf(pair, text), where, text };
}

/**
 * A relation without rows that has the table's columns. `OFFSET 0` keeps the planner from folding the NULLs in; the
 * outer names are gone from what it prints, so that a renamed column makes no difference. Columns that the text cannot
 * mean are left out, so that like tables ask the same question, which is put once.
 */
function relationOf(pair: TablePair, text: string): string {
  const usable = probeColumns(pair).filter(({ name }) => mayMention(text, name));
  if (usable.length === 0) return "";
  const inner = usable.map(({ as, type }) => `NULL::${type} AS ${id(as)}`).sort();
  const outer = usable.map(({ name, as }) => `${id(as)} AS ${id(name)}`);
  return ` FROM (SELECT ${outer.join(", ")} FROM (SELECT ${inner.join(", ")} OFFSET 0) k) t`;
}

/** Whether a text can name a column: in any case, in quotes or not; the escapes of `U&"…"` can spell every name. */
function mayMention(text: string, name: string): boolean {
  const quoted = name.replaceAll('"', '""');
  return /\bu&"/i.test(text) || text.toLowerCase().includes(quoted.toLowerCase());
}

/** The table with the types its columns have in the database, and without a type where the database does not know it. */
function withTypes(table: Table, types: ReadonlyMap<string, string>, known: ReadonlySet<string>): Table {
  const columns = table.columns.map((column) => ({
    ...column,
    type: types.get(column.name) ?? (known.has(column.type) ? column.type : ""),
  }));
  return { ...table, columns };
}

/** A table of one side. */
interface TablePair {
  readonly table: Table;
  /** The same with the names of the other side. */
  readonly renamed: Table;
}

function probeColumns({ table, renamed }: TablePair): readonly { name: string; as: string; type: string }[] {
  return table.columns.flatMap(({ name, type }, at) =>
    type === "" ? [] : [{ name, as: renamed.columns[at]!.name, type: storedType(type) }],
  );
}

/** How PostgreSQL prints an exclusion constraint, from a temporary table. */
function printedExclusion({ table, renamed }: TablePair): (one: Asked) => readonly string[] {
  const columns = probeColumns({ table, renamed });
  return ({ sql }) => [
    `CREATE TEMPORARY TABLE remodel_probe (${columns.map(({ name, type }) => `${id(name)} ${type}`).join(", ")})`,
    `ALTER TABLE pg_temp.remodel_probe ADD CONSTRAINT probe EXCLUDE ${sql}`,
    ...columns
      .filter(({ name, as }) => name !== as)
      .map(({ name, as }) => `ALTER TABLE pg_temp.remodel_probe RENAME COLUMN ${id(name)} TO ${id(as)}`),
    "SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE conrelid = 'pg_temp.remodel_probe'::regclass AND contype = 'x'",
  ];
}
