import { collect } from "../collect.ts";
import { optionalText, requiredFlag, requiredText } from "../result-rows.ts";
import type { Column, Table } from "../schema/schema.ts";
import { FIRST_OID, sequenceName } from "../sql.ts";
import { columnAddition, columnAlteration, columnRemoval } from "./column-changes.ts";
import { afterColumnSql, columnSql } from "./column-clause.ts";
import { addColumn, dropColumn, renameColumn } from "./column-operations.ts";
import { column } from "./item-rules.ts";
import { keepsColumnFact } from "./kept-facts.ts";
import { catalogQuery, compact, describeComment, type Expression, type Kind, type ModelColumn } from "./kind.ts";
import { parseNextval } from "./serials.ts";

const SERIALS: Readonly<Record<string, string>> = { integer: "serial", bigint: "bigserial", smallint: "smallserial" };

/**
 * The type of a column, over `a` in `pg_attribute` and `t` in `pg_type`. An enum type of another schema has its schema, as in the list of enum types, also where the search path leads to it. The
 * cursor is fetched under the path of the project, whose own schema comes first.
 */
export const COLUMN_TYPE = `coalesce(CASE WHEN t.typtype = 'e' OR t.typcategory = 'A' THEN (
        SELECT pg_catalog.format('%I.%I', en.nspname, e.typname) || CASE WHEN e.oid = t.oid THEN '' ELSE '[]' END
        FROM pg_catalog.pg_type e JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
        WHERE e.typtype = 'e' AND e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
          AND en.nspname <> pg_catalog.current_schema()) END,
        pg_catalog.format_type(a.atttypid, a.atttypmod))`;

export const columns: Kind<Column, Table> = {
  word: "column",
  list: "columns",
  rule: column,
  isRequired: true,
  holdsData: true,
  clause: columnSql,
  afterClause: (column, table) => afterColumnSql(table, column),
  describe: (column) => [columnSql(column), ...describeComment(column.comment)],
  keepsOrder: true,
  usesSiblings: ({ asExpression }) => asExpression !== undefined,
  fromModel: (table) => table.columns.map(fromModel),
  // A default uses no columns. With the oid of its table, PostgreSQL would open every table to print it.
  catalog: catalogQuery(
    {
      table: requiredText,
      number: requiredText,
      name: requiredText,
      type: requiredText,
      isNotNull: requiredFlag,
      identity: requiredText,
      generated: requiredText,
      expression: optionalText,
      collation: optionalText,
      comment: optionalText,
      sequence: optionalText,
      isSequenceSpecial: requiredFlag,
    },
    ({ namespaces }) => `
    SELECT a.attrelid, a.attnum, a.attname, ${COLUMN_TYPE}, a.attnotnull, a.attidentity,
      a.attgenerated, pg_catalog.pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE ad.adrelid END),
      CASE WHEN a.attcollation <> t.typcollation
        THEN (SELECT co.collname FROM pg_catalog.pg_collation co WHERE co.oid = a.attcollation) END,
      d.description, s.relname,
      (s.special OR s.seqtypid <> a.atttypid) IS TRUE
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description d
      ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_catalog.pg_class'::regclass
        AND d.objoid >= ${FIRST_OID}
    LEFT JOIN (
      SELECT DISTINCT ON (d.refobjid, d.refobjsubid) d.refobjid, d.refobjsubid, sc.relname,
        q.seqincrement <> 1 OR q.seqcycle OR q.seqcache <> 1 OR q.seqstart <> 1
        OR q.seqmin <> 1 OR sc.relacl IS NOT NULL OR pg_catalog.obj_description(sc.oid, 'pg_class') IS NOT NULL
        OR q.seqmax <> CASE q.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
          ELSE 9223372036854775807 END AS special, q.seqtypid
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class sc ON sc.oid = d.objid AND sc.relkind = 'S'
      JOIN pg_catalog.pg_sequence q ON q.seqrelid = sc.oid
      LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = d.refobjid AND f.adnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.refobjsubid > 0 AND (d.deptype = 'i' OR d.deptype = 'a'
          AND EXISTS (SELECT FROM pg_catalog.pg_depend u WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass
            AND u.objid = f.oid AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = sc.oid))
      ORDER BY d.refobjid, d.refobjsubid, sc.relname
    ) s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = ANY (${namespaces})
    ORDER BY a.attrelid, a.attnum`,
    (row, names) => {
      const table = names.table(row.table) ?? "";
      return {
        table: row.table,
        number: row.number,
        item: readFoundColumn(row, table),
        ...(row.isSequenceSpecial && { unmodelled: { name: `${table}.${row.name}`, why: SPECIAL_SEQUENCE } }),
      };
    },
  ),
  expressions: ({ type, default: value, asExpression }) =>
    collect<Expression>(
      value !== undefined && { key: "default", text: value, as: { type, isConstant: true } },
      asExpression !== undefined && { key: "asExpression", text: asExpression, as: { type } },
    ),
  keepsFact: keepsColumnFact,
  create: (column, table) => addColumn(table.name, column),
  add: columnAddition,
  alter: columnAlteration,
  rename: (from, to, table) => renameColumn(table.name, from, to),
  drop: (column, table) => dropColumn(table.name, column.name),
  remove: columnRemoval,
};

const SPECIAL_SEQUENCE =
  "models cannot declare the start, increment, limits, cache, type, privileges or comment of a column's sequence";

/** How `pg_attribute` writes what is generated, and how the statements do. */
const IDENTITIES: Readonly<Record<string, Column["generatedIdentity"]>> = { a: "ALWAYS", d: "BY DEFAULT" };
const GENERATED_TYPES: Readonly<Record<string, Column["generatedType"]>> = { s: "STORED", v: "VIRTUAL" };

interface FoundColumn {
  readonly name: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly identity: string;
  readonly generated: string;
  /** The default, or the expression of a generated column. */
  readonly expression: string | undefined;
  readonly collation: string | undefined;
  readonly comment: string | undefined;
  /** The sequence that the column owns. */
  readonly sequence: string | undefined;
}

function readFoundColumn(found: FoundColumn, table: string): Column {
  const { name, type, collation, comment } = found;
  const value = readValue(found);
  const isNumbered = value.type !== undefined || value.generatedIdentity !== undefined;
  const sequence = found.sequence === sequenceName(table, name) ? undefined : found.sequence;
  return compact<Column>({
    name,
    type,
    nullable: found.isNotNull ? undefined : true,
    ...value,
    collation,
    comment,
    ...(isNumbered && { sequence }),
  });
}

/** What gives a column its values, and for a sequence the type that shows it. */
interface ColumnValue {
  readonly type?: string;
  readonly default?: string | undefined;
  readonly generatedIdentity?: Column["generatedIdentity"] | undefined;
  readonly asExpression?: string | undefined;
  readonly generatedType?: Column["generatedType"];
}

function readValue({ type, identity, generated, expression, sequence }: FoundColumn): ColumnValue {
  const [serial, generatedType] = [SERIALS[type], GENERATED_TYPES[generated]];
  const isFromSequence = sequence !== undefined && parseNextval(expression ?? "") !== undefined;
  if (serial !== undefined && isFromSequence) return { type: serial };
  if (generatedType !== undefined) return { asExpression: expression, generatedType };
  return { default: expression, generatedIdentity: IDENTITIES[identity] };
}

function fromModel(column: ModelColumn): Column {
  const serial = findSerial(column);
  const isIdentity = column.generation === "identity";
  const isRequired = serial !== undefined || isIdentity; // PostgreSQL makes them NOT NULL
  const { name, asExpression, generatedType } = column;
  return compact<Column>({
    name,
    type: serial ?? column.fullType,
    nullable: column.isNullable && !isRequired ? true : undefined,
    default: serial === undefined ? column.default : undefined,
    ...(isIdentity && { generatedIdentity: column.generatedIdentity ?? "BY DEFAULT" }),
    ...(asExpression !== undefined && { asExpression, generatedType }),
    collation: findCollation(column),
    comment: column.comment || undefined,
  });
}

function findSerial({ generation, fullType }: ModelColumn): string | undefined {
  if (generation !== "increment") return undefined;
  return SERIALS[fullType];
}

/** The collation as the catalog names it: one of PostgreSQL has no schema, and the collation of the type is left out. */
function findCollation({ collation }: ModelColumn): string | undefined {
  if (!collation) return undefined;
  const name = collation.replace(/^"?pg_catalog"?\."?([^"]*)"?$/, "$1");
  if (name === "default") return undefined;
  return name;
}
