import type { TextRows } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { keyOfIndex, keyOfItem, keyOfObject } from "../kinds/item-keys.ts";
import { OWN_NOT_NULL } from "../kinds/kept-facts.ts";
import { fillMarks } from "../kinds/marks.ts";
import { readRows, requiredText } from "../result-rows.ts";
import type { ByItemKey, Fact, ItemFacts } from "../schema/dependencies.ts";
import { DEFINITION, factQueries } from "./facts-sql.ts";

/** A fact as the catalog has it. */
export interface CatalogFact extends Fact {
  /** Its place among the facts of its object. */
  readonly at: number;
  /** What it is about, see `FactOwner`. */
  readonly of: string;
  /** The oid of the object, or of its table. */
  readonly oid: string;
  /** The name of a part of a table; of a type, its schema and name as JSON. */
  readonly name: string;
}

/** What `factsSql` selects. */
const FACT = { of: requiredText, oid: requiredText, name: requiredText, at: requiredText, statement: requiredText };

/** Reads the rows of `factsSql`, in the order in which facts are given back. */
export function readFacts(rows: TextRows, version: number): readonly CatalogFact[] {
  const queries = factQueries(version);
  const facts = readRows(FACT, rows).map((row) => {
    const at = Number(row.at);
    const query = queries[at];
    if (query === undefined) throw new Error(`There is no fact ${row.at}.`);
    const { what, bySuperuser } = query;
    return { ...row, at, what, ...dropUndefined({ bySuperuser }) };
  });
  return facts.sort((a, b) => a.at - b.at);
}

/** Facts about an object as a whole, and not about a part of a table. */
const WHOLE = ["relation", "type", "constraint of a domain", "cast", "function", "pg_operator", "pg_opclass", "schema"];

/**
 * Facts by what they are about: `trigger 16400 touch`, or `relation 16400` with those of its columns. Definitions are
 * left out.
 */
export function factsByObject(facts: readonly CatalogFact[]): ReadonlyMap<string, readonly CatalogFact[]> {
  const found = new Map<string, CatalogFact[]>();
  const add = (key: string, fact: CatalogFact) => found.set(key, [...(found.get(key) ?? []), fact]);
  for (const fact of facts) {
    const { of, oid, name, what } = fact;
    if (what === DEFINITION) continue;
    if (of === "constraint of a domain") add(`type ${oid}`, fact);
    else add(WHOLE.includes(of) ? `${of} ${oid}` : `${of} ${oid} ${name}`, fact);
    if (of === "column") add(`relation ${oid}`, withColumn(fact));
  }
  return found;
}

/** The columns of a view are no items of their own. */
function withColumn(fact: CatalogFact): CatalogFact & { readonly column: string } {
  return { ...fact, column: fact.name, statement: fillMarks(fact.statement, { column: fact.name }) };
}

/** A table or view that facts are about. */
export interface FactRelation {
  readonly name: string;
  readonly relkind: string;
  /** Models can declare the comments and NOT NULL of its columns. */
  readonly isCompared: boolean;
}

/** What the objects of facts are called. */
export interface FactScope {
  /** The tables and views of our schemas, by oid. */
  readonly relations: ReadonlyMap<string, FactRelation>;
  /** A name as `Schema` writes it, from its schema and bare name. */
  readonly qualify: (schema: string, name: string) => string;
}

/** What is needed to find the item of a fact. */
export interface ItemScope extends FactScope {
  /** The key of a constraint or index, see `keyOfItem`. */
  readonly findPart: (table: string, name: string) => string | undefined;
}

/**
 * The facts of declared items.
 * @param facts all facts
 * @param definitions the definitions of indexes, by the keys of their items
 * @param scope see {@link ItemScope}
 */
export function factsByItemKey(
  facts: readonly CatalogFact[],
  definitions: ReadonlyMap<string, string>,
  scope: ItemScope,
): ByItemKey<ItemFacts> {
  const found = new Map<string, { definition?: string; facts: Fact[] }>();
  const itemAt = (key: string) => {
    const item = found.get(key) ?? { facts: [] };
    found.set(key, item);
    return item;
  };
  for (const [key, definition] of definitions) itemAt(key).definition = definition;
  for (const fact of facts) {
    const known = readFact(fact, scope);
    if (known === undefined) continue;
    const item = itemAt(known.key);
    if (fact.what === DEFINITION) item.definition = fact.statement;
    else {
      const { key: _, ...fields } = known;
      item.facts.push({ what: fact.what, ...fields, ...(fact.bySuperuser && { bySuperuser: true }) });
    }
  }
  return found;
}

interface FactOfItem {
  readonly key: string;
  readonly statement: string;
  readonly column?: string;
}

function readFact(fact: CatalogFact, scope: ItemScope): FactOfItem | undefined {
  const { of, oid, name, statement } = fact;
  if (of === "type") {
    const [schema, type] = JSON.parse(name) as readonly [string, string];
    return { key: keyOfObject("type", scope.qualify(schema, type)), statement };
  }
  if (of === "schema") return { key: keyOfObject("schema", name), statement };
  const relation = scope.relations.get(oid);
  if (relation === undefined) return undefined;
  return ["v", "m"].includes(relation.relkind)
    ? readFactOfView(fact, relation.name, scope)
    : readFactOfTable(fact, relation, scope);
}

function readFactOfView(fact: CatalogFact, view: string, scope: ItemScope): FactOfItem | undefined {
  if (fact.of === "relation") return { key: keyOfObject("view", view), statement: fact.statement };
  if (fact.of !== "column") return readFactOfPart(fact, view, scope);
  const { column, statement } = withColumn(fact);
  return { key: keyOfObject("view", view), column, statement };
}

function readFactOfTable(
  fact: CatalogFact,
  { name: table, isCompared }: FactRelation,
  scope: ItemScope,
): FactOfItem | undefined {
  const { of, name, what, statement } = fact;
  if (of === "column" && isCompared && DECLARED.includes(what)) return undefined;
  if (of === "relation") return { key: keyOfItem("tables", table), statement };
  if (of === "column") return { key: keyOfItem("columns", name, table), statement };
  return readFactOfPart(fact, table, scope);
}

/** What models declare of their own columns. */
const DECLARED: readonly string[] = ["comment", OWN_NOT_NULL];

function readFactOfPart({ of, name, statement }: CatalogFact, owner: string, scope: ItemScope): FactOfItem | undefined {
  if (of === "sequence of a column") return { key: keyOfItem("columns", name, owner), statement };
  if (of !== "index" && of !== "constraint") return undefined;
  const key = scope.findPart(owner, name) ?? (of === "index" ? keyOfIndex(name, owner) : undefined);
  if (key === undefined) return undefined;
  return { key, statement };
}
