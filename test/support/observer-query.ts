/** The first oid of what initdb did not make. */
export const FIRST_OID = 16384;

/**
 * What is the user's: `namespaces`, `relations` with their `heading`, `types` with theirs. Conditions on the oid keep
 * PostgreSQL from looking at its own thousands of objects.
 */
const MINE = `
WITH namespaces AS (
  SELECT n.oid, n.nspname, n.nspacl, n.nspowner FROM pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
), foreigners AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
), comments AS (
  SELECT objoid, classoid, objsubid, description FROM pg_description
  WHERE objoid >= ${FIRST_OID}
), ignored AS (
  SELECT c.oid FROM pg_class c JOIN namespaces n ON n.oid = c.relnamespace WHERE c.relname = ANY ($2::text[])
), relations AS (
  SELECT c.*, n.nspname, format('%s %I.%I', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
    WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
    WHEN 'c' THEN 'composite type' END, n.nspname, c.relname) AS heading
  FROM pg_class c
  JOIN namespaces n ON n.oid = c.relnamespace
  WHERE c.oid >= ${FIRST_OID} AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    AND c.oid NOT IN (SELECT oid FROM ignored)
    AND c.oid NOT IN (SELECT objid FROM foreigners WHERE classid = 'pg_class'::regclass)
    AND c.reltype NOT IN (SELECT objid FROM foreigners WHERE classid = 'pg_type'::regclass)
    AND (c.relkind <> 'S' OR c.oid NOT IN (SELECT d.objid FROM pg_depend d JOIN ignored i ON i.oid = d.refobjid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
), types AS (
  SELECT t.*, format('%s %I.%I', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type'
    WHEN 'b' THEN 'base type' END, n.nspname, t.typname) AS heading
  FROM pg_type t
  JOIN namespaces n ON n.oid = t.typnamespace
  WHERE t.oid >= ${FIRST_OID} AND t.typtype IN ('e', 'd', 'r', 'b') AND NOT (t.typtype = 'b' AND t.typcategory = 'A')
    AND t.oid NOT IN (SELECT objid FROM foreigners WHERE classid = 'pg_type'::regclass)
)`;

const grants = (acl: string): string =>
  `CASE WHEN ${acl} IS NOT NULL
    THEN (SELECT 'grants ' || string_agg(g::text, ', ' ORDER BY g::text COLLATE "C") FROM unnest(${acl}) g) END`;
const comment = (oid: string, catalog: string, part = "0"): string =>
  `'comment ' || quote_literal((SELECT d.description FROM comments d
    WHERE d.objoid = ${oid} AND d.classoid = '${catalog}'::regclass AND d.objsubid = ${part}))`;
const owner = (role: string): string =>
  `CASE WHEN ${role} <> quote_ident(current_user)::regrole THEN 'owner ' || ${role}::regrole::text END`;
const options = (list: string): string =>
  `CASE WHEN ${list} IS NOT NULL THEN (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(${list}) o) END`;

const tablespace = (oid: string): string =>
  `CASE WHEN ${oid} <> 0
    THEN (SELECT 'tablespace ' || quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = ${oid}) END`;

/** One row for each of these expressions that is not null. */
const lines = (heading: string, from: string, expressions: readonly string[]): string => `
SELECT ${heading}, line FROM ${from} CROSS JOIN LATERAL (VALUES
${expressions.map((expression, index) => `(${index}, ${expression})`).join(",\n")}
) of_it (place, line) WHERE line IS NOT NULL ORDER BY place`;

/**
 * The observer's query: rows of `(heading, line)`, in the order in which lines stand under a heading; a `NULL` line only
 * makes the heading. Parameters: `$1` the schemas (`NULL`: all of the user's), `$2` the names of tables to leave out, `$3`
 * whether NOT NULL constraints are listed.
 */
export function observerQuery(): string {
  const parts = Object.values(sections()).map(
    (query, index) => `SELECT ${index} AS section, row_number() OVER () AS place, * FROM (${query}) s (heading, line)`,
  );
  return `${MINE} SELECT heading, line FROM (${parts.join(" UNION ALL ")}) a ORDER BY section, place`;
}

/** A query for each kind of line. */
function sections(): Readonly<Record<string, string>> {
  const notNulls = "AND (k.contype <> 'n' OR $3::boolean)";
  return {
    schemas: `SELECT format('schema %I', nspname), NULL FROM namespaces`,
    schemaProperties: lines("format('schema %I', n.nspname)", "namespaces n", [
      owner("n.nspowner"),
      grants("n.nspacl"),
      "'comment ' || quote_literal(obj_description(n.oid, 'pg_namespace'))", // `public` is one of initdb's
    ]),
    extensions: `
      SELECT format('extension %I', extname), format('version %s in schema %I', extversion, nspname)
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE $1::text[] IS NULL OR n.nspname = ANY ($1)`,
    types: `SELECT heading, NULL FROM types`,
    enumLabels: `
      SELECT heading, quote_literal(enumlabel) FROM types t JOIN pg_enum e ON e.enumtypid = t.oid
      ORDER BY enumsortorder`,
    typeProperties: lines("t.heading", "types t LEFT JOIN pg_range r ON r.rngtypid = t.oid", [
      "CASE WHEN t.typtype = 'd' THEN 'as ' || format_type(t.typbasetype, t.typtypmod) END",
      "'of ' || format_type(r.rngsubtype, NULL)",
      `CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
        THEN 'collate ' || t.typcollation::regcollation::text END`,
      "CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'not null' END",
      "CASE WHEN t.typtype = 'd' THEN 'default ' || pg_get_expr(t.typdefaultbin, 0) END",
      owner("t.typowner"),
      grants("t.typacl"),
      comment("t.oid", "pg_type"),
    ]),
    domainConstraints: `
      SELECT t.heading, format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid))
        || coalesce(', ' || ${comment("k.oid", "pg_constraint")}, '')
      FROM types t JOIN pg_constraint k ON k.contypid = t.oid ${notNulls}
      ORDER BY k.conname COLLATE "C"`,
    relations: `SELECT heading, NULL FROM relations`,
    sequenceParameters: `
      SELECT c.heading, format('%s start %s increment %s minimum %s maximum %s cache %s%s',
        format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
        CASE WHEN s.seqcycle THEN ' cycle' END)
      FROM relations c JOIN pg_sequence s ON s.seqrelid = c.oid`,
    sequenceOwners: `
      SELECT c.heading, format('owned by %s.%I%s', d.refobjid::regclass, a.attname,
        CASE WHEN d.deptype = 'i' THEN ' as identity' END)
      FROM relations c
      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
        AND d.deptype IN ('a', 'i')
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE c.relkind = 'S'`,
    relationProperties: lines("c.heading", "relations c LEFT JOIN pg_am m ON m.oid = c.relam", [
      "CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END",
      "CASE WHEN c.relkind IN ('r', 'm') AND m.amname <> 'heap' THEN 'access method ' || m.amname END",
      tablespace("c.reltablespace"),
      `'options ' || ${options("c.reloptions")}`,
      `(SELECT 'toast options ' || ${options("t.reloptions")} FROM pg_class t WHERE t.oid = c.reltoastrelid)`,
      "CASE WHEN c.reloftype <> 0 THEN 'of type ' || c.reloftype::regtype::text END",
      `CASE c.relkind WHEN 'f' THEN (SELECT format('server %I, options %s', s.srvname, ${options("f.ftoptions")})
        FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) END`,
      "CASE c.relkind WHEN 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) END",
      `(SELECT 'inherits ' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
        FROM pg_inherits i WHERE i.inhrelid = c.oid)`,
      "'partition ' || pg_get_expr(c.relpartbound, c.oid)",
      "CASE WHEN c.relrowsecurity THEN 'row level security' END",
      "CASE WHEN c.relforcerowsecurity THEN 'row level security forced' END",
      "CASE WHEN c.relkind IN ('r', 'p') AND c.relreplident <> 'd' THEN 'replica identity ' || c.relreplident::text END",
      "CASE WHEN NOT c.relispopulated THEN 'not populated' END",
      "CASE WHEN c.relkind IN ('v', 'm') THEN 'as' || E'\\n' || pg_get_viewdef(c.oid) END",
      owner("c.relowner"),
      grants("c.relacl"),
      comment("c.oid", "pg_class"),
      comment("c.reltype", "pg_type"),
    ]),
    columns: `
      SELECT c.heading, concat_ws(' ',
        'column', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation::text END,
        CASE WHEN a.attnotnull THEN 'not null' END,
        CASE WHEN (a.attrelid, a.attnum) IN (SELECT k.conrelid, k.conkey[1] FROM pg_constraint k
          WHERE k.contype = 'n' AND NOT k.convalidated) THEN 'not valid' END,
        CASE a.attgenerated WHEN '' THEN 'default ' || pg_get_expr(d.adbin, d.adrelid) END,
        CASE a.attidentity WHEN 'a' THEN 'generated always as identity' WHEN 'd' THEN 'generated by default as identity' END,
        CASE WHEN a.attgenerated <> '' THEN format('generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid),
          CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END) END,
        CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
        CASE WHEN a.attcompression <> '' THEN 'compression ' || a.attcompression::text END,
        'statistics ' || nullif(a.attstattarget, -1),
        'options ' || ${options("a.attoptions")},
        'foreign options ' || ${options("a.attfdwoptions")},
        CASE WHEN NOT a.attislocal THEN 'inherited' END,
        ${grants("a.attacl")},
        ${comment("a.attrelid", "pg_class", "a.attnum")})
      FROM relations c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind <> 'S'
      ORDER BY a.attnum`,
    constraints: `
      SELECT c.heading, concat_ws(', ',
        format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)),
        CASE WHEN NOT k.convalidated THEN 'not validated' END,
        CASE WHEN NOT k.conislocal THEN 'inherited' END,
        ${comment("k.oid", "pg_constraint")})
      FROM relations c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype <> 't' ${notNulls}
      ORDER BY k.conname COLLATE "C"`,
    indexes: `
      SELECT c.heading, concat_ws(', ',
        'index ' || pg_get_indexdef(i.indexrelid),
        CASE WHEN i.indexrelid IN (SELECT k.conindid FROM pg_constraint k
          WHERE k.contype IN ('p', 'u', 'x')) THEN 'of a constraint' END,
        CASE WHEN NOT i.indisvalid THEN 'invalid' END,
        CASE WHEN i.indisclustered THEN 'clustered' END,
        CASE WHEN i.indisreplident THEN 'replica identity' END,
        ${tablespace("x.reltablespace")},
        ${comment("x.oid", "pg_class")})
      FROM relations c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
      ORDER BY x.relname COLLATE "C"`,
    triggers: `
      SELECT c.heading, concat_ws(', ',
        'trigger ' || pg_get_triggerdef(t.oid),
        CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END,
        ${comment("t.oid", "pg_trigger")})
      FROM relations c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
      ORDER BY tgname COLLATE "C"`,
    rules: `
      SELECT c.heading, concat_ws(', ',
        'rule ' || pg_get_ruledef(r.oid),
        CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END,
        ${comment("r.oid", "pg_rewrite")})
      FROM relations c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
      ORDER BY r.rulename COLLATE "C"`,
    policies: `
      SELECT c.heading, concat_ws(' ',
        format('policy %I', p.polname),
        CASE WHEN NOT p.polpermissive THEN 'restrictive' END,
        'for ' || CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
          WHEN 'd' THEN 'delete' ELSE 'all' END,
        'to ' || (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ', '
          ORDER BY r::regrole::text COLLATE "C") FROM unnest(p.polroles) r),
        'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')',
        ${comment("p.oid", "pg_policy")})
      FROM relations c JOIN pg_policy p ON p.polrelid = c.oid
      ORDER BY p.polname COLLATE "C"`,
    statistics: `
      SELECT c.heading, concat_ws(', ',
        'statistics ' || pg_get_statisticsobjdef(s.oid),
        'target ' || nullif(s.stxstattarget, -1),
        ${comment("s.oid", "pg_statistic_ext")})
      FROM relations c JOIN pg_statistic_ext s ON s.stxrelid = c.oid
      ORDER BY s.stxname COLLATE "C"`,
    functions: `
      SELECT format('%s %I.%I(%s)', CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure'
        WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' END, n.nspname, p.proname,
        pg_get_function_identity_arguments(p.oid)),
        concat_ws(', ',
          'returns ' || pg_get_function_result(p.oid),
          'language ' || l.lanname,
          'source ' || md5(CASE WHEN p.prokind = 'a' THEN p.prosrc ELSE pg_get_functiondef(p.oid) END),
          ${owner("p.proowner")},
          ${grants("p.proacl")},
          ${comment("p.oid", "pg_proc")})
      FROM pg_proc p
      JOIN namespaces n ON n.oid = p.pronamespace
      JOIN pg_language l ON l.oid = p.prolang
      WHERE p.oid >= ${FIRST_OID}
        AND p.oid NOT IN (SELECT objid FROM foreigners WHERE classid = 'pg_proc'::regclass)
        -- the constructors of range types come and go with their type
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                        AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i')`,
    others: `
      SELECT 'other ' || pg_describe_object(d.classid, d.objid, d.objsubid), NULL
      FROM pg_depend d JOIN namespaces n ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
      WHERE d.classid NOT IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
                              'pg_statistic_ext'::regclass, 'pg_extension'::regclass)
        AND (d.classid, d.objid) NOT IN (SELECT classid, objid FROM foreigners)`,
  };
}
