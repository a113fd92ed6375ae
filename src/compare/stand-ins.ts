import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { storedType } from "../kinds/column-types.ts";
import { WITHOUT_ROWS, withoutArguments } from "../kinds/dependents.ts";
import { readReferences } from "../kinds/query-references.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Dependent } from "../schema/dependencies.ts";
import type { Column, Named, Schema, Table, View } from "../schema/schema.ts";
import { bareName, id, idList, literal, parseName, path, qualifiedName } from "../sql.ts";
import { nameOfToken, type Token, tokenize, trimQuery } from "../tokens.ts";
import { columnTrial, defaultTrial } from "./column-trials.ts";

/**
 * The names of what temporary objects stand in for. PostgreSQL looks for a name among temporary tables, views and types first.
 */
export interface StandIns {
  readonly types: ReadonlySet<string>;
  readonly relations: ReadonlySet<string>;
  /** Functions that are created again, as dependents name them. */
  readonly functions: ReadonlySet<string>;
  /** Materialized views that are created again, as temporary tables: these can have indexes. */
  readonly held: ReadonlySet<string>;
  /** Those of another schema whose bare name something else has: a temporary object has their whole name as its name. */
  readonly apart: ReadonlySet<string>;
}

/**
 * Chooses what temporary objects have to stand in for: enum types that change, and the tables and views that dependents use or
 * belong to, as far as both sides have them under one name.
 * @param live the live schema
 * @param models what it becomes
 * @param dependents the dependents
 * @param changed views to which other things belong
 */
export function chooseStandIns(
  live: Schema,
  models: Schema,
  dependents: readonly Dependent[],
  changed: readonly string[] = [],
): StandIns {
  const { enums = [], tables = [], views = [] } = models;
  const [liveEnums, liveTables, liveViews] = [
    indexByName(live.enums),
    indexByName(live.tables),
    indexByName(live.views),
  ];
  const isAlone = aloneFinder([live, models]);
  const types = enums.filter((one) => !isDeepStrictEqual(liveEnums.get(one.name), one));
  const relations = [...tables, ...views];
  const used = listUsedRelations(dependents, relations, views, changed);
  const isThere = ({ name }: Named) => liveTables.has(name) || liveViews.has(name);
  return {
    types: new Set(types.map(({ name }) => name)),
    relations: new Set(relations.filter((one) => used.has(one.name) && isThere(one)).map(({ name }) => name)),
    functions: new Set(dependents.filter(({ kind }) => kind === "function").map(({ name }) => name)),
    held: new Set(dependents.filter((one) => one.kind === HELD && isOwn(one)).map(({ name }) => name)),
    apart: new Set([...enums, ...relations].filter((one) => !isAlone(one)).map(({ name }) => name)),
  };
}

/** Says whether something is in the schema of the connection, or nothing else has its name in another schema. */
function aloneFinder(schemas: readonly Schema[]): (item: Named) => boolean {
  const names = new Set(
    schemas.flatMap(({ enums = [], tables = [], views = [] }) =>
      [...enums, ...tables, ...views].map(({ name }) => name),
    ),
  );
  const others = groupBy(names, bareName);
  return (item) => isOwn(item) || others.get(bareName(item.name))?.length === 1;
}

/** The tables and views that dependents use or belong to, and those that these views read. */
function listUsedRelations(
  dependents: readonly Dependent[],
  relations: readonly Named[],
  views: readonly View[],
  changed: readonly string[],
): ReadonlySet<string> {
  const used = new Set([
    ...changed,
    ...dependents.flatMap(({ table, uses }) => [
      ...collect(table),
      ...uses.flatMap((use) => collect("relation" in use && use.relation)),
    ]),
  ]);
  const find = relationFinder(relations);
  for (const { name, expression } of views.toReversed())
    if (used.has(name)) for (const one of find(readReferences(expression).relations)) used.add(one.name);
  return used;
}

/** Whether it is in the schema of the connection. */
function isOwn({ name }: Named): boolean {
  return parseName(name).schema === undefined;
}

/**
 * The statements that create the temporary objects as one side has them.
 * @param standIns see {@link chooseStandIns}
 * @param schema the side
 */
export function createStandIns(standIns: StandIns, { enums = [], tables = [], views = [] }: Schema): readonly string[] {
  const { types, relations, apart } = standIns;
  const temporaryId = (name: string) => id(apart.has(name) ? name : bareName(name));
  const statements = [
    ...enums
      .filter(({ name }) => types.has(name))
      .map(
        ({ name, values }) => `CREATE TYPE pg_temp.${temporaryId(name)} AS ENUM (${values.map(literal).join(", ")})`,
      ),
    ...tables.filter(({ name }) => relations.has(name)).map((table) => createTable(table, temporaryId(table.name))),
    ...views
      .filter(({ name }) => relations.has(name))
      .map(({ name, materialized, expression }) =>
        (materialized ? holdRows : plainView)(temporaryId(name), trimQuery(expression)),
      ),
  ];
  return statements.map((statement) => withoutSchemas(statement, standIns));
}

function plainView(name: string, query: string): string {
  return `CREATE TEMPORARY VIEW ${name} AS ${query}`;
}

/** No materialized view can be temporary. */
function holdRows(name: string, query: string): string {
  return `CREATE TEMPORARY TABLE ${name} AS ${query} WITH NO DATA`;
}

const HELD = "materialized view";

/** A table with its keys: a view may group by one, and a rule may name one. */
function createTable({ columns, primaryKey, uniques = [] }: Table, name: string): string {
  const parts = [
    ...columns.map(columnOf),
    ...collect(primaryKey !== undefined && `PRIMARY KEY ${idList(primaryKey.columns)}`),
    ...uniques.map((unique) => `UNIQUE ${idList(unique.columns)}`),
  ];
  return `CREATE TEMPORARY TABLE ${name} (${parts.join(", ")})`;
}

/** A virtual column has fewer properties than other columns, with any expression. */
function columnOf({ name, type, collation, generatedType }: Column): string {
  const parts = [id(name), storedType(type), ...collect(collation !== undefined && `COLLATE ${path(collation)}`)];
  return [...parts, ...collect(generatedType === "VIRTUAL" && "GENERATED ALWAYS AS (NULL) VIRTUAL")].join(" ");
}

/** Makes the statement that creates a dependent over temporary objects; undefined where that cannot be. */
type Rewrite = (create: string, dependent: Dependent, standIns: StandIns) => string | undefined;

const ofTable: Rewrite = (create, { table = "" }, { relations, held }) =>
  relations.has(table) || held.has(table) ? create : undefined;

/** One of another schema gets a name that hides nothing. */
const asView: Rewrite = (create, { kind, name }, { held }) => {
  const tokens = tokenize(create).map(({ text }) => text);
  const rest = tokens.slice(tokens.indexOf("AS") + 1).join("");
  const query = rest.endsWith(WITHOUT_ROWS) ? rest.slice(0, -WITHOUT_ROWS.length) : rest;
  const isHeld = kind === HELD && held.has(name);
  return (isHeld ? holdRows : plainView)(id(isOwn({ name }) ? bareName(name) : name), query);
};

const CREATES = /^(CREATE (?:OR REPLACE )?[A-Z]+ )((?:"(?:[^"]|"")+"|[^\s."(]+)\.)?("(?:[^"]|"")+"|[^\s."(]+)/;

/** Puts what the statement creates among the temporary objects. */
const amongTemporary =
  (nameOther: (schema: string, name: string) => string): Rewrite =>
  (create) => {
    const [begin, words, schema, name] = CREATES.exec(create) ?? [];
    if (begin === undefined || words === undefined || name === undefined) return undefined;
    const own = schema === undefined ? name : nameOther(schema, name);
    return `${words}pg_temp.${own}${create.slice(begin.length)}`;
  };

/** One of another schema gets a name that hides nothing. */
const asTemporary = amongTemporary((schema, name) => id(`${schema}${name}`));

/** A temporary function hides nothing, and its body may call its arguments by its name: `f.a`. */
const asFunction = amongTemporary((_, name) => name);

const asStatistics: Rewrite = (create, dependent, standIns) =>
  ofTable(create, dependent, standIns) && asTemporary(create, dependent, standIns);

const REWRITES: Readonly<Record<string, Rewrite>> = {
  view: asView,
  "materialized view": asView,
  rule: ofTable,
  policy: ofTable,
  trigger: ofTable,
  index: ofTable,
  statistics: asStatistics,
  domain: asTemporary,
  "composite type": asTemporary,
  "range type": asTemporary,
  function: asFunction,
  cast: (create) => create,
};

/**
 * The statements that create a dependent over temporary objects, and give the columns of a view their defaults; none where
 * that cannot be. They never name a table or view that is not temporary as the one to which the dependent belongs.
 * @param dependent the dependent
 * @param standIns see {@link chooseStandIns}
 * @param schema the schema of the connection, whose name is taken out of the statements
 */
export function trialStatements(dependent: Dependent, standIns: StandIns, schema: string): readonly string[] {
  const { kind, name, uses, create } = dependent;
  const [first, ...rest] = create;
  if (first === undefined) return [];
  if (kind === "column" || kind === "default") return columnTrial(dependent, first);
  const called = uses.flatMap((use) =>
    collect("function" in use && standIns.functions.has(use.function) && use.function),
  );
  const statement = REWRITES[kind]?.(withoutSchemas(first, standIns, schema), dependent, standIns);
  if (statement === undefined) return [];
  const defaults = kind === "view" && isOwn({ name }) ? rest.flatMap((one) => collect(defaultTrial(one))) : [];
  return [statement, ...defaults].map((one) => callTemporary(one, new Set(called.map(withoutArguments))));
}

/**
 * PostgreSQL looks for functions among temporary objects only where their schema is named.
 * @param functions their names, as dependents have them
 */
function callTemporary(statement: string, functions: ReadonlySet<string>): string {
  const tokens = tokenize(statement);
  const isCalled = (at: number, schema?: string) => {
    const name = nameOfToken(tokens[at]);
    return name !== undefined && tokens[at + 1]?.text === "(" && functions.has(qualifiedName(name, schema));
  };
  return tokens
    .map(({ text }, at) => {
      if (isDot(tokens, at - 1)) return text;
      if (isDot(tokens, at + 1)) return isCalled(at + 2, nameOfToken(tokens[at])) ? "pg_temp" : text;
      return isCalled(at) ? `pg_temp.${text}` : text;
    })
    .join("");
}

/**
 * A statement in which what temporary objects stand in for has their names, without a schema.
 * @param statement the statement
 * @param standIns see {@link chooseStandIns}
 * @param own the schema of the connection: nothing has it before its name
 */
function withoutSchemas(statement: string, { types, relations, apart }: StandIns, own?: string): string {
  const tokens = tokenize(statement);
  const isStoodInFor = (name: string) => types.has(name) || relations.has(name);
  const wholeName = (at: number) => {
    const schema = nameOfToken(tokens[at]);
    if (schema === undefined || !isDot(tokens, at + 1) || isDot(tokens, at - 1)) return undefined;
    const name = qualifiedName(nameOfToken(tokens[at + 2]) ?? "", schema);
    return schema === own || isStoodInFor(name) ? name : undefined;
  };
  const nameOf = (at: number, text: string) => {
    const name = wholeName(at);
    return name !== undefined && apart.has(name) ? id(name) : text;
  };
  return tokens
    .flatMap(({ text }, at) => {
      const isOut = wholeName(at) !== undefined || wholeName(at - 1) !== undefined;
      return collect(!isOut && nameOf(at - 2, text));
    })
    .join("");
}

function isDot(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.text === ".";
}
