import { FIRST_OID } from "../sql.ts";

/** A part of an object, where the catalog keeps it apart from the whole. */
interface Part {
  readonly catalog: string;
  readonly oid: string;
  readonly wholeCatalog: string;
  readonly whole: string;
  readonly from: string;
  readonly where?: string;
}

const PARTS: readonly Part[] = [
  {
    catalog: "pg_rewrite",
    oid: "w.oid",
    wholeCatalog: "pg_class",
    whole: "w.ev_class",
    from: "pg_rewrite w",
    where: "w.rulename = '_RETURN'",
  },
  {
    catalog: "pg_type",
    oid: "t.oid",
    wholeCatalog: "pg_type",
    whole: "t.typelem",
    from: "pg_type t",
    where: "t.typelem <> 0 AND t.typcategory = 'A'",
  },
  {
    catalog: "pg_type",
    oid: "c.reltype",
    wholeCatalog: "pg_class",
    whole: "c.oid",
    from: "pg_class c",
    where: "c.relkind <> 'c' AND c.reltype <> 0",
  },
  {
    catalog: "pg_class",
    oid: "c.oid",
    wholeCatalog: "pg_type",
    whole: "c.reltype",
    from: "pg_class c",
    where: "c.relkind = 'c'",
  },
  { catalog: "pg_type", oid: "g.rngmultitypid", wholeCatalog: "pg_type", whole: "g.rngtypid", from: "pg_range g" },
  {
    catalog: "pg_constraint",
    oid: "k.oid",
    wholeCatalog: "pg_type",
    whole: "k.contypid",
    from: "pg_constraint k",
    where: "k.contypid <> 0",
  },
  {
    catalog: "pg_class",
    oid: "k.conindid",
    wholeCatalog: "pg_constraint",
    whole: "k.oid",
    from: "pg_constraint k",
    where: "k.contype IN ('p', 'u', 'x')",
  },
  // What PostgreSQL makes for the parent of a partition, it makes again for the partition.
  {
    catalog: "pg_constraint",
    oid: "k.oid",
    wholeCatalog: "pg_constraint",
    whole: "k.conparentid",
    from: "pg_constraint k",
    where: "k.conparentid <> 0 AND k.contype = 'f'",
  },
  {
    catalog: "pg_constraint",
    oid: "k.oid",
    wholeCatalog: "pg_class",
    whole: "k.conrelid",
    from: "pg_constraint k",
    where: "k.contype = 'n' AND k.conrelid <> 0",
  },
  {
    catalog: "pg_constraint",
    oid: "k.oid",
    wholeCatalog: "pg_trigger",
    whole: "g.oid",
    from: "pg_constraint k JOIN pg_trigger g ON g.tgconstraint = k.oid",
    where: "k.contype = 't'",
  },
  { catalog: "pg_attrdef", oid: "d.oid", wholeCatalog: "pg_class", whole: "d.adrelid", from: "pg_attrdef d" },
  {
    catalog: "pg_amop",
    oid: "o.objid",
    wholeCatalog: "pg_opclass",
    whole: "o.refobjid",
    from: "pg_depend o",
    where: "o.classid = 'pg_amop'::regclass AND o.refclassid = 'pg_opclass'::regclass AND o.deptype = 'i'",
  },
  {
    catalog: "pg_amproc",
    oid: "o.objid",
    wholeCatalog: "pg_opclass",
    whole: "o.refobjid",
    from: "pg_depend o",
    where: "o.classid = 'pg_amproc'::regclass AND o.refclassid = 'pg_opclass'::regclass AND o.deptype = 'i'",
  },
  {
    catalog: "pg_class",
    oid: "o.objid",
    wholeCatalog: "pg_class",
    whole: "o.refobjid",
    from: "pg_depend o JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S'",
    where:
      "o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype = 'i'",
  },
];

/** The query for parts of objects: the part, and the whole. */
export function aliasesSql(): string {
  const rows = PARTS.map(
    ({ catalog, oid, wholeCatalog, whole, from, where = "true" }) =>
      `SELECT '${catalog}', ${oid}, '${wholeCatalog}', ${whole} FROM ${from} WHERE ${oid} >= ${FIRST_OID} AND (${where})`,
  );
  return rows.join("\n    UNION ALL ");
}

/** The query for what depends on what: an object, and one that has to be there before it. */
export function edgesSql(): string {
  return `SELECT DISTINCT d.classid::regclass::text, d.objid, d.refclassid::regclass::text, d.refobjid
    FROM pg_depend d WHERE d.objid >= ${FIRST_OID} AND (d.refobjid >= ${FIRST_OID} OR d.refclassid = 'pg_namespace'::regclass)
      AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
      AND NOT (d.classid = d.refclassid AND d.objid = d.refobjid)
      AND NOT (d.deptype = 'a' AND d.refobjsubid > 0 AND EXISTS (
        SELECT FROM pg_class s WHERE d.classid = 'pg_class'::regclass AND s.oid = d.objid AND s.relkind = 'S'))`;
}
