import { type FactNames, type FactOwner, type FactQuery, given, optionsSql, ownerFacts } from "./fact-query.ts";
import { BLOCK_TAG } from "./marks.ts";
import { hasRights, rightsSql } from "./rights.ts";

/** A comment on an object that has one row of the catalog. */
function comment(of: FactOwner, catalog: string, oid: string, object: FactQuery["statement"]): FactQuery {
  const ofCatalog = `d.classoid = '${catalog}'::regclass`;
  return {
    of,
    what: "comment",
    sign: { in: "comment", where: of === "index" ? `${ofCatalog} AND o.relkind IN ('i', 'I')` : ofCatalog },
    from: `JOIN pg_description d ON d.classoid = '${catalog}'::regclass AND d.objoid = ${oid} AND d.objsubid = 0`,
    where: "true",
    statement: (names) => `format('COMMENT ON %s IS %L', ${object(names)}, d.description)`,
  };
}

/** The extension with which an object goes. */
export function extension(of: FactOwner, catalog: string, oid: string, object: FactQuery["statement"]): FactQuery {
  return {
    of,
    what: "extension",
    sign: { in: "extension", where: `d.classid = '${catalog}'::regclass` },
    from: `JOIN pg_depend d ON d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'
      JOIN pg_extension y ON y.oid = d.refobjid`,
    where: "true",
    statement: (names) => `format('ALTER %s DEPENDS ON EXTENSION %I', ${object(names)}, y.extname)`,
  };
}

/** The name of a part of a table, as COMMENT and DROP have it. */
const onTable =
  (word: string, name: string) =>
  (names: FactNames): string =>
    `format('${word} %s ON %s', ${names.name(name)}, ${names.relation("c.oid")})`;

const ofIndex =
  (clause: string, ...values: readonly string[]) =>
  ({ index }: FactNames): string =>
    `format('ALTER INDEX %s ${clause}', ${[index("x.oid"), ...values].join(", ")})`;

/** What indexes have, also those of keys. */
export const INDEX_FACTS: readonly FactQuery[] = [
  {
    of: "index",
    what: "options",
    where: given("x.reloptions"),
    statement: ofIndex("SET (%s)", optionsSql("x.reloptions")),
  },
  {
    of: "index",
    what: "tablespace",
    where: "x.reltablespace <> 0",
    statement: ofIndex("SET TABLESPACE %I", "(SELECT s.spcname FROM pg_tablespace s WHERE s.oid = x.reltablespace)"),
  },
  {
    of: "index",
    what: "statistics",
    from: "JOIN pg_attribute a ON a.attrelid = x.oid AND a.attstattarget >= 0",
    where: "i.indexprs IS NOT NULL",
    sign: {
      in: "index",
      where: `i.indexprs IS NOT NULL AND EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0 OFFSET 0)`,
    },
    statement: ofIndex("ALTER COLUMN %s SET STATISTICS %s", "a.attnum", "a.attstattarget"),
  },
  {
    of: "index",
    what: "CLUSTER",
    where: "i.indisclustered",
    statement: ({ relation, name }) =>
      `format('ALTER TABLE %s CLUSTER ON %s', ${relation("c.oid")}, ${name("x.relname")})`,
  },
  {
    of: "index",
    what: "replica identity",
    where: "i.indisreplident AND c.relreplident = 'i'",
    statement: ({ relation, name }) =>
      `format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %s', ${relation("c.oid")}, ${name("x.relname")})`,
  },
  comment("index", "pg_class", "x.oid", ({ index }) => `format('INDEX %s', ${index("x.oid")})`),
  extension("index", "pg_class", "x.oid", ({ index }) => `format('INDEX %s', ${index("x.oid")})`),
];

const STATE = (state: string): string =>
  `CASE ${state} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END`;

/** Triggers that partitions have from a partitioned table, and that are not enabled as its own is. */
const PARTITION_TRIGGERS = `FROM pg_partition_tree(c.oid) z JOIN pg_trigger w ON w.tgrelid = z.relid AND w.tgname = g.tgname AND w.tgenabled <> g.tgenabled
      WHERE z.level > 0 AND w.tgparentid <> 0`;

/** A trigger or rule that is not simply enabled. */
function enabled(of: "trigger" | "rule", state: string, name: string): FactQuery {
  return {
    of,
    what: "state",
    where: `${state} <> 'O'`,
    statement: (names) => `format('ALTER TABLE %s %s ${of.toUpperCase()} %s', ${names.relation("c.oid")},
      ${STATE(state)}, ${names.name(name)})`,
  };
}

/** The triggers by which PostgreSQL checks a constraint, where they are not simply enabled. */
const OWN_TRIGGERS = "FROM pg_trigger g WHERE g.tgisinternal AND g.tgenabled <> 'O'";

/** Their names end with their oids, so they are found by the constraint, the rest of the name, and what they do. */
const DISABLED_CHECKS: FactQuery = {
  of: "constraint",
  what: "disabled checks",
  where: `k.oid = ANY (ARRAY(SELECT g.tgconstraint ${OWN_TRIGGERS}))`,
  statement: ({ relation, name }) => `format('DO ${BLOCK_TAG} DECLARE one text; BEGIN '
      'FOR one IN SELECT format(''ALTER TABLE %%s %%s TRIGGER %%I'', g.tgrelid::regclass, w.state, g.tgname) '
      'FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint '
      'JOIN (VALUES %s) w (name, type, state) ON w.name = rtrim(g.tgname, ''0123456789'') AND w.type = g.tgtype '
      'WHERE k.conrelid = %L::regclass AND k.conname = (parse_ident(%L))[1] LOOP EXECUTE one; END LOOP; END ${BLOCK_TAG}',
      (SELECT string_agg(format('(%L, %s, %L)', rtrim(g.tgname, '0123456789'), g.tgtype, ${STATE("g.tgenabled")}), ', ' ORDER BY g.tgname)
        ${OWN_TRIGGERS} AND g.tgconstraint = k.oid), ${relation("c.oid")}, ${name("k.conname")})`,
  bySuperuser: true,
};

const STATISTICS = "format('%I.%I', m.nspname, e.stxname)";

/** What constraints, triggers, rules, policies and extended statistics have. */
export const PART_FACTS: readonly FactQuery[] = [
  comment("constraint", "pg_constraint", "k.oid", onTable("CONSTRAINT", "k.conname")),
  DISABLED_CHECKS,
  enabled("trigger", "g.tgenabled", "g.tgname"),
  {
    of: "trigger",
    what: "state in partitions",
    sign: { in: "trigger", where: "c.relkind = 'p'" },
    where: `c.relkind = 'p' AND EXISTS (SELECT ${PARTITION_TRIGGERS})`,
    statement: () =>
      `(SELECT array_agg(format('ALTER TABLE %s %s TRIGGER %I', z.relid::regclass, ${STATE("w.tgenabled")}, w.tgname) ORDER BY z.level, z.relid::text) ${PARTITION_TRIGGERS})`,
    isList: true,
  },
  comment("trigger", "pg_trigger", "g.oid", onTable("TRIGGER", "g.tgname")),
  extension("trigger", "pg_trigger", "g.oid", onTable("TRIGGER", "g.tgname")),
  enabled("rule", "w.ev_enabled", "w.rulename"),
  comment("rule", "pg_rewrite", "w.oid", onTable("RULE", "w.rulename")),
  comment("policy", "pg_policy", "p.oid", onTable("POLICY", "p.polname")),
  ...ownerFacts("statistics", "e.stxowner", "e.stxnamespace", {
    statement: () => `format('ALTER STATISTICS %s OWNER TO %s', ${STATISTICS}, e.stxowner::regrole)`,
  }),
  {
    of: "statistics",
    what: "statistics",
    where: "e.stxstattarget >= 0",
    statement: () => `format('ALTER STATISTICS %s SET STATISTICS %s', ${STATISTICS}, e.stxstattarget)`,
  },
  comment("statistics", "pg_statistic_ext", "e.oid", () => `format('STATISTICS %s', ${STATISTICS})`),
];

const TYPE_RIGHTS = { acl: "t.typacl", owner: "t.typowner", namespace: "t.typnamespace", letter: `'T'::"char"` };
const FUNCTION_RIGHTS = { acl: "f.proacl", owner: "f.proowner", namespace: "f.pronamespace", letter: `'f'::"char"` };
const SCHEMA_RIGHTS = { acl: "n.nspacl", owner: "n.nspowner", namespace: "0", letter: `'n'::"char"` };

/** What operators and operator classes have. */
function ofOperators(
  of: "pg_operator" | "pg_opclass",
  words: string,
  oid: string,
  owner: string,
  namespace: string,
): readonly FactQuery[] {
  const object = () => `(SELECT '${words} ' || y.identity FROM pg_identify_object('${of}'::regclass, ${oid}, 0) y)`;
  return [
    ...ownerFacts(of, owner, namespace, {
      statement: () => `format('ALTER %s OWNER TO %s', ${object()}, ${owner}::regrole)`,
    }),
    comment(of, of, oid, object),
  ];
}

/** What types, functions and schemas have. */
export const SCHEMA_FACTS: readonly FactQuery[] = [
  ...ownerFacts("type", "t.typowner", "t.typnamespace", {
    statement: ({ type }) => `format('ALTER TYPE %s OWNER TO %s', ${type("t.oid")}, t.typowner::regrole)`,
  }),
  comment("type", "pg_type", "t.oid", ({ type }) => `format('TYPE %s', ${type("t.oid")})`),
  {
    of: "type",
    what: "privileges",
    where: hasRights(TYPE_RIGHTS),
    statement: ({ type }) => rightsSql(TYPE_RIGHTS, `'TYPE ' || ${type("t.oid")}`),
    isList: true,
  },
  {
    of: "type",
    what: "comments on columns",
    where: `t.typtype = 'c' AND EXISTS (SELECT FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = t.typrelid AND d.objsubid > 0)`,
    statement: ({
      type,
    }) => `(SELECT array_agg(format('COMMENT ON COLUMN %s.%I IS %L', ${type("t.oid")}, a.attname, d.description) ORDER BY a.attnum)
      FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
      WHERE d.classoid = 'pg_class'::regclass AND d.objoid = t.typrelid)`,
    isList: true,
  },
  {
    of: "constraint of a domain",
    what: "check that is not validated",
    where: "NOT k.convalidated",
    statement: ({ type }) =>
      `format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', ${type("t.oid")}, k.conname, pg_get_constraintdef(k.oid))`,
  },
  comment(
    "constraint of a domain",
    "pg_constraint",
    "k.oid",
    ({ type }) => `format('CONSTRAINT %I ON DOMAIN %s', k.conname, ${type("t.oid")})`,
  ),
  comment(
    "cast",
    "pg_cast",
    "s.oid",
    () => "format('CAST (%s AS %s)', format_type(s.castsource, NULL), format_type(s.casttarget, NULL))",
  ),
  ...ownerFacts("function", "f.proowner", "f.pronamespace", {
    statement: () => "format('ALTER ROUTINE %s OWNER TO %s', f.oid::regprocedure, f.proowner::regrole)",
  }),
  comment("function", "pg_proc", "f.oid", () => "format('ROUTINE %s', f.oid::regprocedure)"),
  extension("function", "pg_proc", "f.oid", () => "format('ROUTINE %s', f.oid::regprocedure)"),
  {
    of: "function",
    what: "privileges",
    where: hasRights(FUNCTION_RIGHTS),
    statement: () => rightsSql(FUNCTION_RIGHTS, "'ROUTINE ' || f.oid::regprocedure"),
    isList: true,
  },
  ...ofOperators("pg_operator", "OPERATOR", "o.oid", "o.oprowner", "o.oprnamespace"),
  ...ofOperators("pg_opclass", "OPERATOR CLASS", "p.oid", "p.opcowner", "p.opcnamespace"),
  ...ownerFacts("schema", "n.nspowner", "NULL::oid", {
    statement: ({ name }) => `format('ALTER SCHEMA %s OWNER TO %s', ${name("n.nspname")}, n.nspowner::regrole)`,
  }),
  comment("schema", "pg_namespace", "n.oid", ({ name }) => `format('SCHEMA %s', ${name("n.nspname")})`),
  {
    of: "schema",
    what: "privileges",
    where: hasRights(SCHEMA_RIGHTS),
    statement: ({ name }) => rightsSql(SCHEMA_RIGHTS, `'SCHEMA ' || ${name("n.nspname")}`),
    isList: true,
  },
];
