import { COLUMN_OPTIONS, type FactNames, type FactQuery, given, optionsSql, ownerFacts } from "./fact-query.ts";
import { OWN_NOT_NULL } from "./kept-facts.ts";
import { BLOCK_TAG } from "./marks.ts";
import { columnRightsSql, hasRights, rightsSql } from "./rights.ts";

const ofTable =
  (clause: string, ...values: readonly string[]) =>
  ({ relation }: FactNames): string =>
    `format('ALTER TABLE %s ${clause}', ${[relation("c.oid"), ...values].join(", ")})`;

const RELATION_RIGHTS = { acl: "c.relacl", owner: "c.relowner", namespace: "c.relnamespace", letter: `'r'::"char"` };

const TOAST_OPTIONS = "(SELECT o.reloptions FROM pg_class o WHERE o.oid = c.reltoastrelid)";

/** What tables and views have. */
export const RELATION_FACTS: readonly FactQuery[] = [
  ...ownerFacts("relation", "c.relowner", "c.relnamespace", {
    where: "c.relkind IN ('r', 'p', 'v', 'm')",
    statement: ofTable("OWNER TO %s", "c.relowner::regrole"),
  }),
  {
    of: "relation",
    what: "access method",
    where: `c.relkind IN ('r', 'm')
      AND c.relam <> (SELECT m.oid FROM pg_am m WHERE m.amname = current_setting('default_table_access_method'))`,
    statement: ofTable("SET ACCESS METHOD %I", "(SELECT m.amname FROM pg_am m WHERE m.oid = c.relam)"),
    since: 150000,
  },
  {
    of: "relation",
    what: "UNLOGGED",
    where: "c.relkind = 'r' AND c.relpersistence = 'u'",
    statement: ofTable("SET UNLOGGED"),
  },
  {
    of: "relation",
    what: "options",
    where: `c.relkind IN ('r', 'p', 'v', 'm') AND ${given("c.reloptions")}`,
    statement: ofTable("SET (%s)", optionsSql("c.reloptions")),
  },
  {
    of: "relation",
    what: "options of TOAST",
    where: `c.reltoastrelid <> 0 AND ${given(TOAST_OPTIONS)}`,
    statement: ofTable("SET (%s)", optionsSql(TOAST_OPTIONS, "toast.")),
  },
  {
    of: "relation",
    what: "tablespace",
    where: "c.relkind IN ('r', 'p', 'm') AND c.reltablespace <> 0",
    statement: ofTable("SET TABLESPACE %I", "(SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace)"),
  },
  {
    of: "relation",
    what: "inheritance",
    from: "JOIN pg_inherits h ON h.inhrelid = c.oid",
    where: "c.relkind = 'r' AND NOT c.relispartition",
    sign: {
      in: "relation",
      where: "c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid OFFSET 0)",
    },
    statement: ofTable("INHERIT %s", "h.inhparent::regclass"),
  },
  {
    of: "relation",
    what: "type",
    where: "c.relkind = 'r' AND c.reloftype <> 0",
    statement: ofTable("OF %s", "c.reloftype::regtype"),
  },
  {
    of: "relation",
    what: "row-level security",
    where: "c.relrowsecurity",
    statement: ofTable("ENABLE ROW LEVEL SECURITY"),
  },
  {
    of: "relation",
    what: "forced row-level security",
    where: "c.relforcerowsecurity",
    statement: ofTable("FORCE ROW LEVEL SECURITY"),
  },
  {
    of: "relation",
    what: "replica identity",
    where: "c.relkind IN ('r', 'p') AND c.relreplident IN ('f', 'n')",
    statement: ofTable("REPLICA IDENTITY %s", "CASE c.relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END"),
  },
  {
    of: "relation",
    what: "no rows",
    where: "c.relkind = 'm' AND NOT c.relispopulated",
    statement: ({ relation }) => `format('REFRESH MATERIALIZED VIEW %s WITH NO DATA', ${relation("c.oid")})`,
  },
  {
    of: "relation",
    what: "comment",
    from: "JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0",
    where: "c.relkind IN ('v', 'm')",
    sign: { in: "comment", where: "d.objsubid = 0 AND o.relkind IN ('v', 'm')" },
    statement: ({ relation }) =>
      `format('COMMENT ON %sVIEW %s IS %L', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, ${relation("c.oid")}, d.description)`,
  },
  {
    of: "relation",
    what: "privileges",
    where: `c.relkind IN ('r', 'p', 'v', 'm') AND ${hasRights(RELATION_RIGHTS)}`,
    statement: ({ relation }) => rightsSql(RELATION_RIGHTS, relation("c.oid")),
    isList: true,
  },
];

const ofColumn =
  (clause: string, ...values: readonly string[]) =>
  ({ relation, column }: FactNames): string =>
    `format('ALTER TABLE %s ALTER COLUMN %s ${clause}', ${[relation("c.oid"), column("a.attname"), ...values].join(", ")})`;

const STORED = "c.relkind IN ('r', 'p', 'f', 'm')";

/** The constraint by which a column is NOT NULL. */
const NOT_NULL = "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]";

/**
 * A block that changes this constraint. A new one has its name from the table and the column, which may have other names
 * then, so the block looks for it.
 * @param clause the statement, with `%1$s` for the table, `%2$I` for the constraint and `%3$…` for the value
 */
const ofNotNull = (
  clause: string,
  value: string,
  { relation, column }: FactNames,
): string => `format('DO ${BLOCK_TAG} BEGIN '
        'EXECUTE (SELECT format(''${clause.replaceAll("%", "%%")}'', k.conrelid::regclass, k.conname, %L) FROM pg_constraint k '
        'JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum] WHERE k.contype = ''n'' '
        'AND k.conrelid = %L::regclass AND a.attname = (parse_ident(%L))[1]); END ${BLOCK_TAG}',
      ${value}, ${relation("c.oid")}, ${column("a.attname")})`;

/**
 * How the values of a column are stored. The type of a column of a materialized view follows from its query, and may be one
 * whose values are only stored in the row: there a block looks at the type.
 */
const ofValues =
  (clause: string, value: string): FactQuery["statement"] =>
  (names) =>
    `CASE c.relkind WHEN 'm' THEN format('DO ${BLOCK_TAG} DECLARE one text; BEGIN '
        'FOR one IN SELECT format(''ALTER MATERIALIZED VIEW %%s ALTER COLUMN %%I ${clause} %s'', a.attrelid::regclass, a.attname) '
        'FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE t.typstorage <> ''p'' '
        'AND a.attrelid = %L::regclass AND a.attname = (parse_ident(%L))[1] LOOP EXECUTE one; END LOOP; END ${BLOCK_TAG}',
      ${value}, ${names.relation("c.oid")}, ${names.column("a.attname")})
      ELSE ${ofColumn(`${clause} %s`, value)(names)} END`;

/** What their columns have. */
export const COLUMN_FACTS: readonly FactQuery[] = [
  {
    of: "column",
    what: "storage",
    where: `${STORED} AND a.attstorage <> t.typstorage`,
    statement: ofValues(
      "SET STORAGE",
      "CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END",
    ),
  },
  {
    of: "column",
    what: "compression",
    where: `${STORED} AND a.attcompression IN ('p', 'l')`,
    statement: ofValues("SET COMPRESSION", "CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END"),
  },
  {
    of: "column",
    what: "statistics",
    where: `${STORED} AND a.attstattarget >= 0`,
    statement: ofColumn("SET STATISTICS %s", "a.attstattarget"),
  },
  {
    of: "column",
    what: "options",
    where: `${STORED} AND ${given(COLUMN_OPTIONS)}`,
    statement: ofColumn("SET (%s)", optionsSql(COLUMN_OPTIONS)),
  },
  {
    of: "column",
    what: "NOT NULL",
    from: NOT_NULL,
    sign: {
      in: "constraint",
      where: "k.contype = 'n' AND (k.conname NOT LIKE '%not_null' OR k.connoinherit OR NOT k.convalidated)",
    },
    where: "k.conname !~ '_not_null[0-9]*$' OR k.connoinherit OR NOT k.convalidated",
    // A column of a primary key stays NOT NULL, so there the constraint gets its name in its place.
    statement: (names) => `CASE WHEN EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey::int2[]))
      THEN ${ofNotNull("ALTER TABLE %1$s RENAME CONSTRAINT %2$I TO %3$I", "k.conname", names)}
      ELSE format('ALTER TABLE %1$s ALTER COLUMN %2$s DROP NOT NULL, ADD CONSTRAINT %3$I NOT NULL %2$s%4$s%5$s',
        ${names.relation("c.oid")}, ${names.column("a.attname")}, k.conname, CASE WHEN k.connoinherit THEN ' NO INHERIT' END,
        CASE WHEN NOT k.convalidated THEN ' NOT VALID' END) END`,
    since: 180000,
  },
  {
    of: "column",
    what: "comment of NOT NULL",
    from: `${NOT_NULL} JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid`,
    sign: { in: "comment", where: "d.classoid = 'pg_constraint'::regclass" },
    where: "true",
    statement: (names) => ofNotNull("COMMENT ON CONSTRAINT %2$I ON %1$s IS %3$L", "d.description", names),
    since: 180000,
  },
  {
    of: "column",
    what: "default of a view",
    from: "JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum",
    where: "c.relkind = 'v'",
    sign: {
      in: "relation",
      where: "c.relkind = 'v' AND EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid OFFSET 0)",
    },
    statement: ofColumn("SET DEFAULT %s", "pg_get_expr(d.adbin, d.adrelid)"),
  },
  {
    of: "column",
    what: "comment",
    from: "JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum",
    where: "c.relkind IN ('v', 'm') OR a.attinhcount > 0",
    sign: {
      in: "comment",
      where:
        "d.objsubid > 0 AND (o.relkind IN ('v', 'm') OR EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = o.oid OFFSET 0))",
    },
    statement: ({ relation, column }) =>
      `format('COMMENT ON COLUMN %s.%s IS %L', ${relation("c.oid")}, ${column("a.attname")}, d.description)`,
  },
  {
    of: "column",
    what: "privileges",
    where: "c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attacl IS NOT NULL",
    statement: ({ relation, column }) => columnRightsSql("a.attacl", column("a.attname"), relation("c.oid")),
    isList: true,
  },
];

/** What the columns of tables have that inherit them and that no model declares. */
export const HEIR_FACTS: readonly FactQuery[] = [
  {
    of: "column",
    what: "options of a foreign table",
    where: "c.relkind = 'f' AND a.attinhcount > 0 AND a.attfdwoptions IS NOT NULL",
    statement: ofColumn(
      "OPTIONS (%s)",
      "(SELECT string_agg(format('ADD %I %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(a.attfdwoptions) o)",
    ),
  },
  {
    of: "column",
    what: OWN_NOT_NULL,
    where: `a.attnotnull AND a.attinhcount > 0 AND NOT EXISTS (
      SELECT FROM pg_inherits h JOIN pg_attribute b ON b.attrelid = h.inhparent AND b.attname = a.attname
      WHERE h.inhrelid = c.oid AND b.attnotnull)`,
    // PostgreSQL knows such a constraint by its name from 18 on.
    statement: (names) => `coalesce((SELECT format('ALTER TABLE %s ADD CONSTRAINT %I NOT NULL %s',
        ${names.relation("c.oid")}, k.conname, ${names.column("a.attname")}) FROM pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]), ${ofColumn("SET NOT NULL")(names)})`,
  },
];

const SEQUENCE_RIGHTS = { acl: "s.relacl", owner: "s.relowner", namespace: "s.relnamespace", letter: `'s'::"char"` };

/** The highest number that a sequence of the type gives by default. */
const MAXIMUM =
  "(CASE q.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END)";

/** What sequences have that columns own; they have their own names in the statements. */
export const SEQUENCE_FACTS: readonly FactQuery[] = [
  {
    of: "sequence of a column",
    what: "parameters of the sequence",
    where: `q.seqincrement <> 1 OR q.seqstart <> 1 OR q.seqmin <> 1 OR q.seqmax <> ${MAXIMUM} OR q.seqcache <> 1 OR q.seqcycle
      OR q.seqtypid <> a.atttypid`,
    statement:
      () => `format('ALTER SEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s RESTART CACHE %s %sCYCLE',
      s.oid::regclass, q.seqtypid::regtype, q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache, CASE WHEN NOT q.seqcycle THEN 'NO ' END)`,
  },
  ...(["sequence of a column", "sequence"] as const).flatMap((of): readonly FactQuery[] => [
    {
      of,
      what: "comment of the sequence",
      from: "JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = s.oid AND d.objsubid = 0",
      where: "true",
      sign: { in: "comment", where: "o.relkind = 'S'" },
      statement: () => "format('COMMENT ON SEQUENCE %s IS %L', s.oid::regclass, d.description)",
    },
    {
      of,
      what: "privileges of the sequence",
      where: hasRights(SEQUENCE_RIGHTS),
      sign: { in: "sequence of a column", where: hasRights(SEQUENCE_RIGHTS) },
      statement: () => rightsSql(SEQUENCE_RIGHTS, "'SEQUENCE ' || s.oid::regclass"),
      isList: true,
    },
  ]),
];
