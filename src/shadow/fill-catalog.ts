import { ask, type Database } from "../database.ts";
import type { CellType } from "./cell-type.ts";

/** A column of a table that is to be filled. */
export interface FillColumn {
  readonly name: string;
  readonly number: number;
  readonly type: CellType;
  /** As PostgreSQL prints it, such as `character varying(20)`. */
  readonly typeText: string;
  readonly nullable: boolean;
  /** The server computes its value: an identity, a sequence, or a generated column. */
  readonly computed: boolean;
  /** It is a generated column, so no statement may name it. */
  readonly generated: boolean;
  readonly hasDefault: boolean;
  /** Its default is a list as JSON, so its values are lists too. */
  readonly isList: boolean;
}

/** A rule that may refuse a row. */
export interface FillRule {
  readonly name: string;
  /** `p`, `u`, `c`, `x` as in `pg_constraint`, `i` for a unique index, `b` for the bounds of partitions. */
  readonly kind: string;
  /** The columns that it looks at. */
  readonly columns: readonly string[];
  /** The text of the rule: its constants are candidates for values. */
  readonly definition: string;
}

/** A foreign key. */
export interface FillReference {
  readonly name: string;
  readonly columns: readonly string[];
  /** The oid of the table that it references. */
  readonly table: number;
  readonly referenced: readonly string[];
}

/** A table that is to be filled. */
export interface FillTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly FillColumn[];
  readonly rules: readonly FillRule[];
  readonly references: readonly FillReference[];
  /** It is partitioned and has no partition, so that it takes no row. */
  readonly closed: boolean;
}

interface TypeRow {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly element: number;
  readonly isArray: boolean;
  readonly base: number;
  readonly modifier: number;
  readonly labels: readonly string[] | null;
  readonly fields: readonly number[] | null;
}

interface ColumnRow extends Omit<FillColumn, "type"> {
  readonly typeOid: number;
  /** The columns that a generated column is computed from. */
  readonly sources: readonly string[] | null;
  readonly modifier: number;
}

interface TableRow extends Omit<FillTable, "columns" | "rules" | "references"> {
  readonly columns: readonly ColumnRow[] | null;
  readonly rules: readonly FillRule[] | null;
  readonly references: readonly FillReference[] | null;
}

/** Everything that is to be filled. */
export interface FillCatalog {
  readonly tables: readonly FillTable[];
  /** The constraints of domains, with the name of the domain. */
  readonly domainRules: readonly FillRule[];
}

/**
 * Reads the tables of a database and what may refuse their rows. Partitions are filled through their table.
 * @param db the database
 * @param leave tables that are not filled, as `schema.name`
 */
export async function readFillCatalog(db: Database, leave: readonly string[] = []): Promise<FillCatalog> {
  const [row] = await ask<{ data: string }>(db, FILL_SQL);
  const { tables, types, domainRules }: Facts = JSON.parse(row?.data ?? "{}");
  const byOid = new Map((types ?? []).map((type) => [type.oid, type]));
  const wanted = (tables ?? []).filter(({ schema, name }) => !leave.includes(`${schema}.${name}`));
  return { tables: wanted.map((table) => describeTable(table, byOid)), domainRules: domainRules ?? [] };
}

interface Facts {
  readonly tables?: readonly TableRow[] | null;
  readonly types?: readonly TypeRow[] | null;
  readonly domainRules?: readonly FillRule[] | null;
}

function describeTable(row: TableRow, types: ReadonlyMap<number, TypeRow>): FillTable {
  const columns = (row.columns ?? []).map(({ typeOid, modifier, sources: _, ...column }) => ({
    ...column,
    type: describeType(typeOid, modifier, types),
  }));
  const sources = new Map(row.columns?.map(({ name, sources: own }) => [name, own ?? []]));
  const rules = (row.rules ?? []).map((rule) => ({
    ...rule,
    columns: rule.columns && [...new Set(rule.columns.flatMap((name) => [name, ...(sources.get(name) ?? [])]))],
  }));
  return { ...row, columns, rules, references: row.references ?? [] };
}

function describeType(oid: number, modifier: number, types: ReadonlyMap<number, TypeRow>): CellType {
  const row = types.get(oid);
  if (row === undefined) return { name: "unknown", modifier, domains: [] };
  if (row.kind === "d") {
    const base = describeType(row.base, row.modifier, types);
    return { ...base, domains: [row.name, ...base.domains] };
  }
  return { name: row.name, modifier, domains: [], ...describeParts(row, modifier, types) };
}

/** The labels of an enum type, the elements of an array, and the fields of a composite type. */
function describeParts(
  row: TypeRow,
  modifier: number,
  types: ReadonlyMap<number, TypeRow>,
): Pick<CellType, "labels" | "element" | "fields"> {
  return {
    ...(row.labels !== null && { labels: row.labels }),
    ...(row.isArray && { element: describeType(row.element, modifier, types) }),
    ...(row.fields !== null && { fields: row.fields.map((field) => describeType(field, -1, types)) }),
  };
}

const NAMES = (numbers: string, table: string) =>
  `(SELECT json_agg(a.attname ORDER BY k.at) FROM unnest(${numbers}) WITH ORDINALITY k(number, at)
    JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number)`;

const COLUMNS = `SELECT json_agg(json_build_object('name', a.attname, 'number', a.attnum, 'typeOid', a.atttypid::bigint,
    'modifier', a.atttypmod, 'typeText', format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull,
    'computed', a.attidentity <> '' OR a.attgenerated <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ '^nextval',
    'generated', a.attgenerated <> '', 'hasDefault', d.oid IS NOT NULL,
    'isList', a.atttypid IN ('json'::regtype, 'jsonb'::regtype) AND coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE '''[%', false),
    'sources', (SELECT json_agg(DISTINCT s.attname)
      FROM pg_depend p JOIN pg_attribute s ON s.attrelid = c.oid AND s.attnum = p.refobjsubid
      WHERE a.attgenerated <> '' AND p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refobjid = c.oid
      AND p.refobjsubid NOT IN (0, a.attnum))) ORDER BY a.attnum)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const CONSTRAINTS = `SELECT o.conname AS name, o.contype::text AS kind, ${NAMES("o.conkey", "c.oid")} AS columns,
    pg_get_constraintdef(o.oid) AS definition
  FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype IN ('p', 'u', 'c', 'x')`;

/** The columns of an expression are all that the index depends on. */
const INDEXES = `SELECT i.relname, 'i', (SELECT json_agg(DISTINCT a.attname) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.attnum = ANY (x.indkey::int2[]) OR a.attnum IN
        (SELECT refobjsubid FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = i.oid AND refobjid = c.oid))),
    pg_get_indexdef(i.oid)
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  WHERE x.indrelid = c.oid AND x.indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND conrelid = c.oid)`;

/** A partition may be partitioned again, by other columns. */
const BOUNDS = `SELECT c.relname, 'b', (SELECT json_agg(DISTINCT a.attname) FROM pg_partition_tree(c.oid) t
      JOIN pg_partitioned_table p ON p.partrelid = t.relid JOIN pg_attribute a ON a.attrelid = t.relid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND (a.attnum = ANY (p.partattrs::int2[]) OR 0 = ANY (p.partattrs::int2[]))),
    coalesce((SELECT string_agg(pg_get_expr(child.relpartbound, child.oid), ' ') FROM pg_partition_tree(c.oid) t
      JOIN pg_class child ON child.oid = t.relid WHERE child.oid <> c.oid), '')
  WHERE EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = c.oid)`;

const REFERENCES = `SELECT json_agg(json_build_object('name', o.conname, 'columns', ${NAMES("o.conkey", "c.oid")},
    'table', o.confrelid::bigint, 'referenced', ${NAMES("o.confkey", "o.confrelid")}) ORDER BY o.conname)
  FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype = 'f' AND o.conparentid = 0`;

const TABLES = `SELECT json_agg(json_build_object('oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname,
    'closed', c.relkind = 'p' AND NOT EXISTS (SELECT FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND t.relid <> c.oid),
    'columns', (${COLUMNS}), 'references', (${REFERENCES}), 'rules', (SELECT json_agg(r) FROM (${CONSTRAINTS}
      UNION ALL ${INDEXES} UNION ALL ${BOUNDS}) r)) ORDER BY n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`;

const TYPES = `SELECT json_agg(json_build_object('oid', t.oid::bigint, 'name', t.typname, 'kind', t.typtype::text,
    'element', t.typelem::bigint, 'isArray', t.typcategory = 'A' AND t.typelem <> 0 AND t.typlen = -1,
    'base', t.typbasetype::bigint, 'modifier', t.typtypmod,
    'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
    'fields', (SELECT json_agg(atttypid::bigint ORDER BY attnum) FROM pg_attribute
      WHERE t.typtype = 'c' AND attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped)))
  FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typrelid = 0 AND t.typname !~ '^pg_(toast|temp)' OR c.relkind = 'c'`;

const DOMAIN_RULES = `SELECT json_agg(json_build_object('name', o.conname, 'kind', 'd', 'columns', json_build_array(t.typname),
    'definition', pg_get_constraintdef(o.oid))) FROM pg_constraint o JOIN pg_type t ON t.oid = o.contypid WHERE o.contypid <> 0`;

const FILL_SQL = `SELECT json_build_object('tables', (${TABLES}), 'types', (${TYPES}), 'domainRules', (${DOMAIN_RULES}))::text AS data`;
