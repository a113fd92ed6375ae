import type { TextRows } from "../database.ts";
import { groupBy } from "../group-by.ts";
import { readRows, requiredText } from "../result-rows.ts";
import { literal } from "../sql.ts";

/*
 * What a change of some objects can affect: everything that uses them, directly or through others. It is found with the
 * index of `pg_depend`, so what it costs grows with what changes, and not with the database.
 */

/** The name of an object, and the schema that it is in. */
export interface PlacedName {
  readonly schema: string;
  readonly name: string;
}

/** Objects by the catalog that has them. */
export interface Affected {
  /** The oids of the objects of a catalog, such as `pg_class`; none where nothing of it is affected. */
  readonly oids: (catalog: string) => readonly string[];
  /** Tables and views that are affected, or of which a part is. */
  readonly relations: readonly string[];
  readonly all: readonly string[];
}

/** Catalogs whose objects are parts of another object: who reaches the part reaches the whole. */
const PARTS = "d.classid IN ('pg_attrdef'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)";
const WHOLES = "d.refclassid IN ('pg_type'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass)";

/**
 * The query for what is affected: a row for each object and its catalog, and for each table of a part with `owner` for the
 * catalog.
 * @param names tables, views, sequences and types that change
 */
export function affectedSql(names: readonly PlacedName[]): string {
  if (names.length === 0) return "SELECT NULL::text, NULL::oid WHERE false";
  const values = names.map(({ schema, name }) => `(${literal(schema)}, ${literal(name)})`);
  return `WITH RECURSIVE named (oid, name) AS MATERIALIZED (
      SELECT n.oid, v.name::name FROM (VALUES ${values.join(", ")}) v (schema, name) JOIN pg_namespace n ON n.nspname = v.schema
    ), affected (class, oid, sub) AS (
      (SELECT 'pg_class'::regclass::oid, c.oid, 0 FROM named v JOIN pg_class c ON c.relname = v.name AND c.relnamespace = v.oid
      UNION ALL SELECT 'pg_type'::regclass::oid, t.oid, 0 FROM named v JOIN pg_type t ON t.typname = v.name AND t.typnamespace = v.oid)
      UNION
      SELECT x.class, x.oid, x.sub FROM affected a CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
        WHERE d.refclassid = a.class AND d.refobjid = a.oid AND (a.sub = 0 OR d.refobjsubid IN (0, a.sub)) AND d.deptype <> 'e'
        UNION ALL
        SELECT d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d
        WHERE d.classid = a.class AND d.objid = a.oid AND (d.deptype = 'i' OR d.deptype = 'a' AND (${PARTS} OR ${WHOLES}))
      ) x (class, oid, sub)
    )
    SELECT (SELECT k.relname FROM pg_class k WHERE k.oid = a.class), a.oid FROM (SELECT DISTINCT class, oid FROM affected) a
    UNION ALL SELECT DISTINCT 'owner', w.oid FROM affected a CROSS JOIN LATERAL (
      SELECT d.refobjid FROM pg_depend d WHERE d.classid = a.class AND d.objid = a.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') OFFSET 0) w (oid)`;
}

/** Reads the rows of {@link affectedSql}. */
export function readAffected(rows: TextRows): Affected {
  const found = groupBy(readRows({ catalog: requiredText, oid: requiredText }, rows), ({ catalog }) => catalog);
  const oids = (catalog: string) => (found.get(catalog) ?? []).map(({ oid }) => oid);
  return {
    oids,
    relations: [...new Set([...oids("pg_class"), ...oids("owner")])],
    all: [...new Set([...found.values()].flat().map(({ oid }) => oid))],
  };
}

/**
 * A condition that an oid is one of some, or `true` where all are looked at.
 * @param oid an SQL expression
 * @param oids numbers
 */
export function isAmong(oid: string, oids: readonly string[] | undefined): string {
  if (oids === undefined) return "true";
  return `${oid} = ANY ('{${oids.join(",")}}'::oid[])`;
}
