import { COLUMN_OPTIONS } from "./fact-query.ts";
import { PARTS, POLICIES, PUBLICATIONS, SEQUENCES } from "./rebuild-parts.ts";

/** An array of the statements that several queries return, in their order. */
function statements(queries: readonly string[]): string {
  const numbered = queries.map(
    (query, index) => `SELECT ${index} AS step, row_number() OVER () AS place, q.* FROM (${query}) q (statement)`,
  );
  return `ARRAY(SELECT statement FROM (
    ${numbered.join("\n    UNION ALL ")}
  ) s WHERE statement IS NOT NULL ORDER BY step, place)`;
}

/** A list like `fillfactor='70'` from an array of the catalog. */
const options = (list: string, prefix = ""): string =>
  `(SELECT string_agg(format('${prefix}%s=%L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(${list}) o)`;

const storage = (list: string): string => `coalesce(' WITH (' || ${options(list)} || ')', '')`;

const tablespace = (oid: string): string =>
  `coalesce((SELECT format(' TABLESPACE %I', spcname) FROM pg_tablespace WHERE oid = ${oid}), '')`;

/** The type and collation of a column in SQL. */
const TYPE = `format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END`;

/** The statements after which nothing depends on the table. Views keep their columns, but read nothing. */
export const drops = statements([
  `SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM (${POLICIES}) p`,
  `SELECT format('CREATE OR REPLACE VIEW %s AS SELECT %s', v::regclass, (
      SELECT string_agg(format('NULL::%s AS %I', ${TYPE}, a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = v AND a.attnum > 0 AND NOT a.attisdropped))
    FROM unnest(views) v`,
  `SELECT format('DROP MATERIALIZED VIEW %s', m::regclass) FROM unnest(relations) WITH ORDINALITY o (m, place)
    WHERE m <> target ORDER BY place DESC`,
  `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
    WHERE confrelid = target AND conrelid <> target AND conparentid = 0 ORDER BY conrelid`,
  `SELECT format('ALTER SEQUENCE %s OWNED BY NONE', oid::regclass) FROM (${SEQUENCES}) s WHERE deptype = 'a'`,
  // With FORCE ROW LEVEL SECURITY the owner would not see all rows.
  `SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', target::regclass)`,
  `SELECT format('ALTER TABLE %s RENAME TO %I', target::regclass, 'remodel_' || target)`,
]);

/** The new table with its columns in their order, and the settings that decide how rows are stored. */
export function tableShape(order: string): string {
  return statements([
    `SELECT format('CREATE %sTABLE %s (%s) USING %I', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END,
        c.oid::regclass, (${columns(order)}), m.amname) || ${storage("c.reloptions")} || ${tablespace("c.reltablespace")}
      FROM pg_class c JOIN pg_am m ON m.oid = c.relam WHERE c.oid = target`,
    toastOptions("c.oid = target"),
    columnSettings("a.attrelid = target"),
  ]);
}

/** Since PostgreSQL 18 a NOT NULL constraint has a name. One that is not valid can only be added after the rows. */
function columns(order: string): string {
  return `
      SELECT string_agg(concat_ws(' ', quote_ident(a.attname), ${TYPE},
        CASE a.attgenerated WHEN '' THEN NULL WHEN 's' THEN format('GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
          ELSE format('GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid)) END,
        CASE WHEN a.attnotnull AND k.convalidated IS NOT FALSE THEN
          concat_ws(' ', 'CONSTRAINT ' || quote_ident(k.conname), 'NOT NULL', CASE WHEN k.connoinherit THEN 'NO INHERIT' END) END
        ), ', ' ORDER BY ${order})
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
      WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped`;
}

function toastOptions(where: string): string {
  return `SELECT format('ALTER TABLE %s SET (%s)', c.oid::regclass, ${options("t.reloptions", "toast.")})
    FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL WHERE ${where}`;
}

function columnSettings(where: string): string {
  return `SELECT format('ALTER TABLE %s ALTER COLUMN %I SET %s', a.attrelid::regclass, a.attname, setting)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (VALUES
      (CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE '
        || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
      (CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END),
      (CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END),
      ('(' || ${options(COLUMN_OPTIONS)} || ')')
    ) s (setting)
    WHERE ${where} AND a.attnum > 0 AND NOT a.attisdropped AND setting IS NOT NULL ORDER BY a.attrelid, a.attnum`;
}

const OWNERS_AND_SEQUENCES = [
  `SELECT format('ALTER TABLE %s OWNER TO %s', oid::regclass, relowner::regrole) FROM pg_class WHERE oid = target`,
  `SELECT format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s)',
      target::regclass, a.attname, CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, q.seqrelid::regclass,
      q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
    FROM (${SEQUENCES}) s JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_attribute a ON a.attrelid = target AND a.attnum = s.attnum WHERE s.deptype = 'i' ORDER BY a.attnum`,
  `SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, target::regclass, a.attname)
    FROM (${SEQUENCES}) s JOIN pg_attribute a ON a.attrelid = target AND a.attnum = s.attnum WHERE s.deptype = 'a'`,
];

const DEFAULTS_AND_CONSTRAINTS = [
  `SELECT format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', target::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = target AND a.attgenerated = '' ORDER BY a.attnum`,
  `SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = target AND (contype IN ('c', 'p', 'u', 'x') OR contype = 'n' AND NOT convalidated)
    ORDER BY oid`,
  `SELECT format('ALTER INDEX %s SET (%s)', c.oid::regclass, ${options("c.reloptions")})
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conindid
    WHERE k.conrelid = target AND k.contype IN ('p', 'u', 'x') AND c.reloptions IS NOT NULL`,
];

/** Views are created after the primary key, because a view may group by it. Materialized views are filled at the end. */
const VIEWS = [
  `SELECT format('CREATE MATERIALIZED VIEW %s USING %I', c.oid::regclass, m.amname) || ${storage("c.reloptions")}
      || ${tablespace("c.reltablespace")} || format(' AS %s WITH NO DATA', rtrim(pg_get_viewdef(c.oid), ';'))
    FROM pg_class c JOIN pg_am m ON m.oid = c.relam WHERE c.oid = ANY (relations) AND c.oid <> target
    ORDER BY array_position(relations, c.oid)`,
  `SELECT format('ALTER TABLE %s OWNER TO %s', oid::regclass, relowner::regrole)
    FROM pg_class WHERE oid = ANY (relations) AND oid <> target`,
  `SELECT format('CREATE OR REPLACE VIEW %s', c.oid::regclass) || ${storage("c.reloptions")} || ' AS ' || pg_get_viewdef(c.oid)
    FROM pg_class c WHERE c.oid = ANY (views)`,
  toastOptions("c.oid = ANY (relations) AND c.oid <> target"),
  columnSettings("a.attrelid = ANY (relations) AND a.attrelid <> target"),
];

const INDEXES = [
  `SELECT pg_get_indexdef(indexrelid) FROM pg_index i WHERE indrelid = ANY (relations) AND NOT EXISTS (
      SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND conrelid = i.indrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY indexrelid`,
  `SELECT format('ALTER INDEX %s SET TABLESPACE %I', c.oid::regclass, s.spcname)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE i.indrelid = ANY (relations)`,
  `SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', i.indexrelid::regclass, a.attnum, a.attstattarget)
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid WHERE i.indrelid = ANY (relations) AND a.attstattarget >= 0`,
  `SELECT format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ANY (relations) AND i.indisclustered`,
  `SELECT format('ALTER TABLE %s REPLICA IDENTITY %s', target::regclass, CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
      ELSE format('USING INDEX %I', (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = target AND i.indisreplident)) END)
    FROM pg_class c WHERE c.oid = target AND c.relreplident <> 'd'`,
];

const FOREIGN_KEYS = [
  `SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND (conrelid = target OR confrelid = target) AND conparentid = 0 ORDER BY oid`,
];

const TRIGGERS = [
  `SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = target AND NOT tgisinternal ORDER BY tgname`,
  `SELECT format('ALTER TABLE %s %s TRIGGER %I', tgrelid::regclass,
      CASE tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, tgname)
    FROM pg_trigger WHERE tgrelid = target AND NOT tgisinternal AND tgenabled <> 'O'`,
];

const STATISTICS_NAME = "format('%I.%I', n.nspname, s.stxname)";
const STATISTICS_FROM =
  "FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxrelid = ANY (relations)";

const STATISTICS = [
  `SELECT pg_get_statisticsobjdef(s.oid) ${STATISTICS_FROM}`,
  `SELECT format('ALTER STATISTICS %s OWNER TO %s', ${STATISTICS_NAME}, s.stxowner::regrole) ${STATISTICS_FROM}`,
  `SELECT format('ALTER STATISTICS %s SET STATISTICS %s', ${STATISTICS_NAME}, s.stxstattarget) ${STATISTICS_FROM} AND s.stxstattarget >= 0`,
];

const ROW_SECURITY = [
  `SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', polname, polrelid::regclass,
      CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ') FROM unnest(polroles) r))
      || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
    FROM (${POLICIES}) p ORDER BY oid`,
  `SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', oid::regclass) FROM pg_class WHERE oid = target AND relrowsecurity`,
  `SELECT format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class WHERE oid = target AND relforcerowsecurity`,
];

/** Comments. Some kinds of objects have another word in `COMMENT ON` than in `pg_identify_object`. */
const COMMENTS = [
  `${PARTS}
    SELECT format('COMMENT ON %s %s IS %L', CASE WHEN i.type LIKE '% column' THEN 'COLUMN' WHEN i.type LIKE '% constraint' THEN 'CONSTRAINT'
      WHEN i.type = 'statistics object' THEN 'STATISTICS' WHEN i.type = 'composite type' THEN 'TYPE' ELSE upper(i.type) END,
      i.identity, d.description)
    FROM gone g JOIN pg_description d ON d.classoid = g.classid AND d.objoid = g.objid
    CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i`,
];

/** The roles with privileges on new objects of the user, from `ALTER DEFAULT PRIVILEGES`. */
const BY_DEFAULT = `
      SELECT x.grantee FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) x
      WHERE d.defaclrole = quote_ident(current_user)::regrole AND d.defaclnamespace IN (0, c.relnamespace)
        AND d.defaclobjtype = CASE c.relkind WHEN 'S' THEN 'S' ELSE 'r' END`;

/** The relations on which not only the owner has privileges. */
const GRANTED = `
    SELECT c.*, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS word,
      coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
    FROM pg_class c
    WHERE (c.oid = ANY (relations) OR c.oid IN (SELECT oid FROM (${SEQUENCES}) s WHERE deptype = 'i'))
      AND (c.relacl IS NOT NULL OR EXISTS (${BY_DEFAULT}))`;

const role = (oid: string): string => `CASE ${oid} WHEN 0 THEN 'PUBLIC' ELSE ${oid}::regrole::text END`;

const RIGHTS = [
  `SELECT format('REVOKE ALL ON %s %s FROM %s', c.word, c.oid::regclass, ${role("g.grantee")})
    FROM (${GRANTED}) c CROSS JOIN LATERAL (SELECT c.relowner UNION SELECT 0::oid UNION ${BY_DEFAULT}) g (grantee)`,
  `SELECT format('GRANT %s ON %s %s TO %s%s', string_agg(x.privilege_type, ', '), c.word, c.oid::regclass, ${role("x.grantee")},
      CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM (${GRANTED}) c CROSS JOIN LATERAL aclexplode(c.acl) x GROUP BY c.word, c.oid, x.grantee, x.is_grantable`,
  `SELECT format('GRANT %s ON %s TO %s%s', string_agg(format('%s (%I)', x.privilege_type, a.attname), ', '), a.attrelid::regclass,
      ${role("x.grantee")}, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x WHERE a.attrelid = ANY (relations)
    GROUP BY a.attrelid, x.grantee, x.is_grantable`,
];

const IN_THE_END = [
  `SELECT format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, target::regclass)
    FROM (${PUBLICATIONS}) r JOIN pg_publication p ON p.oid = r.prpubid`,
  `SELECT format('REFRESH MATERIALIZED VIEW %s', oid::regclass) FROM pg_class
    WHERE oid = ANY (relations) AND relkind = 'm' AND relispopulated ORDER BY array_position(relations, oid)`,
  `SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE oid = ANY (relations) AND relispopulated
    ORDER BY array_position(relations, oid)`,
];

/** The statements that create everything again that was dropped with the old table. */
export const restores = statements([
  ...OWNERS_AND_SEQUENCES,
  ...DEFAULTS_AND_CONSTRAINTS,
  ...VIEWS,
  ...INDEXES,
  ...FOREIGN_KEYS,
  ...TRIGGERS,
  ...STATISTICS,
  ...ROW_SECURITY,
  ...COMMENTS,
  ...RIGHTS,
  ...IN_THE_END,
]);
