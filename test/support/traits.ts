import type pg from "pg";

/** One thing that is true of an object of the database. */
export interface Trait {
  /** What PostgreSQL calls the object: `column code of table public.shop`. */
  readonly object: string;
  /** Its own name. */
  readonly name: string;
  /** Its address in the catalog. It stays when the object gets another name. */
  readonly address: string;
  /** `definition`, `owner`, `grants`, `comment`, `options`, … */
  readonly what: string;
  readonly value: string;
}

/** Objects of the user, which were created after the server was. */
const FIRST_OID = 16384;
const OWN_TABLES = "('remodel_revision', 'remodel_log', 'typeorm_metadata')";

interface Source {
  readonly catalog: string;
  readonly oid: string;
  readonly column?: string;
  readonly from: string;
  readonly where?: string;
  readonly traits: Readonly<Record<string, string>>;
}

const list = (items: string) => `(SELECT string_agg(x, ', ' ORDER BY x COLLATE "C") FROM unnest(${items}) x)`;

/** Who may do what, also where nothing was granted; by whom does not matter. */
const grants = (acl: string, letter: string, owner: string) =>
  `(SELECT string_agg(g, ', ' ORDER BY g COLLATE "C") FROM (
     SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE x.grantee::regrole::text END || '=' || x.privilege_type
       || CASE WHEN x.is_grantable THEN '*' ELSE '' END AS g
     FROM aclexplode(coalesce(${acl}, acldefault(${letter}, ${owner}))) x) a)`;

/** The options of an index are a trait of their own. */
const withoutOptions = (definition: string) => `regexp_replace(${definition}, ' WITH \\([^)]*\\)', '')`;

/** The extensions with which the object goes, after `DEPENDS ON EXTENSION`. */
const EXTENSIONS = (catalog: string, oid: string) =>
  `(SELECT string_agg(n.extname, ', ' ORDER BY n.extname) FROM pg_depend d JOIN pg_extension n ON n.oid = d.refobjid
    WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'x')`;

const IS_TABLE = "c.relkind IN ('r', 'p', 'f')";

const SOURCES: readonly Source[] = [
  {
    catalog: "pg_class",
    oid: "c.oid",
    from: "relations c",
    traits: {
      owner: "c.relowner::regrole::text",
      grants: grants("c.relacl", `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, "c.relowner"),
      options: list("c.reloptions"),
      "options of TOAST": `(SELECT ${list("o.reloptions")} FROM pg_class o WHERE o.oid = c.reltoastrelid)`,
      persistence: "c.relpersistence::text",
      "row-level security": "concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity)",
      "replica identity": `CASE WHEN ${IS_TABLE} THEN c.relreplident::text END`,
      parents: "(SELECT string_agg(i.inhparent::regclass::text, ', ') FROM pg_inherits i WHERE i.inhrelid = c.oid)",
      partitions: "concat_ws(' ', pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid))",
      definition: "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE c.relkind::text END",
      "has rows": "CASE WHEN c.relkind = 'm' THEN c.relispopulated::text END",
      "columns of a type": `CASE WHEN c.relkind = 'c' THEN (SELECT string_agg(format('%I %s', a.attname,
        format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) END`,
      "owner of a sequence": `CASE WHEN c.relkind = 'S' THEN (SELECT format('%I of %I', a.attname, o.relname) FROM pg_depend d
        JOIN pg_class o ON o.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0) END`,
      extensions: EXTENSIONS("pg_class", "c.oid"),
      "parameters of a sequence": `(SELECT format('%s %s %s %s %s %s %s', q.seqtypid::regtype, q.seqstart, q.seqincrement,
        q.seqmin, q.seqmax, q.seqcache, q.seqcycle) FROM pg_sequence q WHERE q.seqrelid = c.oid)`,
    },
  },
  {
    catalog: "pg_class",
    oid: "c.oid",
    column: "a.attnum",
    from: `relations c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attrelid >= ${FIRST_OID} AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relkind NOT IN ('S', 'c') JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum`,
    traits: {
      grants: `(SELECT string_agg(x.grantee::regrole::text || '=' || x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
        ORDER BY x.grantee, x.privilege_type) FROM aclexplode(a.attacl) x)`,
      "statistics target": "nullif(a.attstattarget, -1)::text",
      options: list("ARRAY(SELECT o FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\\_%')"),
      storage: `CASE WHEN ${IS_TABLE} AND a.attstorage <> t.typstorage THEN a.attstorage::text END`,
      compression: "nullif(a.attcompression::text, '')",
      collation: `CASE WHEN ${IS_TABLE} AND a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END`,
      "options of the server": list("a.attfdwoptions"),
      definition: `CASE WHEN ${IS_TABLE} THEN concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text) END`,
      "default of a view": "CASE WHEN c.relkind = 'v' THEN pg_get_expr(d.adbin, d.adrelid) END",
    },
  },
  {
    catalog: "pg_constraint",
    oid: "k.oid",
    from: "pg_constraint k LEFT JOIN relations c ON c.oid = k.conrelid",
    where: `(c.oid IS NOT NULL OR k.contypid <> 0) AND k.contype <> 't' AND k.oid >= ${FIRST_OID}`,
    traits: {
      definition: withoutOptions("pg_get_constraintdef(k.oid)"),
      state: "concat_ws(' ', k.convalidated, k.connoinherit, k.condeferrable, k.condeferred)",
      "disabled checks": `(SELECT string_agg(g.tgenabled::text, ' ' ORDER BY g.tgrelid::regclass::text, g.tgtype) FROM pg_trigger g
        WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O')`,
    },
  },
  {
    catalog: "pg_class",
    oid: "x.oid",
    from: "relations c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid",
    traits: {
      definition: withoutOptions("pg_get_indexdef(x.oid)"),
      options: list("x.reloptions"),
      extensions: EXTENSIONS("pg_class", "x.oid"),
      state: "concat_ws(' ', i.indisvalid, i.indisclustered, i.indisreplident)",
      tablespace: "nullif(x.reltablespace, 0)::text",
      "statistics targets":
        "(SELECT string_agg(concat(a.attnum, ' ', a.attstattarget), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0)",
    },
  },
  {
    catalog: "pg_trigger",
    oid: "t.oid",
    from: "relations c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal",
    traits: {
      definition: "pg_get_triggerdef(t.oid)",
      state: "t.tgenabled::text",
      extensions: EXTENSIONS("pg_trigger", "t.oid"),
    },
  },
  {
    catalog: "pg_rewrite",
    oid: "r.oid",
    from: "relations c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'",
    traits: { definition: "pg_get_ruledef(r.oid)", state: "r.ev_enabled::text" },
  },
  {
    catalog: "pg_policy",
    oid: "p.oid",
    from: "relations c JOIN pg_policy p ON p.polrelid = c.oid",
    traits: {
      definition: `concat_ws(' / ', p.polpermissive, p.polcmd::text, p.polroles::regrole[]::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))`,
    },
  },
  {
    catalog: "pg_statistic_ext",
    oid: "s.oid",
    from: "relations c JOIN pg_statistic_ext s ON s.stxrelid = c.oid",
    traits: {
      definition: "pg_get_statisticsobjdef(s.oid)",
      owner: "s.stxowner::regrole::text",
      "statistics target": "nullif(s.stxstattarget, -1)::text",
    },
  },
  {
    catalog: "pg_proc",
    oid: "f.oid",
    from: "pg_proc f",
    where: `f.prokind IN ('f', 'p', 'w') AND f.oid >= ${FIRST_OID}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype IN ('e', 'i'))`,
    traits: {
      definition: "pg_get_functiondef(f.oid)",
      extensions: EXTENSIONS("pg_proc", "f.oid"),
      owner: "f.proowner::regrole::text",
      grants: grants("f.proacl", `'f'::"char"`, "f.proowner"),
    },
  },
  {
    catalog: "pg_type",
    oid: "t.oid",
    from: `pg_type t LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_class c ON c.oid = t.typrelid`,
    where: `t.oid >= ${FIRST_OID} AND t.typtype IN ('e', 'd', 'r', 'c') AND coalesce(c.relkind, 'c') = 'c'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')`,
    traits: {
      definition: `concat_ws(' ', t.typtype::text, t.typbasetype::regtype, t.typtypmod, t.typnotnull, t.typdefault,
        nullif(t.typcollation, 0)::regcollation, r.rngsubtype::regtype,
        (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))`,
      owner: "t.typowner::regrole::text",
      grants: grants("t.typacl", `'T'::"char"`, "t.typowner"),
    },
  },
  {
    catalog: "pg_publication",
    oid: "p.oid",
    from: "pg_publication p",
    traits: {
      definition: "concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot)",
      owner: "p.pubowner::regrole::text",
    },
  },
  {
    catalog: "pg_proc",
    oid: "f.oid",
    from: "pg_proc f JOIN pg_aggregate g ON g.aggfnoid = f.oid",
    where: `f.oid >= ${FIRST_OID}`,
    traits: {
      "definition of an aggregate": `concat_ws(' ', pg_get_function_arguments(f.oid), g.aggtransfn::regproc, g.aggtranstype::regtype,
        nullif(g.aggfinalfn, 0)::regproc, g.agginitval, f.proparallel::text)`,
    },
  },
  {
    catalog: "pg_operator",
    oid: "o.oid",
    from: "pg_operator o",
    where: `o.oid >= ${FIRST_OID}`,
    traits: {
      owner: "o.oprowner::regrole::text",
      definition:
        "concat_ws(' ', o.oprcode::regproc, o.oprcom <> 0, o.oprnegate <> 0, o.oprrest::regproc, o.oprcanhash, o.oprcanmerge)",
    },
  },
  {
    catalog: "pg_opclass",
    oid: "o.oid",
    from: "pg_opclass o JOIN pg_opfamily y ON y.oid = o.opcfamily JOIN pg_am m ON m.oid = o.opcmethod",
    where: `o.oid >= ${FIRST_OID}`,
    traits: {
      owner: "o.opcowner::regrole::text",
      definition: `concat_ws(' ', m.amname, y.opfnamespace::regnamespace, y.opfname, o.opcintype::regtype, o.opcdefault, nullif(o.opckeytype, 0)::regtype,
        (SELECT string_agg(concat_ws(' ', a.amopstrategy, a.amopopr::regoperator, a.amoppurpose::text, a.amopsortfamily), ', ' ORDER BY a.amopstrategy)
          FROM pg_amop a JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = a.oid WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid),
        (SELECT string_agg(concat_ws(' ', a.amprocnum, a.amproclefttype::regtype, a.amprocrighttype::regtype, a.amproc::regprocedure), ', ' ORDER BY a.amprocnum)
          FROM pg_amproc a JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = a.oid WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid))`,
    },
  },
  {
    catalog: "pg_opfamily",
    oid: "y.oid",
    from: "pg_opfamily y",
    where: `y.oid >= ${FIRST_OID}`,
    traits: {
      members: `concat_ws('; ',
        (SELECT string_agg(concat_ws(' ', a.amopstrategy, a.amopopr::regoperator), ', ' ORDER BY a.amopstrategy) FROM pg_amop a WHERE a.amopfamily = y.oid),
        (SELECT string_agg(concat_ws(' ', a.amprocnum, a.amproc::regprocedure), ', ' ORDER BY a.amprocnum) FROM pg_amproc a WHERE a.amprocfamily = y.oid))`,
    },
  },
  {
    catalog: "pg_cast",
    oid: "k.oid",
    from: "pg_cast k",
    where: `k.oid >= ${FIRST_OID}`,
    traits: {
      definition: "concat_ws(' ', nullif(k.castfunc, 0)::regprocedure, k.castcontext::text, k.castmethod::text)",
    },
  },
  {
    catalog: "pg_namespace",
    oid: "n.oid",
    from: "pg_namespace n",
    where: `n.oid >= ${FIRST_OID}`,
    traits: { owner: "n.nspowner::regrole::text", grants: grants("n.nspacl", `'n'::"char"`, "n.nspowner") },
  },
];

/** Tables of publications. Their columns and filters are of PostgreSQL 15. */
const PUBLISHED: Source = {
  catalog: "pg_publication_rel",
  oid: "p.oid",
  from: "pg_publication_rel p",
  traits: {
    definition: `concat_ws(' where ', 'columns', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
      WHERE a.attrelid = p.prrelid AND a.attnum = ANY (p.prattrs)), pg_get_expr(p.prqual, p.prrelid))`,
  },
};
const PUBLISHED_WHOLE: Source = { ...PUBLISHED, traits: { definition: "'whole'" } };

const RELATIONS = `WITH relations AS (
  SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= ${FIRST_OID} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    AND c.relname NOT IN ${OWN_TABLES}
    AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class o ON o.oid = d.refobjid WHERE d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND o.relname IN ${OWN_TABLES})
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND d.deptype = 'e')
)`;

function sourceSql({ catalog, oid, column = "0", from, where = "true", traits }: Source): string {
  const values = Object.entries(traits).map(([what, value]) => `('${what}', (${value})::text)`);
  return `SELECT '${catalog}'::regclass::oid, ${oid}, ${column}::int, v.* FROM ${from}
    CROSS JOIN LATERAL (VALUES ${values.join(",\n")}) v (what, value) WHERE v.value <> '' AND ${where}`;
}

function traitsSql(major: number): string {
  const sources = [...SOURCES, major < 15 ? PUBLISHED_WHOLE : PUBLISHED].map(sourceSql);
  const comments = `SELECT classoid, objoid, objsubid, 'comment', description FROM pg_description WHERE objoid >= ${FIRST_OID}`;
  return `${RELATIONS} SELECT pg_describe_object(a.class, a.oid, a.part) AS object, CASE i.type WHEN 'domain constraint' THEN i.object_args[1] ELSE
      regexp_replace(i.object_names[cardinality(i.object_names)], CASE WHEN a.class IN ('pg_type'::regclass, 'pg_cast'::regclass) THEN '^.*\\.|"' ELSE '^$' END, '', 'g') END AS name, concat_ws(' ', a.class, a.oid, a.part) AS address, what, value
    FROM (${[...sources, comments].join("\nUNION ALL ")}) a (class, oid, part, what, value)
    CROSS JOIN LATERAL pg_identify_object_as_address(a.class, a.oid, a.part) i ORDER BY 1, 4`;
}

/**
 * Lists what is true of each object of the user, as far as PostgreSQL can tell: written apart from `src/read`, to hold
 * against what a revision leaves behind. What belongs to extensions is left out.
 */
export async function listTraits(client: pg.Client): Promise<readonly Trait[]> {
  const {
    rows: [before],
  } = await client.query(
    "SELECT current_setting('search_path') AS path, current_setting('server_version_num')::int / 10000 AS major",
  );
  await client.query("SELECT set_config('search_path', '', false)");
  try {
    // Prepared, since it takes longer to plan than to run.
    return (await client.query<Trait>({ name: "traits", text: traitsSql(before.major) })).rows;
  } finally {
    await client.query("SELECT set_config('search_path', $1, false)", [before.path]);
  }
}
