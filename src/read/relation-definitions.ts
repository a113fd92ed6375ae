import { COLUMN_TYPE } from "../kinds/columns.ts";
import { CURRENT_ROLE } from "../kinds/rights.ts";
import type { Definition } from "./routine-definitions.ts";

/** A table keeps its rows when it no longer inherits, or no longer is of a type. */
const ofParents = (
  inherit: string,
  ofType: string,
): string => `format('ALTER TABLE %s %s', c.oid::regclass, concat_ws(', ',
        (SELECT string_agg(format('${inherit} %s', h.inhparent::regclass), ', ' ORDER BY h.inhseqno) FROM pg_inherits h WHERE h.inhrelid = c.oid),
        CASE WHEN c.reloftype <> 0 THEN ${ofType} END))`;

const ofPartitioned = (
  word: string,
  bound: string,
): string => `(SELECT format('ALTER TABLE %s ${word} PARTITION %s', h.inhparent::regclass, c.oid::regclass) || ${bound}
        FROM pg_inherits h WHERE h.inhrelid = c.oid)`;

/** A table that inherits from several tables may have a column from another one. All columns of a partition are those of its table. */
const OWN_COLUMNS = `SELECT json_agg(json_strip_nulls(json_build_object('name', a.attname, 'type', ${COLUMN_TYPE},
          'collation', CASE WHEN a.attcollation <> t.typcollation THEN (SELECT o.collname FROM pg_collation o WHERE o.oid = a.attcollation) END,
          'isInherited', CASE WHEN a.attinhcount > 0 THEN true END)) ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition
          AND (a.attislocal OR (SELECT count(*) FROM pg_inherits h WHERE h.inhrelid = c.oid) > 1)`;

/** PostgreSQL makes one of two checks only where both are inherited and hold for all rows. */
const OWN_CONSTRAINTS = `SELECT json_agg(json_strip_nulls(json_build_object('name', k.conname,
          'expression', CASE WHEN k.contype = 'c' AND k.convalidated AND NOT k.connoinherit THEN pg_get_expr(k.conbin, k.conrelid) END,
          'isInherited', CASE WHEN k.coninhcount > 0 THEN true END)) ORDER BY k.conname)
        FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conislocal AND k.contype <> 'n'`;

/** Names that the table has itself, as JSON of `OwnParts`. */
const OWN = `json_strip_nulls(json_build_object('columns', coalesce((${OWN_COLUMNS}), '[]'), 'constraints', coalesce((${OWN_CONSTRAINTS}), '[]'),
      'isForeign', CASE c.relkind WHEN 'f' THEN true END))::text`;

/** Tables, partitions, views and sequences. */
export const RELATIONS: readonly Definition[] = [
  {
    of: "relation",
    from: "JOIN pg_class c ON c.oid = u.oid JOIN pg_namespace n ON n.oid = c.relnamespace",
    kind: "CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized view' ELSE 'table' END",
    table: "NULL::oid",
    name: ["n.nspname", "c.relname"],
    drop: `CASE WHEN c.relkind IN ('v', 'm') THEN format('DROP %sVIEW %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, c.oid::regclass)
      WHEN c.relispartition THEN ${ofPartitioned("DETACH", "''")} ELSE ${ofParents("NO INHERIT", "'NOT OF'")} END`,
    create: `CASE WHEN c.relkind IN ('v', 'm') THEN format('CREATE %sVIEW %s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END,
      c.oid::regclass, rtrim(pg_get_viewdef(c.oid), ';'))
      WHEN c.relispartition THEN ${ofPartitioned("ATTACH", "' ' || pg_get_expr(c.relpartbound, c.oid)")} ELSE ${ofParents("INHERIT", "format('OF %s', c.reloftype::regtype)")} END`,
    owner: "c.relowner",
    namespace: "CASE WHEN c.relkind IN ('v', 'm') THEN n.oid END",
    own: `CASE WHEN c.relkind IN ('r', 'p', 'f') THEN ${OWN} END`,
    bound: `CASE WHEN c.relkind = 'r' AND NOT c.relispartition THEN json_build_object(
      'columns', ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.attinhcount > 0 OR c.reloftype <> 0) ORDER BY a.attnum),
      'notNull', ARRAY(SELECT a.attname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.coninhcount > 0 ORDER BY a.attnum),
      'checks', ARRAY(SELECT k.conname FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.coninhcount > 0 ORDER BY k.conname))::text END`,
  },
  {
    // A column can own a sequence only if its table has the same owner, so the sequence gets that first.
    of: "sequence",
    from: `JOIN pg_sequence q ON q.seqrelid = u.oid JOIN pg_class s ON s.oid = u.oid JOIN pg_namespace n ON n.oid = s.relnamespace
      JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.objsubid = 0 AND o.deptype = 'a' AND o.refobjsubid > 0
      JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid`,
    kind: "'sequence'",
    table: "o.refobjid",
    name: ["n.nspname", "s.relname"],
    drop: "format('DROP SEQUENCE %s', s.oid::regclass)",
    create: `format('CREATE %sSEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %sCYCLE%s OWNED BY %s.%I',
      CASE s.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, s.oid::regclass, q.seqtypid::regtype, q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache,
      CASE WHEN NOT q.seqcycle THEN 'NO ' END,
      CASE WHEN s.relowner <> ${CURRENT_ROLE} THEN format(E';\\nALTER SEQUENCE %1$s OWNER TO %2$s;\\nALTER SEQUENCE %1$s', s.oid::regclass, s.relowner::regrole) END,
        o.refobjid::regclass, a.attname)`,
    owner: "s.relowner",
    namespace: "n.oid",
  },
];
