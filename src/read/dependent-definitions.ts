import { joinTexts } from "../collect.ts";
import { MARKED_NAMES } from "../kinds/fact-query.ts";
import { mayCreateAgain } from "../kinds/rights.ts";
import { literal } from "../sql.ts";
import { RELATIONS } from "./relation-definitions.ts";
import { type Definition, NO_SCHEMA, ROUTINES } from "./routine-definitions.ts";

const onTable = (word: string, name: string, table: string): string =>
  `format('DROP ${word} %I ON %s', ${name}, ${table}::regclass)`;

const { relation, name } = MARKED_NAMES;

/** The definition of an index with marks in the place of its name and its table, after what `pg_get_indexdef` begins with. */
const INDEX = `format('CREATE %sINDEX %s ON %s%s ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, ${name("")},
        CASE WHEN c.relkind = 'p' AND NOT i.indisvalid THEN 'ONLY ' END, ${relation("")})
      || substr(y.text, 1 + length(format('CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname,
        CASE c.relkind WHEN 'p' THEN 'ONLY ' END, (SELECT o.nspname FROM pg_namespace o WHERE o.oid = c.relnamespace), c.relname)))`;

/**
 * Whether a table or one of its partitions is partitioned by the column, alone or in an expression: then PostgreSQL drops the
 * column only with the table. In the catalog such a column depends on its table.
 */
const IS_PARTITION_KEY = `EXISTS (SELECT FROM pg_partition_tree(u.oid) t JOIN pg_partitioned_table g ON g.partrelid = t.relid
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = t.relid AND d.refclassid = d.classid AND d.refobjid = t.relid
          AND d.refobjsubid = 0 AND d.deptype = 'i'
        JOIN pg_attribute k ON k.attrelid = t.relid AND k.attnum = d.objsubid WHERE k.attname = a.attname)`;

/** Whether values are lost with the column: others are computed. A text can hold them for the time of a change. */
const HOLDS_VALUES = "a.attgenerated = ''";

/**
 * A row of a table is held as JSON: the table may have other columns when it becomes a row again.
 */
const IS_ROW = "(SELECT h.relkind <> 'c' FROM pg_class h WHERE h.oid = t.typrelid)";

/** How values become those of another type. Those of a foreign table are on another server, and PostgreSQL takes no USING for it. */
const using = (value: string): string =>
  `CASE (SELECT h.relkind FROM pg_class h WHERE h.oid = u.oid) WHEN 'f' THEN '' ELSE format(' USING ${value}', a.attname, format_type(a.atttypid, a.atttypmod)) END`;

const COLLATION =
  "CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END";

const columnOf = (a: string): string => `format('%I %s', ${a}.attname, format_type(${a}.atttypid, ${a}.atttypmod))`;

/** A partitioned table and its partitions. */
const PARTITIONED = `format('CREATE TABLE %s (%s) PARTITION BY %s', u.oid::regclass, (
        SELECT string_agg(${columnOf("b")} || coalesce(' DEFAULT ' || pg_get_expr(f.adbin, f.adrelid), '')
          || CASE WHEN b.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY b.attnum)
        FROM pg_attribute b LEFT JOIN pg_attrdef f ON f.adrelid = b.attrelid AND f.adnum = b.attnum
        WHERE b.attrelid = u.oid AND b.attnum > 0 AND NOT b.attisdropped), pg_get_partkeydef(u.oid))
      || coalesce((SELECT string_agg(format(E';\\nCREATE TABLE %s PARTITION OF %s %s%s', t.relid, t.parentrelid,
          (SELECT pg_get_expr(q.relpartbound, q.oid) FROM pg_class q WHERE q.oid = t.relid), ' PARTITION BY ' || pg_get_partkeydef(t.relid)), '' ORDER BY t.level, t.relid::text)
        FROM pg_partition_tree(u.oid) t WHERE t.level > 0), '')`;

const DEFINITIONS: readonly Definition[] = [
  ...RELATIONS,
  {
    of: "rule",
    from: "JOIN pg_rewrite w ON w.oid = u.oid",
    kind: "'rule'",
    table: "w.ev_class",
    name: [NO_SCHEMA, "w.rulename"],
    drop: onTable("RULE", "w.rulename", "w.ev_class"),
    create: "rtrim(pg_get_ruledef(w.oid), ';')",
  },
  {
    of: "policy",
    from: "JOIN pg_policy p ON p.oid = u.oid",
    kind: "'policy'",
    table: "p.polrelid",
    name: [NO_SCHEMA, "p.polname"],
    drop: onTable("POLICY", "p.polname", "p.polrelid"),
    create: `format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, p.polrelid::regclass,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ') FROM unnest(p.polroles) r))
      || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')`,
  },
  {
    of: "trigger",
    from: "JOIN pg_trigger g ON g.oid = u.oid AND g.tgparentid = 0",
    kind: "'trigger'",
    table: "g.tgrelid",
    name: [NO_SCHEMA, "g.tgname"],
    drop: onTable("TRIGGER", "g.tgname", "g.tgrelid"),
    create: "pg_get_triggerdef(g.oid)",
    mayCreate: "has_function_privilege(g.tgfoid, 'EXECUTE')",
  },
  ...ROUTINES,
  {
    of: "index",
    from: `JOIN pg_index i ON i.indexrelid = u.oid JOIN pg_class x ON x.oid = u.oid JOIN pg_class c ON c.oid = i.indrelid
      CROSS JOIN LATERAL (SELECT pg_get_indexdef(x.oid)) y (text)`,
    kind: "'index'",
    table: "i.indrelid",
    name: [NO_SCHEMA, "x.relname"],
    drop: "format('DROP INDEX %s', x.oid::regclass)",
    create: INDEX,
  },
  {
    of: "statistics",
    from: "JOIN pg_statistic_ext e ON e.oid = u.oid JOIN pg_namespace n ON n.oid = e.stxnamespace",
    kind: "'statistics'",
    table: "e.stxrelid",
    name: ["n.nspname", "e.stxname"],
    drop: "format('DROP STATISTICS %I.%I', n.nspname, e.stxname)",
    create: "pg_get_statisticsobjdef(e.oid)",
    owner: "e.stxowner",
    namespace: "n.oid",
    hasExpression: "e.stxexprs IS NOT NULL",
  },
  {
    of: "constraint",
    from: "JOIN pg_constraint k ON k.oid = u.oid",
    kind: `CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'x' THEN 'exclusion constraint' WHEN 'c' THEN 'check constraint'
      WHEN 'p' THEN 'primary key' ELSE 'unique constraint' END`,
    table: "k.conrelid",
    name: [NO_SCHEMA, "k.conname"],
    drop: "format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)",
    create:
      "format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))",
    isInherited: "k.coninhcount > 0",
  },
  {
    of: "column",
    from: `JOIN pg_attribute a ON a.attrelid = u.oid AND a.attnum = u.sub
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = u.oid AND d.adnum = u.sub`,
    kind: "'column'",
    table: "u.oid",
    name: [NO_SCHEMA, "a.attname"],
    drop: `CASE WHEN ${IS_PARTITION_KEY}
      THEN (SELECT format('DROP TABLE %s', string_agg(t.relid::text, ', ' ORDER BY t.level, t.relid::text)) FROM pg_partition_tree(u.oid) t)
      WHEN ${HOLDS_VALUES} THEN format('ALTER TABLE %s ', u.oid::regclass)
        || CASE WHEN a.atthasdef THEN format('ALTER COLUMN %I DROP DEFAULT, ', a.attname) ELSE '' END
        || CASE WHEN ${IS_ROW} THEN format('ALTER COLUMN %I TYPE jsonb', a.attname) || ${using("to_jsonb(%1$I)")}
          ELSE format('ALTER COLUMN %I TYPE text', a.attname) || ${using("%1$I::text")} END
      ELSE format('ALTER TABLE %s DROP COLUMN %I', u.oid::regclass, a.attname) END`,
    create: `CASE WHEN ${IS_PARTITION_KEY} THEN ${PARTITIONED}
      WHEN ${HOLDS_VALUES} THEN format('ALTER TABLE %s ALTER COLUMN %I TYPE %s%s', u.oid::regclass, a.attname,
          format_type(a.atttypid, a.atttypmod), ${COLLATION}) || CASE WHEN ${IS_ROW} THEN ${using("jsonb_populate_record(NULL::%2$s, %1$I)")}
          ELSE ${using("%1$I::text::%2$s")} END
        || CASE WHEN a.atthasdef THEN format(', ALTER COLUMN %I SET DEFAULT %s', a.attname, pg_get_expr(d.adbin, d.adrelid)) ELSE '' END
      ELSE format('ALTER TABLE %s ADD COLUMN %I %s', u.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod))
      || ${COLLATION}
      || CASE WHEN a.attgenerated = '' THEN coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        ELSE format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid), CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END
      || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END END`,
    isInherited: "a.attinhcount > 0",
    hasExpression: "a.attgenerated <> ''",
  },
  {
    of: "default",
    from: `JOIN pg_attribute a ON a.attrelid = u.oid AND a.attnum = u.sub
      JOIN pg_attrdef d ON d.adrelid = u.oid AND d.adnum = u.sub`,
    kind: "'default'",
    table: "u.oid",
    name: [NO_SCHEMA, "a.attname"],
    drop: "format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', u.oid::regclass, a.attname)",
    create:
      "format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', u.oid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))",
  },
  {
    of: "type",
    from: `JOIN pg_type t ON t.oid = u.oid JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_type b ON b.oid = t.typbasetype LEFT JOIN pg_range g ON g.rngtypid = t.oid`,
    kind: "CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range type' ELSE 'type' END",
    table: "NULL::oid",
    name: ["n.nspname", "t.typname"],
    drop: "format('DROP %s %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::regtype)",
    create: `CASE CASE WHEN g.rngcanonical <> 0 THEN 'none' ELSE t.typtype::text END
      WHEN 'd' THEN concat_ws(' ', format('CREATE DOMAIN %s AS %s', t.oid::regtype, format_type(t.typbasetype, t.typtypmod)),
        CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
        'DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN coalesce(
          (SELECT format('CONSTRAINT %I NOT NULL', k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n'), 'NOT NULL') END,
        (SELECT string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ' ' ORDER BY k.conname)
          FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated))
      WHEN 'c' THEN format('CREATE TYPE %s AS (%s)', t.oid::regtype, (
        SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
          || CASE WHEN a.attcollation <> o.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type o ON o.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
      WHEN 'r' THEN format('CREATE TYPE %s AS RANGE (%s)', t.oid::regtype, concat_ws(', ', 'SUBTYPE = ' || format_type(g.rngsubtype, NULL),
        (SELECT format('SUBTYPE_OPCLASS = %I.%I', p.nspname, o.opcname) FROM pg_opclass o JOIN pg_namespace p ON p.oid = o.opcnamespace
          WHERE o.oid = g.rngsubopc AND NOT o.opcdefault),
        CASE WHEN g.rngcollation <> (SELECT s.typcollation FROM pg_type s WHERE s.oid = g.rngsubtype) THEN 'COLLATION = ' || g.rngcollation::regcollation END,
        CASE WHEN g.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || g.rngsubdiff::regproc END, 'MULTIRANGE_TYPE_NAME = ' || g.rngmultitypid::regtype)) END`,
    owner: "t.typowner",
    namespace: "n.oid",
  },
  {
    of: "cast",
    from: "JOIN pg_cast s ON s.oid = u.oid",
    kind: "'cast'",
    table: "NULL::oid",
    name: [NO_SCHEMA, "format('%s AS %s', format_type(s.castsource, NULL), format_type(s.casttarget, NULL))"],
    drop: "format('DROP CAST (%s AS %s)', format_type(s.castsource, NULL), format_type(s.casttarget, NULL))",
    create: `format('CREATE CAST (%s AS %s) %s%s', format_type(s.castsource, NULL), format_type(s.casttarget, NULL),
      CASE s.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION' ELSE 'WITH FUNCTION ' || s.castfunc::regprocedure END,
      CASE s.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END)`,
  },
];

/** Publications got lists of columns and conditions in PostgreSQL 15. */
function publication(version: number): Definition {
  const more = `|| coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = p.prrelid AND a.attnum = ANY (p.prattrs::int2[])) || ')', '')
      || coalesce(' WHERE (' || pg_get_expr(p.prqual, p.prrelid) || ')', '')`;
  return {
    of: "publication",
    from: "JOIN pg_publication_rel p ON p.oid = u.oid JOIN pg_publication b ON b.oid = p.prpubid",
    kind: "'publication'",
    table: "p.prrelid",
    name: [NO_SCHEMA, "b.pubname"],
    drop: "format('ALTER PUBLICATION %I DROP TABLE ONLY %s', b.pubname, p.prrelid::regclass)",
    create: joinTexts(
      "format('ALTER PUBLICATION %I ADD TABLE ONLY %s', b.pubname, p.prrelid::regclass) ",
      version >= 150000 && more,
    ),
    owner: "b.pubowner",
    ...(version >= 150000 && { hasExpression: "p.prqual IS NOT NULL" }),
  };
}

/** What has a kind of its own in the catalog and no statement: event triggers, transforms. */
const OTHER: Definition = {
  of: "other",
  from: "JOIN pg_depend y ON y.classid::regclass::text = u.kind AND y.objid = u.oid CROSS JOIN LATERAL pg_identify_object(y.classid, y.objid, 0) w",
  kind: "w.type",
  table: "NULL::oid",
  name: [NO_SCHEMA, "w.identity"],
  drop: "format('DROP %s %s', upper(w.type), w.identity)",
  create: "NULL",
};

/** An object whose statements are wanted: the kind of its edges, its oid or that of its table, the number of its column. */
export interface WantedObject {
  readonly of: string;
  readonly oid: string;
  readonly sub: string;
}

/**
 * The query for how objects are dropped and created: what {@link WantedObject} has, the oid of its table or its own, its
 * own kind, the schema and name of its table, its schema and name, the two statements, whether it is inherited, whether it has an expression, the parts that it has from something else and itself, and whether another role has to create it again. PostgreSQL plans what is asked of
 * each kind of object, which takes longer than running it, so only the kinds that are there are asked for.
 * @param objects what is wanted; at least one
 * @param version `server_version_num`
 */
export function definitionsSql(objects: readonly WantedObject[], version: number): string {
  const kinds = new Set(objects.map(({ of }) => of));
  const known = [...DEFINITIONS, publication(version)];
  const names = new Set(known.map(({ of }) => of));
  // Of `name` and `text` PostgreSQL would choose `name`, and cut the names of functions after 63 bytes.
  const row = ({ from, kind, table, name: [schema, name], drop, create, ...rest }: Definition, where: string) => {
    const { isInherited = "false", hasExpression = "false", bound = "NULL::text", own = "NULL::text" } = rest;
    const { owner = "NULL::oid", namespace = "NULL::oid", mayCreate = "true" } = rest;
    return `(SELECT DISTINCT ON (u.kind, u.oid, u.sub) u.kind, u.oid, u.sub, ${kind}, ${table}, ${schema}, (${name})::text, ${drop}, ${create},
      ${isInherited}, ${hasExpression}, ${bound}, ${own}, ${owner}, ${namespace}, ${mayCreate} FROM wanted u ${from} WHERE ${where})`;
  };
  const rows = known.filter(({ of }) => kinds.has(of)).map((one) => row(one, `u.kind = ${literal(one.of)}`));
  const hasOther = [...kinds].some((kind) => !names.has(kind));
  const all = hasOther
    ? [...rows, row(OTHER, `u.kind NOT IN (${[...names].map((one) => literal(one)).join(", ")})`)]
    : rows;
  const wanted = objects.map(({ of, oid, sub }) => `(${literal(of)}, ${literal(oid)}::oid, ${literal(sub)}::int)`);
  return `WITH wanted (kind, oid, sub) AS (VALUES ${wanted.join(", ")})
    SELECT r.of, r.oid, r.sub, coalesce(r.owner, r.oid), r.kind, n.nspname, c.relname, r.schema, r.name, r.drops, r.creates, r.inherited, r.expression, r.bound, r.own,
      NOT ${mayCreateAgain("w.oid", "r.namespace", "r.allowed")} FROM (
      ${all.join("\n      UNION ALL ")}
    ) r (of, oid, sub, kind, owner, schema, name, drops, creates, inherited, expression, bound, own, role, namespace, allowed)
    LEFT JOIN pg_class c ON c.oid = r.owner LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (SELECT coalesce(r.role, c.relowner)) w (oid)`;
}
