/*
 * The query for what depends on what. An edge leads from an object, `(kind, oid, sub)`, to one that it uses,
 * `(refkind, refid, refsub)`: `sub` is the number of a column. A view means its rule, an exclusion constraint for its
 * index, a table for its row type, a type for its array type, a range type for its multirange type, and an operator class
 * for its operators and functions.
 */

/** Objects with lower oids are PostgreSQL's own. */
export const FIRST_OID = 16384;

/** The name of a function, in quotes if it needs them, with the types of its arguments. */
export const FUNCTION_NAME = `CASE WHEN f.proname ~ '[".(]' THEN '"' || replace(f.proname, '"', '""') || '"' ELSE f.proname END
      || '(' || oidvectortypes(f.proargtypes) || ')'`;

/** Where the objects of one or several catalogs are found in `pg_depend`. */
interface Arm {
  /** Its kind, its oid, or that of its table, and the number of its column. */
  readonly object: string;
  /** Of a column, a default, an index or a constraint: the oid of its table, and its name. */
  readonly part?: string;
  /** Whether the statements are needed although it is a constraint. */
  readonly isWanted?: string;
  readonly from: string;
  readonly where: string;
}

/**
 * Indexes of which models cannot declare the form, or whose predicate uses columns, and all those of materialized views and of tables that are not ours.
 * One that only has another collation than its column is found where it is read as an index.
 */
const specialIndex = (
  version: number,
): string => `(i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indnatts <> i.indnkeyatts
        OR i.indoption::int2[] && '{1,2,3}'::int2[] OR NOT i.indclass::oid[] <@ ARRAY(SELECT p.oid FROM pg_opclass p WHERE p.opcdefault AND p.opcmethod = 403)
        OR NOT i.indcollation::oid[] <@ '{0,100}'::oid[] OR ${takesNulls(version)}
        OR i.indrelid = ANY (ARRAY(SELECT m.oid FROM pg_class m WHERE m.relkind = 'm'))
        OR i.indrelid = ANY (ARRAY(SELECT oid FROM apart)))`;

/** Whether an index takes NULL for a value. */
const takesNulls = (version: number): string => (version >= 150000 ? "i.indnullsnotdistinct" : "false");

/** Rules, defaults, columns and checks. */
const FIRST_ARMS: readonly Arm[] = [
  {
    object: `CASE w.rulename WHEN '_RETURN' THEN 'relation' ELSE 'rule' END, CASE w.rulename WHEN '_RETURN' THEN w.ev_class ELSE w.oid END, 0`,
    from: "JOIN pg_rewrite w ON w.oid = d.objid",
    where: "d.classid = 'pg_rewrite'::regclass AND d.deptype IN ('n', 'a')",
  },
  {
    // The sequence of a serial column belongs to it, and the type of a column is its own. A default of an inherited column goes with that of the parent.
    object: "CASE a.attgenerated WHEN '' THEN 'default' ELSE 'column' END, f.adrelid, f.adnum::int",
    part: "f.adrelid, a.attname",
    from: `JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum`,
    where: `d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n' AND (a.attgenerated = '' OR a.attinhcount = 0)
      AND NOT (d.refclassid = 'pg_type'::regclass AND d.refobjid = a.atttypid AND a.attinhcount = 0)
      AND (d.refclassid <> 'pg_class'::regclass OR (d.refobjid, f.adrelid, f.adnum) NOT IN (SELECT sequence, relation, number FROM owned))`,
  },
  {
    // Types but the enum types of our tables, and before PostgreSQL 15 what a generated column uses. The columns of a composite type are those of
    // the whole. Those that a table of ours inherits are those of its parent. Those of a view get their types from what its rule uses; those of a materialized view may hold rows.
    object: `CASE c.relkind WHEN 'c' THEN 'type' ELSE 'column' END,
      CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END, CASE c.relkind WHEN 'c' THEN 0 ELSE d.objsubid END`,
    part: "CASE WHEN c.relkind <> 'c' THEN c.oid END, CASE WHEN c.relkind <> 'c' THEN a.attname END",
    from: `JOIN pg_class c ON c.oid = d.objid AND NOT c.relispartition AND c.relkind <> 'v'
      JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
        AND (a.attinhcount = 0 OR c.relkind = 'c' OR c.oid IN (SELECT oid FROM apart))`,
    where: `d.classid = 'pg_class'::regclass AND d.objsubid > 0 AND d.deptype IN ('n', 'a')
      AND (c.relkind <> 'r' OR d.refclassid <> 'pg_type'::regclass OR d.objid IN (SELECT oid FROM apart)
        OR a.atttypid <> d.refobjid OR d.refobjid NOT IN (SELECT y.oid FROM pg_type y WHERE y.typtype = 'e'))`,
  },
  {
    object:
      "CASE k.contypid WHEN 0 THEN 'constraint' ELSE 'type' END, CASE k.contypid WHEN 0 THEN k.oid ELSE k.contypid END, 0",
    part: "nullif(k.conrelid, 0), CASE WHEN k.conrelid <> 0 THEN k.conname END",
    isWanted: "k.contype IN ('p', 'u')",
    from: "JOIN pg_constraint k ON k.oid = d.objid AND k.contype <> 'n'",
    where: `d.classid = 'pg_constraint'::regclass AND d.deptype = 'n' AND k.conparentid = 0
      AND (k.contype <> 'f' OR d.refobjsubid = 0 OR k.conrelid IN (SELECT oid FROM apart))`,
  },
];

/** Indexes and constraints that models cannot declare; what they may have differs by version. */
const specialArms = (version: number): readonly Arm[] => [
  {
    // Exclusion constraints, and keys that models cannot declare.
    object: "'constraint', k.oid, 0",
    part: "k.conrelid, k.conname",
    isWanted: "k.contype IN ('p', 'u')",
    from: "JOIN pg_constraint k ON k.oid = d.objid",
    where: `d.classid = 'pg_constraint'::regclass AND d.deptype = 'a' AND k.conparentid = 0
      AND d.objid = ANY (ARRAY(
        SELECT x.oid FROM pg_index i JOIN pg_constraint x ON x.conrelid = i.indrelid AND x.conindid = i.indexrelid
        WHERE x.contype IN ('x', 'p', 'u') AND (i.indrelid IN (SELECT oid FROM apart) OR i.indnatts <> i.indnkeyatts OR i.indisexclusion
          OR ${takesNulls(version)})))`,
  },
  {
    object:
      "CASE k.contype WHEN 'x' THEN 'constraint' ELSE 'index' END, CASE k.contype WHEN 'x' THEN k.oid ELSE i.indexrelid END, 0",
    part: "i.indrelid, coalesce(k.conname, x.relname)",
    from: `JOIN pg_index i ON i.indexrelid = d.objid JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'x'`,
    where: `d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype IN ('n', 'a') AND NOT x.relispartition
      AND d.objid = ANY (ARRAY(SELECT i.indexrelid FROM pg_index i WHERE i.indexrelid >= ${FIRST_OID} AND ${specialIndex(version)}))`,
  },
];

const LAST_ARMS: readonly Arm[] = [
  {
    // A sequence that goes with a column to which it gives no numbers.
    object: "'sequence', d.objid, 0",
    from: "JOIN owned s ON s.sequence = d.objid",
    where: `d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype = 'a' AND NOT EXISTS (
        SELECT FROM pg_attrdef f JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = f.oid
        WHERE f.adrelid = s.relation AND f.adnum = s.number AND x.refclassid = 'pg_class'::regclass AND x.refobjid = s.sequence)`,
  },
  {
    // A table that inherits, and a partition.
    object: "'relation', d.objid, 0",
    from: "JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'f')",
    where: `d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.refobjsubid = 0
      AND d.objid = ANY (ARRAY(SELECT h.inhrelid FROM pg_inherits h UNION SELECT y.oid FROM pg_class y WHERE y.reloftype <> 0))
      AND d.deptype = CASE WHEN c.relispartition THEN 'a'::"char" ELSE 'n' END`,
  },
  {
    object: "'pg_opclass', o.refobjid, 0",
    from: "JOIN pg_depend o ON o.classid = d.classid AND o.objid = d.objid AND o.refclassid = 'pg_opclass'::regclass",
    where: "d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND d.deptype IN ('n', 'a')",
  },
  {
    object: `CASE d.classid WHEN 'pg_policy'::regclass THEN 'policy' WHEN 'pg_trigger'::regclass THEN 'trigger'
        WHEN 'pg_proc'::regclass THEN 'function' WHEN 'pg_statistic_ext'::regclass THEN 'statistics'
        WHEN 'pg_publication_rel'::regclass THEN 'publication' WHEN 'pg_type'::regclass THEN 'type'
        WHEN 'pg_cast'::regclass THEN 'cast' ELSE d.classid::regclass::text END, d.objid, 0`,
    from: "",
    where: `d.classid IN ('pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_proc'::regclass, 'pg_statistic_ext'::regclass,
        'pg_publication_rel'::regclass, 'pg_type'::regclass, 'pg_cast'::regclass, 'pg_operator'::regclass,
        'pg_opclass'::regclass, 'pg_transform'::regclass, 'pg_event_trigger'::regclass) AND d.deptype IN ('n', 'a')`,
  },
];

const REFERENCED = `('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
        'pg_operator'::regclass, 'pg_opclass'::regclass)`;

/** Every edge of the database, before what an object uses is found to be ours. */
const rawSql = (version: number): string =>
  [...FIRST_ARMS, ...specialArms(version), ...LAST_ARMS]
    .map(
      ({
        object,
        part = "NULL::oid, NULL::name",
        isWanted = "false",
        from,
        where,
      }) => `SELECT ${object}, ${part}, ${isWanted}, d.refclassid, d.refobjid, d.refobjsubid
      FROM pg_depend d ${from} WHERE d.refclassid IN ${REFERENCED} AND d.objid >= ${FIRST_OID} AND ${where}`,
    )
    .join("\n      UNION ALL ");

/**
 * Tables that are not ours, and at least those of the condition `apart`: of their columns and constraints the statements
 * are needed.
 */
const apartTablesSql = (
  namespaces: string,
  apart: string,
): string => `SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= ${FIRST_OID} AND c.relkind IN ('r', 'p', 'f') AND (c.relkind <> 'r' OR c.relispartition OR c.relnamespace NOT IN (${namespaces}) OR ${apart})`;

/** The sequences that columns own, but for those of identity columns. */
const OWNED = `SELECT q.seqrelid, o.refobjid, o.refobjsubid FROM pg_sequence q JOIN pg_depend o
        ON o.classid = 'pg_class'::regclass AND o.objid = q.seqrelid AND o.objsubid = 0 AND o.refobjsubid > 0 AND o.deptype = 'a'`;

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
        coalesce(c.relnamespace, k.connamespace, CASE WHEN t.typtype IN ('e', 'd', 'c', 'r') THEN t.typnamespace END, 0) IN (${namespaces})
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
        OR e.kind = 'relation' AND e.oid IN (SELECT y.oid FROM pg_class y WHERE y.relkind = 'r' AND y.relnamespace IN (${namespaces})))
      AND NOT (e.kind = e.refkind AND e.oid = e.refid) AND NOT (e.kind IN ('function', 'type', 'relation', 'cast') AND EXISTS (
        SELECT FROM pg_depend x WHERE x.deptype IN ('e', 'i') AND x.objid = e.oid AND x.classid = CASE e.kind
          WHEN 'function' THEN 'pg_proc'::regclass WHEN 'type' THEN 'pg_type'::regclass WHEN 'relation' THEN 'pg_class'::regclass
          ELSE 'pg_cast'::regclass END OFFSET 0))
    )`;

/**
 * The query for every object that uses something of ours, a row for each thing that it uses. Of the object: the kind of
 * its edges, its oid or that of its table, the number of its column; of a part of a table: the oid of the table, its
 * schema and name, the name of the part; whether the statements that drop and create it are needed. Of what is used:
 * what it is, its schema, its name and its part.
 * @param namespaces a query for the schemas
 * @param version `server_version_num`
 * @param apart a condition that holds at least for tables that are not ours, over `c` in `pg_class` and `n` in
 *   `pg_namespace`: only their columns and constraints are dependents
 */
export function usesSql(namespaces: string, version: number, apart: string): string {
  return `WITH RECURSIVE apart (oid) AS MATERIALIZED (
      ${apartTablesSql(namespaces, apart)}
    ), owned (sequence, relation, number) AS MATERIALIZED (
      ${OWNED}
    ), raw (kind, oid, sub, owner, name, wanted, refclass, refobj, refsub) AS (
      ${rawSql(version)}
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
