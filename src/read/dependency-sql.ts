/*
 * The query for what depends on what. An edge leads from an object, `(kind, oid, sub)`, to one that it uses,
 * `(refkind, refid, refsub)`: `sub` is the number of a column. A view stands for its rule, an exclusion constraint for its index, a table for its row type, and a type for its array type.
 */

/** Where the objects of one or several catalogs are found in `pg_depend`. */
interface Arm {
  readonly object: string;
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
        OR i.indoption::text ~ '[1-9]' OR i.indclass::oid[] && ARRAY(SELECT p.oid FROM pg_opclass p WHERE NOT p.opcdefault)
        OR i.indcollation::text ~ '[2-9]|1[1-9]' OR x.relam <> 403
        OR ${version >= 150000 ? "i.indnullsnotdistinct" : "false"}
        OR i.indrelid = ANY (ARRAY(SELECT m.oid FROM pg_class m WHERE m.relkind = 'm'))
        OR i.indrelid = ANY (ARRAY(SELECT oid FROM apart)))`;

/** Rules, defaults, columns and checks. */
const FIRST_ARMS: readonly Arm[] = [
  {
    object: `CASE w.rulename WHEN '_RETURN' THEN 'relation' ELSE 'rule' END, CASE w.rulename WHEN '_RETURN' THEN w.ev_class ELSE w.oid END, 0`,
    from: "JOIN pg_rewrite w ON w.oid = d.objid",
    where: "d.classid = 'pg_rewrite'::regclass AND d.deptype IN ('n', 'a')",
  },
  {
    // The sequence of a serial column belongs to it, and the type of a column is its own.
    object: "CASE a.attgenerated WHEN '' THEN 'default' ELSE 'column' END, f.adrelid, f.adnum::int",
    from: `JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum`,
    where: `d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n'
      AND NOT (d.refclassid = 'pg_type'::regclass AND d.refobjid = a.atttypid)
      AND NOT (d.refclassid = 'pg_class'::regclass AND (d.refobjid, f.adrelid) IN (
        SELECT o.objid, o.refobjid FROM pg_depend o
        WHERE o.classid = 'pg_class'::regclass AND o.objsubid = 0 AND o.refobjsubid > 0 AND o.deptype = 'a'))`,
  },
  {
    // Types but the enum types of our tables, and before PostgreSQL 15 what a generated column uses. The columns of a view and of a composite type are
    // those of the whole.
    object: `CASE c.relkind WHEN 'c' THEN 'type' WHEN 'v' THEN 'relation' WHEN 'm' THEN 'relation' ELSE 'column' END,
      CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END, CASE WHEN c.relkind IN ('c', 'v', 'm') THEN 0 ELSE d.objsubid END`,
    from: "JOIN pg_class c ON c.oid = d.objid AND NOT c.relispartition",
    where: `d.classid = 'pg_class'::regclass AND d.objsubid > 0 AND d.deptype IN ('n', 'a')
      AND (c.relkind <> 'r' OR d.refclassid <> 'pg_type'::regclass OR d.objid IN (SELECT oid FROM apart)
        OR NOT EXISTS (
          SELECT FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid AND y.typtype = 'e'
          WHERE a.attrelid = d.objid AND a.attnum = d.objsubid AND a.atttypid = d.refobjid))`,
  },
  {
    object:
      "CASE k.contypid WHEN 0 THEN 'constraint' ELSE 'type' END, CASE k.contypid WHEN 0 THEN k.oid ELSE k.contypid END, 0",
    from: "JOIN pg_constraint k ON k.oid = d.objid",
    where: `d.classid = 'pg_constraint'::regclass AND d.deptype = 'n' AND k.conparentid = 0
      AND (k.contype <> 'f' OR d.refobjsubid = 0 OR k.conrelid IN (SELECT oid FROM apart))`,
  },
];

/** Indexes and constraints that models cannot declare; what they may have differs by version. */
const specialArms = (version: number): readonly Arm[] => [
  {
    // Exclusion constraints, and keys that models cannot declare.
    object: "'constraint', k.oid, 0",
    from: "JOIN pg_constraint k ON k.oid = d.objid",
    where: `d.classid = 'pg_constraint'::regclass AND d.deptype = 'a' AND k.conparentid = 0
      AND d.objid = ANY (ARRAY(
        SELECT x.oid FROM pg_constraint x JOIN pg_index i ON i.indexrelid = x.conindid
        WHERE x.contype = 'x' OR x.contype IN ('p', 'u') AND (x.conrelid IN (SELECT oid FROM apart) OR i.indnatts <> i.indnkeyatts OR i.indisexclusion
          OR ${version >= 150000 ? "i.indnullsnotdistinct" : "false"})))`,
  },
  {
    object:
      "CASE k.contype WHEN 'x' THEN 'constraint' ELSE 'index' END, CASE k.contype WHEN 'x' THEN k.oid ELSE i.indexrelid END, 0",
    from: `JOIN pg_index i ON i.indexrelid = d.objid JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'x'`,
    where: `d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype IN ('n', 'a')
      AND i.indexrelid >= 16384 AND ${specialIndex(version)}`,
  },
];

const LAST_ARMS: readonly Arm[] = [
  {
    // A table that inherits.
    object: "'relation', d.objid, 0",
    from: "JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r'",
    where: "d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.refobjsubid = 0 AND d.deptype = 'n'",
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

const REFERENCED = "('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass)";

/** Every edge of the database, before what an object uses is found to be ours. */
const rawSql = (version: number): string =>
  [...FIRST_ARMS, ...specialArms(version), ...LAST_ARMS]
    .map(
      ({ object, from, where }) => `SELECT ${object}, d.refclassid, d.refobjid, d.refobjsubid
      FROM pg_depend d ${from} WHERE d.refclassid IN ${REFERENCED} AND ${where}`,
    )
    .join("\n      UNION ALL ");

/**
 * Common table expressions up to `used`: the edges to what is in the schemas, or uses something in them.
 * @param namespaces a query for the schemas
 * @param version `server_version_num`
 * @param apart see `dependentsSql`
 */
export function edgesSql(namespaces: string, version: number, apart: string): string {
  return `WITH RECURSIVE apart (oid) AS MATERIALIZED (
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f') AND (c.relkind <> 'r' OR c.relnamespace NOT IN (${namespaces}) OR ${apart})
    ), raw (kind, oid, sub, refclass, refobj, refsub) AS (
      ${rawSql(version)}
    ), edges (kind, oid, sub, refkind, refid, refsub) AS MATERIALIZED (
      SELECT r.kind, r.oid, r.sub,
        CASE r.refclass WHEN 'pg_proc'::regclass THEN 'function' WHEN 'pg_constraint'::regclass THEN 'index'
          WHEN 'pg_type'::regclass THEN CASE WHEN t.typrelid <> 0 AND t.relkind <> 'c' THEN 'relation' ELSE 'type' END
          ELSE CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'c' THEN 'type' ELSE 'relation' END END,
        CASE r.refclass WHEN 'pg_proc'::regclass THEN r.refobj
          WHEN 'pg_constraint'::regclass THEN (SELECT k.conindid FROM pg_constraint k WHERE k.oid = r.refobj)
          WHEN 'pg_type'::regclass THEN CASE WHEN t.typrelid <> 0 AND t.relkind <> 'c' THEN t.typrelid ELSE t.oid END
          ELSE CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END END,
        r.refsub
      FROM raw r
      LEFT JOIN pg_class c ON r.refclass = 'pg_class'::regclass AND c.oid = r.refobj
      LEFT JOIN LATERAL (
        SELECT e.oid, e.typrelid, (SELECT y.relkind FROM pg_class y WHERE y.oid = e.typrelid) AS relkind
        FROM pg_type w JOIN pg_type e ON e.oid = CASE WHEN w.typcategory = 'A' THEN w.typelem ELSE w.oid END
        WHERE r.refclass = 'pg_type'::regclass AND w.oid = r.refobj) t ON true
    ), ours (kind, oid) AS (
      SELECT 'relation', c.oid FROM pg_class c WHERE c.relnamespace IN (${namespaces}) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
      UNION ALL SELECT 'index', i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace IN (${namespaces})
      UNION ALL SELECT 'type', t.oid FROM pg_type t WHERE t.typnamespace IN (${namespaces}) AND t.typtype IN ('e', 'd', 'c', 'r')
    ), reached (kind, oid) AS (
      SELECT kind, oid FROM ours
      UNION SELECT e.kind, e.oid FROM edges e JOIN reached r ON r.kind = e.refkind AND r.oid = e.refid
        WHERE e.kind IN ('relation', 'type', 'function')
    ), used AS MATERIALIZED (
      SELECT DISTINCT e.* FROM edges e JOIN reached r ON r.kind = e.refkind AND r.oid = e.refid
      WHERE NOT (e.kind = e.refkind AND e.oid = e.refid) AND NOT EXISTS (
        SELECT FROM pg_depend x WHERE x.deptype IN ('e', 'i') AND x.objid = e.oid AND x.classid = CASE e.kind
          WHEN 'function' THEN 'pg_proc'::regclass WHEN 'type' THEN 'pg_type'::regclass WHEN 'relation' THEN 'pg_class'::regclass
          WHEN 'cast' THEN 'pg_cast'::regclass END)
    )`;
}

/** The objects that use something, with what they use as JSON: lists of what it is, its schema, its name and its part. */
export const USES_SQL = `uses (kind, oid, sub, list) AS (
      SELECT u.kind, u.oid, u.sub, json_agg(json_build_array(u.refkind, coalesce(rn.nspname, tn.nspname, fn.nspname),
        coalesce(r.relname, t.typname, f.proname || '(' || oidvectortypes(f.proargtypes) || ')'), coalesce((
          SELECT a.attname FROM pg_attribute a WHERE u.refkind = 'relation' AND u.refsub <> 0 AND a.attrelid = u.refid AND a.attnum = u.refsub), k.conname, x.relname))
        ORDER BY u.refkind, u.refid, u.refsub)
      FROM used u
      LEFT JOIN pg_index i ON u.refkind = 'index' AND i.indexrelid = u.refid
      LEFT JOIN pg_class x ON x.oid = i.indexrelid
      LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
      LEFT JOIN pg_class r ON r.oid = CASE u.refkind WHEN 'index' THEN i.indrelid WHEN 'relation' THEN u.refid END
      LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
      LEFT JOIN pg_type t ON u.refkind = 'type' AND t.oid = u.refid LEFT JOIN pg_namespace tn ON tn.oid = t.typnamespace
      LEFT JOIN pg_proc f ON u.refkind = 'function' AND f.oid = u.refid LEFT JOIN pg_namespace fn ON fn.oid = f.pronamespace
      GROUP BY u.kind, u.oid, u.sub
    )`;
