import { FIRST_OID } from "../sql.ts";
import { type Affected, isAmong } from "./affected.ts";

/** Where the objects of one or several catalogs are found in `pg_depend`. */
interface Arm {
  /** Its kind, its oid, or that of its table, and the number of its column. */
  readonly object: string;
  /** Of a column, a default, an index or a constraint: the oid of its table, and its name. */
  readonly part?: string;
  /** Whether the statements are needed although it is a constraint. */
  readonly isWanted?: string;
  readonly from: string;
  /** The catalogs that have its objects. */
  readonly in: readonly string[];
  readonly where: string;
}

/** What is looked at, and how the server calls things. */
export interface UsesScope {
  /** SQL for an array of the oids of the schemas. */
  readonly namespaces: string;
  /** `server_version_num` */
  readonly version: number;
  /**
   * A condition that holds at least for tables that are not ours, over `c` in `pg_class` and `n` in `pg_namespace`: only
   * their columns and constraints are dependents.
   */
  readonly apart: string;
  /** The objects that are looked at; left out, all of them. */
  readonly affected?: Affected;
}

/**
 * Indexes of which models cannot declare the form, or whose predicate uses columns, and all those of materialized views and of tables that are not ours.
 * One that only has another collation than its column is found where it is read as an index.
 */
const specialIndex = ({
  version,
  affected,
}: UsesScope): string => `(i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indnatts <> i.indnkeyatts
        OR i.indoption::int2[] && '{1,2,3}'::int2[] OR NOT i.indclass::oid[] <@ ARRAY(SELECT p.oid FROM pg_opclass p WHERE p.opcdefault AND p.opcmethod = 403)
        OR NOT i.indcollation::oid[] <@ '{0,100}'::oid[] OR ${takesNulls(version)}
        OR i.indrelid = ANY (ARRAY(SELECT m.oid FROM pg_class m WHERE m.relkind = 'm' AND ${isAmong("m.oid", affected?.relations)}))
        OR i.indrelid = ANY (ARRAY(SELECT oid FROM apart)))`;

/** Whether an index takes NULL for a value. */
const takesNulls = (version: number): string => (version >= 150000 ? "i.indnullsnotdistinct" : "false");

/** Rules, defaults, columns and checks. */
const FIRST_ARMS: readonly Arm[] = [
  {
    object: `CASE w.rulename WHEN '_RETURN' THEN 'relation' ELSE 'rule' END, CASE w.rulename WHEN '_RETURN' THEN w.ev_class ELSE w.oid END, 0`,
    from: "JOIN pg_rewrite w ON w.oid = d.objid",
    in: ["pg_rewrite"],
    where: "d.deptype IN ('n', 'a')",
  },
  {
    // The sequence of a serial column belongs to it, and the type of a column is its own. A default of an inherited column goes with that of the parent.
    object: "CASE a.attgenerated WHEN '' THEN 'default' ELSE 'column' END, f.adrelid, f.adnum::int",
    part: "f.adrelid, a.attname",
    from: `JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum`,
    in: ["pg_attrdef"],
    where: `d.deptype = 'n' AND (a.attgenerated = '' OR a.attinhcount = 0)
      AND NOT (d.refclassid = 'pg_type'::regclass AND d.refobjid = a.atttypid AND a.attinhcount = 0)
      AND (d.refclassid <> 'pg_class'::regclass OR (d.refobjid, f.adrelid, f.adnum) NOT IN (SELECT sequence, relation, number FROM owned))`,
  },
  {
    // The default that an inherited column has instead of that of the parent: it changes with the column and with that default.
    object: "'default', f.adrelid, f.adnum::int",
    part: "f.adrelid, a.attname",
    from: `JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum`,
    in: ["pg_attrdef"],
    where: `d.deptype = 'a' AND a.attgenerated = '' AND a.attinhcount > 0 AND NOT EXISTS (
        SELECT FROM pg_inherits h JOIN pg_attribute b ON b.attrelid = h.inhparent AND b.attname = a.attname
        JOIN pg_attrdef p ON p.adrelid = b.attrelid AND p.adnum = b.attnum
        WHERE h.inhrelid = f.adrelid AND pg_get_expr(p.adbin, p.adrelid) = pg_get_expr(f.adbin, f.adrelid))`,
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
    in: ["pg_class"],
    where: `d.objsubid > 0 AND d.deptype IN ('n', 'a')
      AND (c.relkind <> 'r' OR d.refclassid <> 'pg_type'::regclass OR d.objid IN (SELECT oid FROM apart)
        OR a.atttypid <> d.refobjid OR d.refobjid NOT IN (SELECT y.oid FROM pg_type y WHERE y.typtype = 'e'))`,
  },
  {
    object:
      "CASE k.contypid WHEN 0 THEN 'constraint' ELSE 'type' END, CASE k.contypid WHEN 0 THEN k.oid ELSE k.contypid END, 0",
    part: "nullif(k.conrelid, 0), CASE WHEN k.conrelid <> 0 THEN k.conname END",
    isWanted: "k.contype IN ('p', 'u')",
    from: "JOIN pg_constraint k ON k.oid = d.objid AND k.contype <> 'n'",
    in: ["pg_constraint"],
    // A foreign key has its own columns as other constraints have theirs.
    where: `(d.deptype = 'n' OR d.deptype = 'a' AND k.contype = 'f') AND k.conparentid = 0
      AND (k.contype <> 'f' OR d.refobjsubid = 0 AND d.deptype = 'n' OR k.conrelid IN (SELECT oid FROM apart))`,
  },
];

/** Indexes and constraints that models cannot declare; what they may have differs by version. */
const specialArms = (scope: UsesScope): readonly Arm[] => [
  {
    // Exclusion constraints, and keys that models cannot declare.
    object: "'constraint', k.oid, 0",
    part: "k.conrelid, k.conname",
    isWanted: "k.contype IN ('p', 'u')",
    from: "JOIN pg_constraint k ON k.oid = d.objid",
    in: ["pg_constraint"],
    where: `d.deptype = 'a' AND k.conparentid = 0
      AND d.objid = ANY (ARRAY(
        SELECT x.oid FROM pg_index i JOIN pg_constraint x ON x.conrelid = i.indrelid AND x.conindid = i.indexrelid
        WHERE x.contype IN ('x', 'p', 'u') AND (i.indrelid IN (SELECT oid FROM apart) OR i.indnatts <> i.indnkeyatts OR i.indisexclusion
          OR ${takesNulls(scope.version)}) AND ${isAmong("i.indrelid", scope.affected?.relations)}))`,
  },
  {
    object:
      "CASE k.contype WHEN 'x' THEN 'constraint' ELSE 'index' END, CASE k.contype WHEN 'x' THEN k.oid ELSE i.indexrelid END, 0",
    part: "i.indrelid, coalesce(k.conname, x.relname)",
    from: `JOIN pg_index i ON i.indexrelid = d.objid JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'x'`,
    in: ["pg_class"],
    where: `d.objsubid = 0 AND d.deptype IN ('n', 'a') AND NOT x.relispartition
      AND d.objid = ANY (ARRAY(SELECT i.indexrelid FROM pg_index i WHERE i.indexrelid >= ${FIRST_OID}
        AND ${isAmong("i.indexrelid", scope.affected?.oids("pg_class"))} AND ${specialIndex(scope)}))`,
  },
];

const LAST_ARMS: readonly Arm[] = [
  {
    // A sequence that goes with a column to which it gives no numbers.
    object: "'sequence', d.objid, 0",
    from: "JOIN owned s ON s.sequence = d.objid",
    in: ["pg_class"],
    where: `d.objsubid = 0 AND d.deptype = 'a' AND NOT EXISTS (
        SELECT FROM pg_attrdef f JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = f.oid
        WHERE f.adrelid = s.relation AND f.adnum = s.number AND x.refclassid = 'pg_class'::regclass AND x.refobjid = s.sequence)`,
  },
  {
    // A table that inherits, and a partition.
    object: "'relation', d.objid, 0",
    from: "JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'f')",
    in: ["pg_class"],
    where: `d.objsubid = 0 AND d.refobjsubid = 0
      AND d.objid = ANY (ARRAY(SELECT h.inhrelid FROM pg_inherits h UNION SELECT y.oid FROM pg_class y WHERE y.reloftype <> 0))
      AND d.deptype = CASE WHEN c.relispartition THEN 'a'::"char" ELSE 'n' END`,
  },
  {
    object: "'pg_opclass', o.refobjid, 0",
    from: "JOIN pg_depend o ON o.classid = d.classid AND o.objid = d.objid AND o.refclassid = 'pg_opclass'::regclass",
    in: ["pg_amop", "pg_amproc"],
    where: "d.deptype IN ('n', 'a')",
  },
  {
    // A member that an operator family has apart from its classes: PostgreSQL drops it together with what it uses.
    object: "d.classid::regclass::text, d.objid, 0",
    from: "",
    in: ["pg_amop", "pg_amproc"],
    where: `d.deptype IN ('n', 'a') AND NOT EXISTS (
        SELECT FROM pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid AND o.refclassid = 'pg_opclass'::regclass)`,
  },
  {
    object: `CASE d.classid WHEN 'pg_policy'::regclass THEN 'policy' WHEN 'pg_trigger'::regclass THEN 'trigger'
        WHEN 'pg_proc'::regclass THEN 'function' WHEN 'pg_statistic_ext'::regclass THEN 'statistics'
        WHEN 'pg_publication_rel'::regclass THEN 'publication' WHEN 'pg_type'::regclass THEN 'type'
        WHEN 'pg_cast'::regclass THEN 'cast' ELSE d.classid::regclass::text END, d.objid, 0`,
    from: "",
    in: [
      ...["pg_policy", "pg_trigger", "pg_proc", "pg_statistic_ext", "pg_publication_rel", "pg_type", "pg_cast"],
      ...["pg_operator", "pg_opclass", "pg_transform", "pg_event_trigger"],
    ],
    where: "d.deptype IN ('n', 'a')",
  },
];

const REFERENCED = `('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
        'pg_operator'::regclass, 'pg_opclass'::regclass)`;

/** Every edge of what is looked at, before what an object uses is found to be ours. Catalogs without such an object are left out. */
export function rawSql(scope: UsesScope): string {
  const { affected } = scope;
  const arms = [...FIRST_ARMS, ...specialArms(scope), ...LAST_ARMS].flatMap((arm) => {
    const { object, part = "NULL::oid, NULL::name", isWanted = "false", from, where } = arm;
    const catalogs = arm.in.filter((one) => affected === undefined || affected.oids(one).length > 0);
    if (catalogs.length === 0) return [];
    const oids = affected && catalogs.flatMap((one) => affected.oids(one));
    return [
      `SELECT ${object}, ${part}, ${isWanted}, d.refclassid, d.refobjid, d.refobjsubid
      FROM pg_depend d ${from} WHERE d.refclassid IN ${REFERENCED} AND d.objid >= ${FIRST_OID}
      AND d.classid ${oneOf(catalogs)} AND ${isAmong("d.objid", oids)} AND ${where}`,
    ];
  });
  return arms.join("\n      UNION ALL ");
}

function oneOf(catalogs: readonly string[]): string {
  const [first, ...others] = catalogs.map((one) => `'${one}'::regclass`);
  return others.length === 0 ? `= ${first}` : `IN (${[first, ...others].join(", ")})`;
}
