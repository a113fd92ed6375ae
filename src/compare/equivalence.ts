import type { Database } from "../database.ts";
import { type Equivalents, spellingKey } from "../diff/equivalents.ts";
import { tableKinds } from "../kinds/all.ts";
import { storedType } from "../kinds/column-types.ts";
import { type AnyKind, type Expression, itemsOf } from "../kinds/kind.ts";
import { views } from "../kinds/views.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Column, Named, Schema, Table, View } from "../schema/schema.ts";
import { type ComparedText, keyOf, type RowColumn } from "./asked.ts";
import { canonical, type ServerAnswers, type Unplanned, type Unreadable } from "./canonical.ts";
import { planTexts } from "./planner.ts";
import { probing, readable } from "./probe.ts";
import { mayMention, reachOf, readUntrusted } from "./untrusted.ts";

/** What is the same on both sides, in both directions. */
export interface Spellings {
  readonly forward: Equivalents;
  readonly backward: Equivalents;
  readonly unreadable: readonly Unreadable[];
  readonly unplanned: readonly Unplanned[];
}

/**
 * Finds out which SQL texts are the same, see {@link canonical}, so that a comparison of data is enough afterwards. Where
 * it is not known whether two texts of one object are the same, they count as the same.
 *
 * @param db the connection
 * @param server where it stands
 * @param before the one side, in its own names
 * @param renamed the same in the names of the other side
 * @param after the other side
 * @param known types of new columns that the database has
 */
export async function spell(
  db: Database,
  server: ServerInfo,
  before: Schema,
  renamed: Schema,
  after: Schema,
  known: ReadonlySet<string>,
): Promise<Spellings> {
  const wanted = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const asked = new Map<string, ComparedText>();
  const ask = (one: ComparedText) => {
    const key = keyOf(one);
    if (!asked.has(key)) asked.set(key, one);
    return key;
  };
  const ofTables = (renamed.tables ?? []).flatMap((table, at) => {
    const other = wanted.get(table.name);
    return other === undefined ? [] : questionsOf({ table, other, own: before.tables![at]! }, ask, known);
  });
  const candidates = [...ofTables, ...viewQuestions(before, after, ask)];
  const pairs = candidates.flatMap(({ mine, theirs }) => theirs.map((one) => [mine.asked, one.asked] as const));
  const { same, unreadable, unplanned } = await canonical(db, server, asked, pairs);
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  for (const { list, key, mine, theirs } of candidates) {
    const match = matchOf(mine, theirs, same);
    if (match === undefined) continue;
    forward.set(spellingKey(mine.table, list, mine.name, key, mine.text), match.text);
    backward.set(
      spellingKey(mine.ownTable, list, list === "columns" ? mine.ownName : match.name, key, match.text),
      mine.text,
    );
  }
  const ofModels = new Set(candidates.flatMap(({ theirs }) => theirs.map((one) => placeOf(asked.get(one.asked)))));
  return { forward, backward, unreadable: unreadable.filter((one) => ofModels.has(placeOf(one))), unplanned };
}

/** What the database has is valid; only not for the other type that the models give to its column. */
function placeOf(one: { readonly where: string; readonly text: string } | undefined): string {
  return `${one?.where}\0${one?.text}`;
}

function matchOf(
  mine: Candidate["mine"],
  theirs: Candidate["theirs"],
  same: ServerAnswers["same"],
): Candidate["theirs"][number] | undefined {
  const sure = theirs.find((one) => same(mine.asked, one.asked) === true);
  return sure ?? theirs.find((one) => one.name === mine.name && same(mine.asked, one.asked) === undefined);
}

/**
 * Spells types as PostgreSQL does: `varchar(20) array` is `character varying(20)[]`.
 * @param db the connection
 * @param server where it stands
 * @param types the texts
 * @returns the spelling of each text that PostgreSQL knows
 */
export async function spellTypes(
  db: Database,
  server: ServerInfo,
  types: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (types.length === 0) return new Map();
  const untrusted = await readUntrusted(db);
  const asked = types.map(
    (type) =>
      ({ type, sql: `NULL::${storedType(type)}`, columns: [], how: "expression", where: type, text: type }) as const,
  );
  const isRead = ({ type }: { readonly type: string }) => reachOf(untrusted, type) !== "unread";
  return await probing(db, server, "READ ONLY", async () => {
    const forms = await planTexts(db, asked.filter(isRead));
    const spelt = new Map<string, string>();
    for (const one of asked) {
      const form = isRead(one) ? forms.get(one)! : await lookUpType(db, one.type);
      const answer = "answer" in form ? form.answer : undefined;
      if (answer?.startsWith("NULL::"))
        spelt.set(one.type, storedType(one.type) === one.type ? answer.slice("NULL::".length) : one.type);
    }
    return spelt;
  });
}

/** The name alone: numbers in parentheses are read by a function of the type. */
async function lookUpType(db: Database, type: string): Promise<{ answer: string } | { message: string }> {
  const [, name = type, numbers = ""] = /^(.*?)(\(.*\))?$/s.exec(type) ?? [];
  return await readable(db, async () => {
    const sql = "SELECT pg_catalog.format_type(pg_catalog.to_regtype($1)::pg_catalog.oid, NULL) AS type";
    const [row] = await db.query<{ type: string | null }>(sql, [name.replace(/ array$/i, "[]")]);
    return row?.type == null ? "" : `NULL::${row.type}${numbers}`;
  });
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

type Ask = (one: ComparedText) => string;

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
function askedOfView({ as, text }: Expression, { name: where, expression }: View): ComparedText {
  if (as === "view") return { sql: text, columns: [], how: "view", where, text };
  return {
    sql: `(${text}\n)::boolean`,
    columns: [],
    how: { from: ` FROM (${expression.replace(/;\s*$/, "")}\n) t` },
    where,
    text,
  };
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

/** The line break ends a comment at the end of the text. */
function askedOf(expression: Expression, pair: TablePair, where: string, type: string | undefined): ComparedText {
  const { as, text, key } = expression;
  if (as === "exclusion") return { sql: text, columns: columnsOf(pair), how: "exclusion", where, text };
  const cast = typeof as === "string" ? "boolean" : storedType(type ?? as.type);
  const columns = key === "default" ? [] : columnsOf(pair).filter(({ name }) => mayMention(text, name));
  return { sql: `(${text}\n)::${cast}`, columns, how: "expression", where, text };
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

function columnsOf({ table, renamed }: TablePair): readonly RowColumn[] {
  return table.columns.flatMap(({ name, type }, at) =>
    type === "" ? [] : [{ name, as: renamed.columns[at]!.name, type: storedType(type) }],
  );
}
