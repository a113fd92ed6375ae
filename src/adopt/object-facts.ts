import type { FactNames, FactOwner, FactQuery } from "../kinds/fact-query.ts";
import { FACTS, factSql } from "../kinds/facts.ts";
import { CURRENT_ROLE, hasRights, rightsSql } from "../kinds/rights.ts";
import { FIRST_OID, literal } from "../sql.ts";
import { isFree, nameSql, type ObjectScope } from "./object-query.ts";

/** Where the object of a fact is, and which objects are looked at. */
interface ObjectColumns {
  readonly catalog: string;
  readonly oid: string;
  readonly where: string;
}

function placesOf({ namespaces, own }: ObjectScope): Readonly<Record<FactOwner, ObjectColumns>> {
  const inSchemas = `c.relnamespace = ANY (${namespaces}) AND c.relpersistence <> 't'`;
  const part = (catalog: string, oid: string): ObjectColumns => ({ catalog, oid, where: inSchemas });
  const types = `t.typnamespace = ANY (${namespaces}) AND (t.typtype IN ('e', 'd', 'r')
      OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`;
  return {
    relation: part("pg_class", "c.oid"),
    column: part("pg_class", "c.oid"),
    "sequence of a column": part("pg_class", "c.oid"),
    sequence: part("pg_class", "c.oid"),
    index: part("pg_class", "x.oid"),
    constraint: part("pg_constraint", "k.oid"),
    trigger: part("pg_trigger", "g.oid"),
    rule: part("pg_rewrite", "w.oid"),
    policy: part("pg_policy", "p.oid"),
    statistics: part("pg_statistic_ext", "e.oid"),
    type: { catalog: "pg_type", oid: "t.oid", where: types },
    "constraint of a domain": { catalog: "pg_type", oid: "t.oid", where: types },
    cast: { catalog: "pg_cast", oid: "s.oid", where: `s.oid >= ${FIRST_OID}` },
    function: { catalog: "pg_proc", oid: "f.oid", where: `f.pronamespace = ANY (${namespaces})` },
    pg_operator: { catalog: "pg_operator", oid: "o.oid", where: `o.oprnamespace = ANY (${namespaces})` },
    pg_opclass: { catalog: "pg_opclass", oid: "p.oid", where: `p.opcnamespace = ANY (${namespaces})` },
    schema: {
      catalog: "pg_namespace",
      oid: "n.oid",
      where: `n.oid = ANY (${namespaces}) AND n.nspname <> 'public' AND n.nspname <> ${literal(own)}`,
    },
  };
}

/** Names as they are. */
function namesIn(scope: ObjectScope): FactNames {
  const relation = (oid: string) =>
    `(SELECT ${nameSql(scope, "z.relnamespace", "z.relname")} FROM pg_class z WHERE z.oid = ${oid})`;
  return {
    relation,
    index: relation,
    column: (name) => `quote_ident(${name})`,
    name: (name) => `quote_ident(${name})`,
    type: (oid) => `(SELECT ${nameSql(scope, "z.typnamespace", "z.typname")} FROM pg_type z WHERE z.oid = ${oid})`,
  };
}

const SEQUENCE_RIGHTS = { acl: "c.relacl", owner: "c.relowner", namespace: "c.relnamespace", letter: `'s'::"char"` };

/** What sequences have that no column owns. */
function sequenceFacts(): readonly FactQuery[] {
  const where = "c.relkind = 'S'";
  return [
    {
      of: "relation",
      what: "owner",
      where: `${where} AND c.relowner <> ${CURRENT_ROLE}`,
      statement: ({ relation }) => `format('ALTER SEQUENCE %s OWNER TO %s', ${relation("c.oid")}, c.relowner::regrole)`,
    },
    {
      of: "relation",
      what: "privileges",
      where: `${where} AND ${hasRights(SEQUENCE_RIGHTS)}`,
      statement: ({ relation }) => rightsSql(SEQUENCE_RIGHTS, `'SEQUENCE ' || ${relation("c.oid")}`),
      isList: true,
    },
  ];
}

/**
 * The queries for what objects have besides their definitions; the columns: catalog, oid, what it is, the statement. The
 * order is that in which it is given back.
 */
export function objectFactQueries(scope: ObjectScope): readonly string[] {
  const [places, names] = [placesOf(scope), namesIn(scope)];
  const known = [...FACTS, ...sequenceFacts()].filter(
    ({ since = 0, what, bySuperuser }) => since <= scope.version && !bySuperuser && !WRITTEN_OTHERWISE.includes(what),
  );
  const ofObjects = known.map((fact) => {
    const { catalog, oid, where } = places[fact.of];
    const isInSequence = fact.what === "privileges of the sequence" || fact.of !== "sequence of a column";
    const filter = `(${where}) AND ${oid} >= ${FIRST_OID} AND ${isFree(catalog, oid)}${isInSequence ? "" : " AND o.deptype IN ('a', 'i')"}`;
    return factSql(fact, names, [`'${catalog}'`, oid, literal(fact.what)], filter);
  });
  return [...ofObjects, commentsSql(scope)];
}

/** What definitions and comments say here. */
const WRITTEN_OTHERWISE = ["check that is not validated", "comments on columns"];

/** Objects whose comments are no facts of their own. */
const COMMENTED = ["pg_opfamily", "pg_collation", "pg_ts_dict", "pg_ts_config", "pg_event_trigger"];

function commentsSql({ namespaces }: ObjectScope): string {
  const classes = COMMENTED.map((name) => `'${name}'::regclass`).join(", ");
  return `SELECT d.classoid::regclass::text, d.objoid, 'comment', format('COMMENT ON %s %s IS %L', upper(y.type), y.identity, d.description)
    FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, 0) y
    WHERE d.objsubid = 0 AND d.objoid >= ${FIRST_OID} AND d.classoid IN (${classes})
    UNION ALL SELECT 'pg_class', c.oid, 'comment', format('COMMENT ON SEQUENCE %s IS %L', c.oid::regclass, d.description)
    FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND c.relkind = 'S' AND c.relnamespace = ANY (${namespaces})
    WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND NOT EXISTS (
      SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0)
    UNION ALL SELECT 'pg_type', t.oid, 'comment', format('COMMENT ON COLUMN %s.%I IS %L', t.oid::regtype, a.attname, d.description)
    FROM pg_description d JOIN pg_type t ON t.typrelid = d.objoid AND t.typnamespace = ANY (${namespaces})
    JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
    WHERE d.classoid = 'pg_class'::regclass AND d.objsubid > 0`;
}
