import type { TextRows } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { fillMarks, placeOf, placeOfIndex } from "../kinds/places.ts";
import { readRows, requiredText } from "../result-rows.ts";
import type { ByPlace, Fact, ItemFacts } from "../schema/dependencies.ts";
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

/** What the objects of facts are called. */
export interface FactScope {
  /** The tables and views of our schemas, by oid. */
  readonly relations: ReadonlyMap<string, { readonly name: string; readonly relkind: string }>;
  /** A name as `Schema` writes it, from its schema and bare name. */
  readonly qualify: (schema: string, name: string) => string;
}

/** What is needed to find the place of a fact. */
export interface FactPlaces extends FactScope {
  /** The place of a constraint or index. */
  readonly partOf: (table: string, name: string) => string | undefined;
}

/**
 * The facts of declared items.
 * @param facts all facts
 * @param definitions the definitions of indexes, by place
 * @param places see {@link FactPlaces}
 */
export function factsByPlace(
  facts: readonly CatalogFact[],
  definitions: ReadonlyMap<string, string>,
  places: FactPlaces,
): ByPlace<ItemFacts> {
  const found = new Map<string, { definition?: string; facts: Fact[] }>();
  const itemAt = (place: string) => {
    const item = found.get(place) ?? { facts: [] };
    found.set(place, item);
    return item;
  };
  for (const [place, definition] of definitions) itemAt(place).definition = definition;
  for (const fact of facts) {
    const placed = placeFact(fact, places);
    if (placed === undefined) continue;
    const item = itemAt(placed.place);
    if (fact.what === DEFINITION) item.definition = fact.statement;
    else {
      const { place: _, ...fields } = placed;
      item.facts.push({ what: fact.what, ...fields, ...(fact.bySuperuser && { bySuperuser: true }) });
    }
  }
  return found;
}

interface Placed {
  readonly place: string;
  readonly statement: string;
  readonly column?: string;
}

function placeFact(fact: CatalogFact, places: FactPlaces): Placed | undefined {
  const { of, oid, name, statement } = fact;
  if (of === "type") {
    const [schema, type] = JSON.parse(name) as readonly [string, string];
    return { place: placeOf("enums", places.qualify(schema, type)), statement };
  }
  if (of === "schema") return { place: placeOf("schemas", name), statement };
  const relation = places.relations.get(oid);
  if (relation === undefined) return undefined;
  return ["v", "m"].includes(relation.relkind)
    ? placeFactOfView(fact, relation.name, places)
    : placeFactOfTable(fact, relation.name, places);
}

function placeFactOfView(fact: CatalogFact, view: string, places: FactPlaces): Placed | undefined {
  if (fact.of === "relation") return { place: placeOf("views", view), statement: fact.statement };
  if (fact.of !== "column") return placePart(fact, view, places);
  const { column, statement } = withColumn(fact);
  return { place: placeOf("views", view), column, statement };
}

function placeFactOfTable(fact: CatalogFact, table: string, places: FactPlaces): Placed | undefined {
  const { of, name, statement } = fact;
  if (of === "relation") return { place: placeOf("tables", table), statement };
  if (of === "column") return { place: placeOf("columns", name, table), statement };
  return placePart(fact, table, places);
}

function placePart({ of, name, statement }: CatalogFact, owner: string, places: FactPlaces): Placed | undefined {
  if (of === "sequence of a column") return { place: placeOf("columns", name, owner), statement };
  if (of !== "index" && of !== "constraint") return undefined;
  const place = places.partOf(owner, name) ?? (of === "index" ? placeOfIndex(name, owner) : undefined);
  if (place === undefined) return undefined;
  return { place, statement };
}
