import { COLUMN_OPTIONS } from "../kinds/fact-query.ts";
import { FIRST_OID } from "../sql.ts";

/** What models cannot declare, and the condition under which a row has it. */
type Facts = Readonly<Record<string, string>>;

/** SQL for the text that names everything a row has, and for the condition that it has anything. */
function facts(list: Facts): { readonly why: string; readonly any: string } {
  const said = Object.entries(list).map(([word, condition]) => `CASE WHEN ${condition} THEN '${word}' END`);
  return {
    why: `'models cannot declare ' || pg_catalog.concat_ws(', ', ${said.join(", ")})`,
    any: Object.values(list)
      .map((condition) => `(${condition})`)
      .join(" OR "),
  };
}

/** Whether there are options: PostgreSQL keeps NULL for none, the embedded one an empty list. */
function hasOptions(options: string): string {
  return `pg_catalog.array_length(${options}, 1) IS NOT NULL`;
}

const TABLE = facts({
  UNLOGGED: "c.relpersistence = 'u'",
  "row-level security": "c.relrowsecurity OR c.relforcerowsecurity",
  "storage parameters": `${hasOptions("c.reloptions")}
      OR EXISTS (SELECT FROM pg_catalog.pg_class o WHERE o.oid = c.reltoastrelid AND ${hasOptions("o.reloptions")})`,
  inheritance: "c.relhassubclass OR EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid)",
  "a table OF a type": "c.reloftype <> 0",
  "the access method of a table": "c.relam <> (SELECT m.oid FROM pg_catalog.pg_am m WHERE m.amname = 'heap')",
  tablespaces: "c.reltablespace <> 0",
  "the replica identity": "c.relreplident <> 'd'",
  "another owner than most tables have": "c.relowner <> most.owner",
  "disabled checks of foreign keys": `EXISTS (SELECT FROM pg_catalog.pg_trigger g
      WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O')`,
});

const COLUMN = facts({
  "the storage of a column": "a.attstorage <> t.typstorage",
  "the compression of a column": "a.attcompression <> ''",
  "the statistics of a column": `coalesce(a.attstattarget, -1) <> -1 OR ${hasOptions(COLUMN_OPTIONS)}`,
  "the privileges of a column": "a.attacl IS NOT NULL",
});

const INDEX = facts({
  "storage parameters of an index": hasOptions("ic.reloptions"),
  "the tablespace of an index": "ic.reltablespace <> 0",
  "the index for CLUSTER": "i.indisclustered",
});

const VIEW = facts({
  "options of a view": hasOptions("c.reloptions"),
  "comments of views": "pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL",
  "the privileges of a view": "c.relacl IS NOT NULL",
  tablespaces: "c.reltablespace <> 0",
});

const NOT_NULL = facts({
  "the name of NOT NULL": "k.conname !~ '_not_null[0-9]*$'",
  "NO INHERIT": "k.connoinherit",
  "NOT VALID": "NOT k.convalidated",
});

/** How each query below finds the objects of its kind in the schemas that are read. */
type LeftAloneQuery = (namespaces: string) => string;

const tablesOnly: LeftAloneQuery = (namespaces) =>
  `c.relkind = 'r' AND NOT c.relispartition AND c.relnamespace = ANY (${namespaces})`;

const triggers: LeftAloneQuery = (namespaces) => `
    SELECT 'trigger', g.tgrelid, g.tgname, 'models cannot declare triggers', pg_catalog.pg_get_triggerdef(g.oid)
    FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND c.relnamespace = ANY (${namespaces})`;

const policies: LeftAloneQuery = (namespaces) => `
    SELECT 'policy', p.polrelid, p.polname, 'models cannot declare row-level policies',
      pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = ANY (${namespaces})`;

const statistics: LeftAloneQuery = (namespaces) => `
    SELECT 'statistics', s.stxrelid, s.stxname, 'models cannot declare extended statistics',
      pg_catalog.pg_get_statisticsobjdef(s.oid)
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
    WHERE c.relnamespace = ANY (${namespaces})`;

const rules: LeftAloneQuery = (namespaces) => `
    SELECT 'rule', r.ev_class, r.rulename, 'models cannot declare rules', pg_catalog.pg_get_ruledef(r.oid)
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class WHERE ${tablesOnly(namespaces)}`;

const publications: LeftAloneQuery = (namespaces) => `
    SELECT 'publication', p.prrelid, u.pubname, 'models cannot declare publications', NULL
    FROM pg_catalog.pg_publication_rel p JOIN pg_catalog.pg_publication u ON u.oid = p.prpubid
    JOIN pg_catalog.pg_class c ON c.oid = p.prrelid WHERE c.relnamespace = ANY (${namespaces})`;

const tableFacts: LeftAloneQuery = (namespaces) => `
    SELECT 'table', c.oid, c.relname, ${TABLE.why}, NULL
    FROM pg_catalog.pg_class c JOIN (
      SELECT o.relnamespace, mode() WITHIN GROUP (ORDER BY o.relowner) AS owner
      FROM pg_catalog.pg_class o WHERE o.relkind = 'r' GROUP BY 1
    ) most ON most.relnamespace = c.relnamespace
    WHERE ${tablesOnly(namespaces)} AND (${TABLE.any})`;

const privileges: LeftAloneQuery = (namespaces) => `
    SELECT 'privileges', c.oid, c.relname, 'models cannot declare who may do what', NULL
    FROM pg_catalog.pg_class c WHERE ${tablesOnly(namespaces)} AND c.relacl IS NOT NULL`;

const columnFacts: LeftAloneQuery = (namespaces) => `
    SELECT 'column', a.attrelid, a.attname, ${COLUMN.why}, NULL
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE ${tablesOnly(namespaces)} AND a.attrelid >= ${FIRST_OID} AND a.attnum > 0 AND NOT a.attisdropped AND (${COLUMN.any})`;

const indexFacts: LeftAloneQuery = (namespaces) => `
    SELECT 'index', i.indrelid, ic.relname, ${INDEX.why}, NULL
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid WHERE ${tablesOnly(namespaces)} AND (${INDEX.any})`;

const viewFacts: LeftAloneQuery = (namespaces) => `
    SELECT 'view', c.oid, c.relname, ${VIEW.why}, NULL
    FROM pg_catalog.pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ANY (${namespaces}) AND (${VIEW.any})`;

const comments: LeftAloneQuery = (namespaces) => `
    SELECT 'comment', coalesce(k.conrelid, i.indrelid), coalesce(k.conname, ic.relname),
      'models cannot declare comments of constraints and indexes', NULL
    FROM pg_catalog.pg_description d
    LEFT JOIN pg_catalog.pg_constraint k ON d.classoid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objoid
    LEFT JOIN pg_catalog.pg_index i ON d.classoid = 'pg_catalog.pg_class'::regclass AND i.indexrelid = d.objoid
    LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class c ON c.oid = coalesce(k.conrelid, i.indrelid) AND c.relnamespace = ANY (${namespaces})
    WHERE d.objoid >= ${FIRST_OID} AND d.objsubid = 0 AND d.classoid IN ('pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_class'::regclass)`;

/** From PostgreSQL 18 on, NOT NULL is a constraint. */
const notNulls: LeftAloneQuery = (namespaces) => `
    SELECT 'constraint', k.conrelid, k.conname, ${NOT_NULL.why}, NULL
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'n' AND k.conrelid >= ${FIRST_OID} AND ${tablesOnly(namespaces)} AND (${NOT_NULL.any})`;

const QUERIES: readonly LeftAloneQuery[] = [
  triggers,
  policies,
  statistics,
  rules,
  publications,
  tableFacts,
  privileges,
  columnFacts,
  indexFacts,
  viewFacts,
  comments,
];

/**
 * The query for what tables and views have that models cannot declare. Its columns: the kind of the object, the oid of
 * its table or view, its name, the reason, and the statement that creates it.
 * @param namespaces SQL for an array of the oids of the schemas
 * @param version `server_version_num`
 */
export function leftAloneSql(namespaces: string, version: number): string {
  const queries = version >= 180000 ? [...QUERIES, notNulls] : QUERIES;
  return queries.map((query) => query(namespaces)).join("\n    UNION ALL\n");
}
