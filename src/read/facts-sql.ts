import { groupBy } from "../group-by.ts";
import {
  FACT_SOURCES,
  type FactOwner,
  type FactQuery,
  type FactSign,
  MARKED_NAMES,
  SIGN_SOURCES,
} from "../kinds/fact-query.ts";
import { FACTS, factSql } from "../kinds/facts.ts";
import { FIRST_OID } from "../sql.ts";
import { type Affected, isAmong } from "./affected.ts";

/** How the objects of facts are distinguished, and which of them are looked at. */
interface Owner {
  readonly oid: string;
  readonly name: string;
  /** The catalog that has them. */
  readonly in: string;
  readonly where: (scope: FactsScope) => string;
}

/** What is looked at. */
export interface FactsScope {
  /** SQL for an array of the oids of the schemas. */
  readonly namespaces: string;
  /** `server_version_num` */
  readonly version: number;
  /** The objects that are looked at; left out, all of them. */
  readonly affected?: Affected;
}

const NO_NAME = "''";

/** Views of all schemas may use tables of ours. */
const ofRelations = ({ namespaces, affected }: FactsScope): string =>
  `c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND c.oid >= ${FIRST_OID} AND (c.relnamespace = ANY (${namespaces}) OR c.relkind IN ('v', 'm'))
      AND ${isAmong("c.oid", affected?.relations)}`;

/** Also those columns of partitions, foreign tables and tables of other schemas that go and come with those of another table. */
const ofColumns = ({ namespaces, affected }: FactsScope): string =>
  `c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.oid >= ${FIRST_OID}
      AND (a.attinhcount > 0 OR NOT c.relispartition AND (c.relnamespace = ANY (${namespaces}) OR c.relkind IN ('v', 'm')))
      AND ${isAmong("c.oid", affected?.relations)}`;

/** Parts of relations. */
const partOf = (catalog: string, oid: string, name: string): Owner => ({
  oid,
  name,
  in: catalog,
  where: ofRelations,
});

/** What is in no schema of ours. */
const ofCatalog = (catalog: string, oid: string): Owner => ({
  oid,
  name: NO_NAME,
  in: catalog,
  where: ({ affected }) => `${oid} >= ${FIRST_OID} AND ${isAmong(oid, affected?.oids(catalog))}`,
});

const types = ofCatalog("pg_type", "t.oid");

const OWNERS: Readonly<Record<FactOwner, Owner>> = {
  relation: partOf("pg_class", "c.oid", NO_NAME),
  column: { ...partOf("pg_class", "c.oid", "a.attname"), where: ofColumns },
  "sequence of a column": partOf("pg_class", "c.oid", "a.attname"),
  sequence: partOf("pg_class", "c.oid", "s.relname"),
  index: partOf("pg_class", "c.oid", "x.relname"),
  constraint: partOf("pg_constraint", "c.oid", "k.conname"),
  trigger: partOf("pg_trigger", "c.oid", "g.tgname"),
  rule: partOf("pg_rewrite", "c.oid", "w.rulename"),
  policy: partOf("pg_policy", "c.oid", "p.polname"),
  statistics: partOf("pg_statistic_ext", "c.oid", "e.stxname"),
  type: {
    ...types,
    name: "(SELECT json_build_array(n.nspname, t.typname)::text FROM pg_namespace n WHERE n.oid = t.typnamespace)",
    where: (scope) => `${types.where(scope)} AND (t.typtype IN ('e', 'd', 'r')
      OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`,
  },
  "constraint of a domain": { ...types, where: (scope) => `t.typtype = 'd' AND ${types.where(scope)}` },
  cast: ofCatalog("pg_cast", "s.oid"),
  function: ofCatalog("pg_proc", "f.oid"),
  pg_operator: ofCatalog("pg_operator", "o.oid"),
  pg_opclass: ofCatalog("pg_opclass", "p.oid"),
  schema: {
    oid: "n.oid",
    name: "n.nspname",
    in: "pg_namespace",
    where: ({ namespaces }) => `n.oid = ANY (${namespaces})`,
  },
};

/** What the definition of a constraint has that no operation can say. */
function specialConstraint(version: number): string {
  return `k.contype IN ('p', 'u', 'c', 'f', 'x') AND (NOT k.convalidated OR k.contype = 'c' AND k.connoinherit OR k.confmatchtype = 'f'
      ${version >= 150000 ? "OR k.confdelsetcols IS NOT NULL" : ""}
      ${version >= 180000 ? "OR NOT k.conenforced OR k.conperiod" : ""}
      OR k.contype IN ('p', 'u') AND (i.indnatts <> i.indnkeyatts ${version >= 150000 ? "OR i.indnullsnotdistinct" : ""}))`;
}

const { relation, name } = MARKED_NAMES;

/** The statements that create what operations cannot say. */
function definitions(version: number): readonly FactQuery[] {
  return [
    {
      of: "constraint",
      what: DEFINITION,
      from: "LEFT JOIN pg_index i ON i.indexrelid = k.conindid",
      where: specialConstraint(version),
      sign: { in: "constraint", where: specialConstraint(version) },
      statement: () =>
        `format('ALTER TABLE %s ADD CONSTRAINT %s %s', ${relation("")}, ${name("")}, pg_get_constraintdef(k.oid))`,
    },
  ];
}

/** Says in the place of a fact's words that the statement creates the object. */
export const DEFINITION = "definition";

/** All facts that are looked for, in the order in which they are given back; definitions come before. */
export function factQueries(version: number): readonly FactQuery[] {
  return [...definitions(version), ...FACTS].filter(({ since = 0 }) => since <= version);
}

/** A fact with its number in {@link factQueries}. */
type NumberedFact = FactQuery & { readonly at: number };

/** Facts whose condition needs nothing but the object, by what they are about: the catalog is read once for them. */
function plainFacts(facts: readonly NumberedFact[]): ReadonlyMap<FactOwner, readonly NumberedFact[]> {
  const plain = facts.filter(({ from }) => from === undefined);
  return groupBy(plain, ({ of }) => of);
}

/**
 * The query for which facts there are: their numbers in {@link factQueries}. What nothing has is not among them; the
 * other way round, a number may be among them though nothing of ours has it.
 * @param scope what is looked at
 */
export function factsFoundSql(scope: FactsScope): string {
  const all = factQueries(scope.version).map((fact, at) => ({
    at,
    of: fact.of,
    sign: fact.sign ?? { in: fact.of, where: fact.where },
  }));
  const facts = all.filter(({ of }) => isThere(of, scope));
  const found = [...groupBy(facts, ({ sign }) => sign.in)].map(([source, some]) => {
    const numbers = some.map(({ at, sign }) => `CASE WHEN bool_or(${sign.where}) THEN ${at} END`);
    return `SELECT ARRAY[${numbers.join(",\n      ")}] FROM ${SIGN_SOURCES[source]} WHERE ${signedObjects(source, scope)}`;
  });
  return `SELECT f.at FROM (${found.join("\n    UNION ALL ")}) s (list) CROSS JOIN LATERAL unnest(s.list) f (at) WHERE f.at IS NOT NULL`;
}

/** Whether there is anything that the facts can be about. */
function isThere(owner: FactOwner, { affected }: FactsScope): boolean {
  const { in: catalog } = OWNERS[owner];
  return affected === undefined || catalog === "pg_namespace" || affected.oids(catalog).length > 0;
}

/** Which rows are looked at. PostgreSQL itself has thousands of comments, and lower oids. */
function signedObjects(source: FactSign["in"], scope: FactsScope): string {
  const { affected } = scope;
  switch (source) {
    case "comment":
      return `(d.objoid >= ${FIRST_OID} AND ${isAmong("d.objoid", affected?.all)} OR d.classoid = 'pg_namespace'::regclass)`;
    case "extension":
      return "d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'";
    case "constraint":
      // From PostgreSQL 18 on, most constraints are NOT NULL.
      return `k.conrelid >= ${FIRST_OID} AND ${isAmong("k.conrelid", affected?.relations)}
        AND (k.contype <> 'n' OR k.conname NOT LIKE '%not_null' OR k.connoinherit OR NOT k.convalidated)`;
    case "sequence of a column":
      return isAmong("s.oid", affected?.oids("pg_class"));
    default:
      return OWNERS[source].where(scope);
  }
}

/**
 * The query for facts: what the object is, its oid or that of its table, its name, the number of the fact in
 * {@link factQueries}, the statement. PostgreSQL plans what is asked for each fact, which takes longer than running it,
 * so only the facts that are there are asked for.
 * @param scope what is looked at
 * @param wanted the numbers of the facts; at least one
 */
export function factsSql(scope: FactsScope, wanted: ReadonlySet<number>): string {
  const facts = factQueries(scope.version)
    .map((fact, at) => ({ ...fact, at }))
    .filter(({ at }) => wanted.has(at));
  const columns = ({ of }: Pick<FactQuery, "of">) => [`'${of}'`, OWNERS[of].oid, `(${OWNERS[of].name})::text`];
  const rows = facts
    .filter(({ from }) => from !== undefined)
    .map((fact) => factSql(fact, MARKED_NAMES, [...columns(fact), String(fact.at)], OWNERS[fact.of].where(scope)));
  const grouped = [...plainFacts(facts)].map(([of, some]) => {
    const values = some.map(
      ({ at, where, statement, isList }) =>
        `(${at}, CASE WHEN ${where} THEN ${isList ? statement(MARKED_NAMES) : `ARRAY[${statement(MARKED_NAMES)}]`} END)`,
    );
    const any = some.map(({ where }) => `(${where})`).join(" OR ");
    // The catalog is read once for all of them, and only what has one of them is looked at closely.
    return `SELECT ${columns({ of }).join(", ")}, v.at, z.statement FROM ${FACT_SOURCES[of]}
      CROSS JOIN LATERAL (VALUES ${values.join(",\n        ")}) v (at, statements)
      CROSS JOIN LATERAL unnest(v.statements) z (statement)
      WHERE (${OWNERS[of].where(scope)}) AND (${any})`;
  });
  return [...grouped, ...rows].join("\n    UNION ALL ");
}
