import { FACT_SOURCES, type FactNames, type FactQuery } from "./fact-query.ts";
import { extension, INDEX_FACTS, PART_FACTS, SCHEMA_FACTS } from "./part-facts.ts";
import { COLUMN_FACTS, HEIR_FACTS, RELATION_FACTS, SEQUENCE_FACTS } from "./relation-facts.ts";

/** Everything that an object may have besides its definition, in the order in which it is given back. */
export const FACTS: readonly FactQuery[] = [
  ...RELATION_FACTS,
  extension("relation", "pg_class", "c.oid", ({ relation }) => `format('MATERIALIZED VIEW %s', ${relation("c.oid")})`),
  ...COLUMN_FACTS,
  ...HEIR_FACTS,
  ...SEQUENCE_FACTS,
  ...INDEX_FACTS,
  ...PART_FACTS,
  ...SCHEMA_FACTS,
];

/**
 * The query of one fact.
 * @param fact one of {@link FACTS}
 * @param names how its statement names objects
 * @param columns what is selected, over the aliases of {@link FACT_SOURCES}
 * @param filter which objects are looked at
 */
export function factSql(fact: FactQuery, names: FactNames, columns: readonly string[], filter: string): string {
  const { of, from = "", where, statement, isList } = fact;
  const selected = isList ? `unnest(${statement(names)})` : statement(names);
  return `SELECT ${[...columns, selected].join(", ")} FROM ${FACT_SOURCES[of]} ${from} WHERE (${filter}) AND (${where})`;
}
