import { FIRST_OID } from "../sql.ts";
import { isAmong } from "./affected.ts";
import { rawSql, type UsesScope } from "./dependency-arms.ts";

/*
 * The query for what depends on what. An edge leads from an object, `(kind, oid, sub)`, to one that it uses,
 * `(refkind, refid, refsub)`: `sub` is the number of a column. A view means its rule, an exclusion constraint for its
 * index, a table for its row type, a type for its array type, a range type for its multirange type, and an operator class
 * for its operators and functions.
 */

/** The name of a function, in quotes if it needs them, with the types of its arguments. */
export const FUNCTION_NAME = `CASE WHEN f.proname ~ '[".(]' THEN '"' || replace(f.proname, '"', '""') || '"' ELSE f.proname END
      || '(' || oidvectortypes(f.proargtypes) || ')'`;

/**
 * Tables that are not ours, and at least those of the condition `apart`: of their columns and constraints the statements
 * are needed.
 */
const apartTablesSql = ({
  namespaces,
  apart,
  affected,
}: UsesScope): string => `SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= ${FIRST_OID} AND c.relkind IN ('r', 'p', 'f') AND (c.relkind <> 'r' OR c.relispartition OR c.relnamespace <> ALL (${namespaces}) OR ${apart})
        AND ${isAmong("c.oid", affected?.relations)}`;

/** The sequences that columns own, but for those of identity columns. */
const ownedSql = ({
  affected,
}: UsesScope): string => `SELECT q.seqrelid, o.refobjid, o.refobjsubid FROM pg_sequence q JOIN pg_depend o
        ON o.classid = 'pg_class'::regclass AND o.objid = q.seqrelid AND o.objsubid = 0 AND o.refobjsubid > 0 AND o.deptype = 'a'
        WHERE ${isAmong("q.seqrelid", affected?.oids("pg_class"))}`;

/** What is used and is no relation: its schema and its name, found for each of the few that are. `OFFSET 0` keeps it so. */
const OTHER_NAMES = `
      SELECT n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.oid = CASE u.refkind WHEN 'type' THEN u.refid END
      UNION ALL SELECT n.nspname, ${FUNCTION_NAME}
      FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.oid = CASE u.refkind WHEN 'function' THEN u.refid END
      UNION ALL SELECT '', i.identity FROM pg_identify_object(u.refkind::regclass, u.refid, 0) i WHERE u.refkind LIKE 'pg%' OFFSET 0`;

/** The common table expression of all edges, from `raw`; `ours`: what is used is in the schemas. */
const edgesSql = (
  namespaces: string,
): string => `edges (kind, oid, sub, owner, name, wanted, refkind, refid, refsub, ours) AS MATERIALIZED (
      SELECT r.kind, r.oid, r.sub, r.owner, r.name, r.wanted,
        CASE r.refclass WHEN 'pg_proc'::regclass THEN 'function' WHEN 'pg_constraint'::regclass THEN 'index'
          WHEN 'pg_operator'::regclass THEN 'pg_operator' WHEN 'pg_opclass'::regclass THEN 'pg_opclass'
          WHEN 'pg_type'::regclass THEN CASE WHEN t.typrelid <> 0 AND t.relkind <> 'c' THEN 'relation' ELSE 'type' END
          ELSE CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'c' THEN 'type' ELSE 'relation' END END,
        CASE r.refclass WHEN 'pg_proc'::regclass THEN r.refobj WHEN 'pg_constraint'::regclass THEN k.conindid
          WHEN 'pg_operator'::regclass THEN r.refobj WHEN 'pg_opclass'::regclass THEN r.refobj
          WHEN 'pg_type'::regclass THEN CASE WHEN t.typrelid <> 0 AND t.relkind <> 'c' THEN t.typrelid ELSE t.oid END
          ELSE CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END END,
        r.refsub,
        coalesce(c.relnamespace, k.connamespace, CASE WHEN t.typtype IN ('e', 'd', 'c', 'r') THEN t.typnamespace END, 0) = ANY (${namespaces})
      FROM raw r
      LEFT JOIN pg_class c ON r.refclass = 'pg_class'::regclass AND c.oid = r.refobj
      LEFT JOIN LATERAL (
        SELECT x.conindid, x.connamespace FROM pg_constraint x
        WHERE r.refclass = 'pg_constraint'::regclass AND x.oid = r.refobj OFFSET 0) k ON true
      LEFT JOIN LATERAL (
        SELECT e.oid, e.typrelid, e.typtype, e.typnamespace, (SELECT y.relkind FROM pg_class y WHERE y.oid = e.typrelid) AS relkind
        FROM pg_type w CROSS JOIN LATERAL (SELECT CASE WHEN w.typcategory = 'A' AND w.typtype <> 'd' THEN w.typelem ELSE w.oid END AS oid) l
        JOIN pg_type e ON e.oid = coalesce((SELECT g.rngtypid FROM pg_range g WHERE g.rngmultitypid = l.oid), l.oid)
        WHERE r.refclass = 'pg_type'::regclass AND w.oid = r.refobj OFFSET 0) t ON true
    )`;

/** What others can use; who uses a column uses its table. */
const USABLE = "CASE WHEN e.kind IN ('column', 'sequence') THEN 'relation' ELSE e.kind END";
const IS_USABLE = "e.kind IN ('relation', 'type', 'function', 'column', 'sequence', 'pg_operator', 'pg_opclass')";

/** Those of `edges` whose used object is ours, or uses something of ours itself, and what our tables inherit from or are of. */
const usedSql = (namespaces: string): string => `reached (kind, oid) AS (
      SELECT ${USABLE}, oid FROM edges e WHERE ours AND ${IS_USABLE}
      UNION SELECT ${USABLE}, e.oid FROM edges e JOIN reached r ON r.kind = e.refkind AND r.oid = e.refid WHERE ${IS_USABLE}
    ), used AS MATERIALIZED (
      SELECT DISTINCT e.kind, e.oid, e.sub, e.owner, e.name, e.wanted, e.refkind, e.refid, e.refsub FROM edges e
      WHERE (e.ours OR (e.refkind, e.refid) IN (SELECT kind, oid FROM reached)
        OR e.kind = 'relation' AND e.oid IN (SELECT y.oid FROM pg_class y WHERE y.relkind = 'r' AND y.relnamespace = ANY (${namespaces})))
      AND NOT (e.kind = e.refkind AND e.oid = e.refid) AND NOT (e.kind IN ('function', 'type', 'relation', 'cast') AND EXISTS (
        SELECT FROM pg_depend x WHERE x.deptype IN ('e', 'i') AND x.objid = e.oid AND x.objsubid = 0 AND x.classid = CASE e.kind
          WHEN 'function' THEN 'pg_proc'::regclass WHEN 'type' THEN 'pg_type'::regclass WHEN 'relation' THEN 'pg_class'::regclass
          ELSE 'pg_cast'::regclass END OFFSET 0))
    )`;

/**
 * The query for every object that uses something of ours, a row for each thing that it uses. Of the object: the kind of
 * its edges, its oid or that of its table, the number of its column; of a part of a table: the oid of the table, its
 * schema and name, the name of the part; whether the statements that drop and create it are needed. Of what is used:
 * what it is, its schema, its name and its part.
 * @param scope what is looked at
 */
export function usesSql(scope: UsesScope): string {
  const { namespaces } = scope;
  return `WITH RECURSIVE apart (oid) AS MATERIALIZED (
      ${apartTablesSql(scope)}
    ), owned (sequence, relation, number) AS MATERIALIZED (
      ${ownedSql(scope)}
    ), raw (kind, oid, sub, owner, name, wanted, refclass, refobj, refsub) AS (
      ${rawSql(scope)}
    ), ${edgesSql(namespaces)}, ${usedSql(namespaces)}
    SELECT u.kind, u.oid, u.sub, u.owner, n.nspname, c.relname, u.name,
      u.kind NOT IN ('constraint', 'column', 'default') OR u.owner IN (SELECT oid FROM apart)
        OR u.refkind = 'function' OR u.kind = 'column' AND u.refkind = 'type' AND (SELECT t.typtype <> 'e' FROM pg_type t WHERE t.oid = u.refid)
        OR u.wanted,
      u.refkind, coalesce(m.nspname, w.nspname), coalesce(t.relname, w.name), CASE u.refkind WHEN 'index' THEN x.relname ELSE a.attname END
    FROM used u LEFT JOIN pg_class c ON c.oid = u.owner LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class x ON x.oid = u.refid AND u.refkind IN ('relation', 'index')
    LEFT JOIN pg_index i ON i.indexrelid = u.refid AND u.refkind = 'index'
    LEFT JOIN pg_class t ON t.oid = coalesce(i.indrelid, x.oid) LEFT JOIN pg_namespace m ON m.oid = t.relnamespace
    LEFT JOIN pg_attribute a ON u.refkind = 'relation' AND u.refsub <> 0 AND a.attrelid = u.refid AND a.attnum = u.refsub
    LEFT JOIN LATERAL (${OTHER_NAMES}) w (nspname, name) ON u.refkind NOT IN ('relation', 'index')
    WHERE coalesce(t.relname, w.name) IS NOT NULL
    ORDER BY u.kind, u.oid, u.sub, u.refkind, u.refid, u.refsub`;
}
