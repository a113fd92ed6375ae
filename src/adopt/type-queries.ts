import { literal } from "../sql.ts";
import { nameSql, type ObjectQuery, type ObjectScope } from "./object-query.ts";

/** Types, collations and the parts of text search. */
export function typeQueries(scope: ObjectScope): readonly ObjectQuery[] {
  return [schemas(scope), extensions(scope), types(scope), collations(scope), ...textSearch(scope)];
}

function schemas({ namespaces, own }: ObjectScope): ObjectQuery {
  return {
    catalog: "pg_namespace",
    oid: "n.oid",
    kind: "'schema'",
    name: "n.nspname",
    from: "pg_namespace n",
    where: `n.oid = ANY (${namespaces}) AND n.nspname NOT IN ('public', ${literal(own)})`,
    create: "ARRAY[format('CREATE SCHEMA %I', n.nspname)]",
    drop: "format('DROP SCHEMA %I', n.nspname)",
  };
}

/** One that is in the own schema, or in the usual one, is created without saying where. */
function extensions({ own }: ObjectScope): ObjectQuery {
  return {
    catalog: "pg_extension",
    oid: "e.oid",
    kind: "'extension'",
    name: "e.extname",
    from: "pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace",
    where: "e.extname <> 'plpgsql'",
    create: `ARRAY[format('CREATE EXTENSION IF NOT EXISTS %I%s', e.extname,
      CASE WHEN n.nspname NOT IN ('public', 'pg_catalog', ${literal(own)}) THEN format(' SCHEMA %I', n.nspname) END)]`,
    drop: "format('DROP EXTENSION %I', e.extname)",
    more: `CASE WHEN n.nspname IN ('public', 'pg_catalog', ${literal(own)}) THEN 'usual' END`,
  };
}

const CHECKS = (
  valid: string,
): string => `(SELECT array_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) ORDER BY k.conname)
          FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND ${valid})`;

function types(scope: ObjectScope): ObjectQuery {
  const name = nameSql(scope, "t.typnamespace", "t.typname");
  return {
    catalog: "pg_type",
    oid: "t.oid",
    kind: "CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range type' WHEN 'e' THEN 'enum type' ELSE 'type' END",
    name: nameSql(scope, "t.typnamespace", "t.typname"),
    from: `pg_type t LEFT JOIN pg_type b ON b.oid = t.typbasetype LEFT JOIN pg_range g ON g.rngtypid = t.oid
      LEFT JOIN pg_class c ON c.oid = t.typrelid`,
    where: `t.typnamespace = ANY (${scope.namespaces}) AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c'
      OR t.typtype = 'b' AND t.typcategory <> 'A')`,
    create: `CASE t.typtype
      WHEN 'e' THEN ARRAY[format('CREATE TYPE %s AS ENUM (%s)', ${name}, (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
        FROM pg_enum l WHERE l.enumtypid = t.oid))]
      WHEN 'd' THEN ARRAY[concat_ws(' ', format('CREATE DOMAIN %s AS %s', ${name}, format_type(t.typbasetype, t.typtypmod)),
        CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
        'DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault), CASE WHEN t.typnotnull THEN 'NOT NULL' END,
        array_to_string(${CHECKS("k.convalidated")}, ' '))] || ARRAY(
        SELECT format('ALTER DOMAIN %s ADD %s', ${name}, u) FROM unnest(${CHECKS("NOT k.convalidated")}) u)
      WHEN 'c' THEN ARRAY[format('CREATE TYPE %s AS (%s)', ${name}, (
        SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
          || CASE WHEN a.attcollation <> o.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type o ON o.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))]
      WHEN 'r' THEN ARRAY[format('CREATE TYPE %s AS RANGE (%s)', ${name}, concat_ws(', ', 'SUBTYPE = ' || format_type(g.rngsubtype, NULL),
        (SELECT 'SUBTYPE_OPCLASS = ' || ${nameSql(scope, "p.opcnamespace", "p.opcname")} FROM pg_opclass p WHERE p.oid = g.rngsubopc AND NOT p.opcdefault),
        CASE WHEN g.rngcollation <> (SELECT s.typcollation FROM pg_type s WHERE s.oid = g.rngsubtype) THEN 'COLLATION = ' || g.rngcollation::regcollation END,
        CASE WHEN g.rngcanonical <> 0 THEN 'CANONICAL = ' || g.rngcanonical END, CASE WHEN g.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || g.rngsubdiff END,
        (SELECT 'MULTIRANGE_TYPE_NAME = ' || ${nameSql(scope, "m.typnamespace", "m.typname")} FROM pg_type m WHERE m.oid = g.rngmultitypid)))] END`,
    drop: `format('DROP %s %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, ${name})`,
    why: "CASE WHEN t.typtype = 'b' THEN 'its functions are those of a library' END",
  };
}

function collations(scope: ObjectScope): ObjectQuery {
  const name = nameSql(scope, "o.collnamespace", "o.collname");
  const locale = localeColumn(scope.version);
  return {
    catalog: "pg_collation",
    oid: "o.oid",
    kind: "'collation'",
    name,
    from: "pg_collation o",
    where: `o.collnamespace = ANY (${scope.namespaces})`,
    create: `ARRAY[format('CREATE COLLATION %s (%s)', ${name}, concat_ws(', ',
      'PROVIDER = ' || CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
      CASE WHEN o.collprovider = 'c' THEN format('LC_COLLATE = %L, LC_CTYPE = %L', o.collcollate, o.collctype) ELSE format('LOCALE = %L', ${locale}) END,
      CASE WHEN NOT o.collisdeterministic THEN 'DETERMINISTIC = false' END))]`,
    drop: `format('DROP COLLATION %s', ${name})`,
  };
}

/** Where the name of a locale of ICU is kept. */
function localeColumn(version: number): string {
  if (version >= 170000) return "o.colllocale";
  return version >= 150000 ? "o.colliculocale" : "o.collcollate";
}

function textSearch(scope: ObjectScope): readonly ObjectQuery[] {
  const dictionary = nameSql(scope, "d.dictnamespace", "d.dictname");
  const config = nameSql(scope, "k.cfgnamespace", "k.cfgname");
  const pointed = (from: string, namespace: string, name: string, oid: string) =>
    `(SELECT ${nameSql(scope, `z.${namespace}`, `z.${name}`)} FROM ${from} z WHERE z.oid = ${oid})`;
  return [
    {
      catalog: "pg_ts_dict",
      oid: "d.oid",
      kind: "'text search dictionary'",
      name: dictionary,
      from: "pg_ts_dict d",
      where: `d.dictnamespace = ANY (${scope.namespaces})`,
      create: `ARRAY[format('CREATE TEXT SEARCH DICTIONARY %s (%s)', ${dictionary},
        concat_ws(', ', 'TEMPLATE = ' || ${pointed("pg_ts_template", "tmplnamespace", "tmplname", "d.dicttemplate")}, d.dictinitoption))]`,
      drop: `format('DROP TEXT SEARCH DICTIONARY %s', ${dictionary})`,
    },
    {
      catalog: "pg_ts_config",
      oid: "k.oid",
      kind: "'text search configuration'",
      name: config,
      from: "pg_ts_config k",
      where: `k.cfgnamespace = ANY (${scope.namespaces})`,
      create: `ARRAY[format('CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)', ${config},
        ${pointed("pg_ts_parser", "prsnamespace", "prsname", "k.cfgparser")})] || ARRAY(
        SELECT format('ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s WITH %s', ${config}, t.alias,
          string_agg(${pointed("pg_ts_dict", "dictnamespace", "dictname", "m.mapdict")}, ', ' ORDER BY m.mapseqno))
        FROM pg_ts_config_map m JOIN ts_token_type(k.cfgparser) t ON t.tokid = m.maptokentype
        WHERE m.mapcfg = k.oid GROUP BY t.alias ORDER BY t.alias)`,
      drop: `format('DROP TEXT SEARCH CONFIGURATION %s', ${config})`,
    },
  ];
}
