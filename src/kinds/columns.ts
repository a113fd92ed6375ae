import type { Change, Hazard, Operation, Question } from "../schema/operation.ts";
import type { Column, Table } from "../schema/schema.ts";
import { asideName, bareName, id, path, sequenceName, siblingName } from "../sql.ts";
import { isSerial, sameBase, sameFamily, storedType } from "./column-types.ts";
import { commentOnColumn } from "./comments.ts";
import { type Conversion, conversionOf } from "./conversions.ts";
import {
  change,
  compact,
  type Expression,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  type Kind,
  type ModelColumn,
  type Owners,
  withOptions,
} from "./kind.ts";
import { exclusive, exclusiveWithTied } from "./locks.ts";
import { type ColumnPlace, placeColumnSql } from "./rebuild.ts";
import { alterSequence, dropSequence, renameSequence } from "./sequences.ts";
import {
  continueSql,
  mentionsSequence,
  otherSequence,
  renameOwnSql,
  sequenceAt,
  sequenceOf,
  serialSql,
  takesFrom,
} from "./serials.ts";
import { PLACEHOLDER, sql } from "./statements.ts";

const SERIALS: Readonly<Record<string, string>> = { integer: "serial", bigint: "bigserial", smallint: "smallserial" };

/**
 * An enum type of another schema has its schema, as in the list of enum types, also where the search path leads to it. The
 * cursor is fetched under the path of the project, whose own schema comes first.
 */
const TYPE = `CASE WHEN en.nspname <> pg_catalog.current_schema()
        THEN pg_catalog.format('%I.%I', en.nspname, e.typname) || CASE WHEN e.oid = t.oid THEN '' ELSE '[]' END
        ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END`;

export const columns: Kind<Column, Table> = {
  word: "column",
  list: "columns",
  holdsData: true,
  inline: true,
  fromModel: (table) => table.columns.map(fromModel),
  // A default refers to no column; told its table all the same, PostgreSQL would open every table to print it.
  catalog: (namespaces) => `
    SELECT a.attrelid, a.attnum, a.attname, ${TYPE}, a.attnotnull, a.attidentity,
      a.attgenerated, pg_catalog.pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE ad.adrelid END),
      CASE WHEN a.attcollation <> t.typcollation THEN co.collname END, d.description, s.relname,
      s.special OR s.seqtypid <> a.atttypid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type e ON e.typtype = 'e' AND e.oid IN (t.oid, CASE WHEN t.typcategory = 'A' THEN t.typelem END)
    LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
    LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_description d
      ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_catalog.pg_class'::regclass
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
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace IN (${namespaces})
    ORDER BY a.attrelid, a.attnum`,
  fromCatalog: (
    [table, , name, type, notNull, identity, generated, value, collation, comment, sequence, special],
    names,
  ) => {
    const serial = sequence !== null && sequenceOf(value ?? "") !== undefined ? SERIALS[type!] : undefined;
    const usual = sequenceName(names.table(table!) ?? "", name!);
    return {
      table: table!,
      item: compact<Column>({
        name: name!,
        type: serial ?? type!,
        nullable: notNull === "f" ? true : undefined,
        default: serial === undefined && generated === "" ? (value ?? undefined) : undefined,
        generatedIdentity: identity === "" ? undefined : identity === "a" ? "ALWAYS" : "BY DEFAULT",
        asExpression: generated === "" ? undefined : value!,
        generatedType: generated === "" ? undefined : generated === "s" ? "STORED" : "VIRTUAL",
        collation: collation ?? undefined,
        comment: comment ?? undefined,
        sequence:
          sequence != null && (serial !== undefined || identity !== "") && sequence !== usual ? sequence : undefined,
      }),
      ...(special === "t" && {
        unmodelled: {
          name: `${names.table(table!)}.${name}`,
          why: "models cannot declare the start, increment, limits, cache, type, privileges or comment of a column's sequence",
        },
      }),
    };
  },
  expressions: (column) => [
    ...(column.default === undefined
      ? []
      : [{ key: "default", text: column.default, as: { type: column.type } } satisfies Expression]),
    ...(column.asExpression === undefined
      ? []
      : [{ key: "asExpression", text: column.asExpression, as: { type: column.type } } satisfies Expression]),
  ],
  create: (column, table) => addColumn(table.name, column),
  add: (column, owners) => addition(column, owners.after, placeOf(column, owners)),
  alter: (from, to, owners) => alteration(from, to, owners),
  rename: (from, to, table) => renameColumn(table.name, from, to),
  drop: (column, table) => dropColumn(table.name, column.name),
  remove: (column, owners) => removal(column, owners),
};

/** What `alterColumn` can change; what is left out stays as it is, and `null` removes. */
export interface ColumnChanges {
  /** The new type; `serial` and its like give an integer column a sequence that goes on behind the largest value. */
  readonly type?: string;
  /** The name of the sequence of a column that becomes serial, where it is not `<table>_<column>_seq`. */
  readonly sequence?: string;
  /** How old values become new ones, where PostgreSQL cannot cast by itself. */
  readonly using?: string;
  readonly collation?: string;
  readonly nullable?: boolean;
  readonly default?: string | null;
  /** Makes the column an identity column that goes on behind the largest value; `null` makes it a plain one. */
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT" | null;
  /** For a column that is an identity column already. */
  readonly setGenerated?: "ALWAYS" | "BY DEFAULT";
  /**
   * `null` makes a stored generated column a plain one that keeps its values, from PostgreSQL 13 on; there is no such
   * step for a virtual one.
   */
  readonly asExpression?: null;
}

/**
 * Adds a column at the end of a table, or in the place that `before` or `after` names. PostgreSQL only adds columns at
 * the end: for another place the table is built anew in the revision's transaction, with everything that belongs to it,
 * and nobody reads or writes it meanwhile. What cannot be made again stops it before anything is changed, with a list.
 * @param table the table
 * @param column the column
 * @param options `before` or `after` a column; `ifNotExists: true` lets it be there already
 * @example op.addColumn("mall", { name: "opened_on", type: "date", nullable: true })
 * @example op.addColumn("mall", { name: "city", type: "text", nullable: true }, { after: "title" })
 */
export function addColumn(table: string, column: Column, options: ColumnPlace & IfNotExists = {}): Operation {
  const { before, after, ifNotExists } = options;
  const placed = before !== undefined || after !== undefined;
  const adding = [
    `ALTER TABLE ${path(table)} ADD COLUMN ${placed ? "" : ifNotExistsSql(options)}${columnSql(column)}`,
    ...afterColumnSql(table, column),
  ];
  const hazards = [
    ...(rewrites(column) ? [rewriteOf(table, `the new column ${column.name} gets a value in every row`)] : []),
    ...(placed ? rebuildHazards(table, column.name, options) : []),
  ];
  return {
    name: "addColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column.name, effect: "create" },
    sql: placed ? [placeColumnSql({ table, column: column.name, place: options, adding, ifNotExists })] : adding,
    locks: placed ? exclusiveWithTied(table) : exclusive(table),
    ...(hazards.length > 0 && { hazards }),
  };
}

/**
 * Changes the type, nullability, default, identity or collation of a column.
 * @param table the table
 * @param column the column
 * @param changes see {@link ColumnChanges}
 * @example op.alterColumn("shop", "code", { type: "bigint", using: "code::bigint" })
 */
export function alterColumn(table: string, column: string, changes: ColumnChanges): Operation {
  const alter = (action: string) => `ALTER TABLE ${path(table)} ALTER COLUMN ${id(column)} ${action}`;
  const sql: string[] = [];
  if (changes.default === null) sql.push(alter("DROP DEFAULT"));
  if (changes.generatedIdentity === null) sql.push(alter("DROP IDENTITY"));
  if (changes.asExpression === null) sql.push(alter("DROP EXPRESSION"));
  if (changes.type !== undefined)
    sql.push(
      ...(isSerial(changes.type)
        ? serialSql(table, column, changes.type, changes.sequence)
        : [
            alter(
              `TYPE ${changes.type}${changes.collation === undefined ? "" : ` COLLATE ${path(changes.collation)}`}${
                changes.using === undefined ? "" : ` USING ${changes.using}`
              }`,
            ),
          ]),
    );
  if (changes.nullable !== undefined) sql.push(alter(changes.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
  if (changes.setGenerated !== undefined) sql.push(alter(`SET GENERATED ${changes.setGenerated}`));
  if (typeof changes.generatedIdentity === "string")
    sql.push(alter(`ADD GENERATED ${changes.generatedIdentity} AS IDENTITY`), continueSql(table, column));
  if (typeof changes.default === "string") sql.push(alter(`SET DEFAULT ${changes.default}`));
  const hazards = [
    ...(changes.type === undefined || isSerial(changes.type)
      ? []
      : [rewriteOf(table, `${column} becomes ${changes.type}, unless that only lengthens it`)]),
    ...(changes.nullable === false ? [scanOf(table)] : []),
  ];
  const { type, generatedIdentity, setGenerated } = changes;
  const touchesOthers = type !== undefined || generatedIdentity === null || setGenerated !== undefined;
  return {
    name: "alterColumn",
    args: [table, column, changes],
    target: { kind: "column", table, name: column, effect: "alter" },
    sql,
    ...(hazards.length > 0 && { hazards }),
    locks: touchesOthers ? exclusiveWithTied(table) : exclusive(table),
  };
}

/**
 * Renames a column. Indexes, constraints and views follow; queries that name it break.
 * @param table the table
 * @param from its name
 * @param to its new name
 * @example op.renameColumn("mall", "title", "name")
 */
export function renameColumn(table: string, from: string, to: string): Operation {
  return {
    name: "renameColumn",
    args: [table, from, to],
    target: { kind: "column", table, name: from, effect: "rename", to },
    sql: [`ALTER TABLE ${path(table)} RENAME COLUMN ${id(from)} TO ${id(to)}`],
    locks: exclusive(table),
    hazards: [{ code: "BREAKS_CLIENTS", table, text: `Code that still reads ${table}.${from} fails from now on.` }],
  };
}

/**
 * Drops a column with its values, and every index and constraint of this table that uses it.
 * @param table the table
 * @param column the column
 * @param options `ifExists: true` lets it be missing
 * @example op.dropColumn("mall", "title")
 */
export function dropColumn(table: string, column: string, options: IfExists = {}): Operation {
  return {
    name: "dropColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column, effect: "drop" },
    sql: [`ALTER TABLE ${path(table)} DROP COLUMN ${ifExistsSql(options)}${id(column)}`],
    locks: exclusiveWithTied(table),
    hazards: [{ code: "DATA_LOSS", table, text: `The values of ${table}.${column} are lost.` }],
  };
}

/** The clause of `CREATE TABLE` and `ADD COLUMN`. */
export function columnSql(column: Column): string {
  return [
    id(column.name),
    column.type,
    column.collation === undefined ? "" : `COLLATE ${path(column.collation)}`,
    column.asExpression === undefined
      ? ""
      : `GENERATED ALWAYS AS (${column.asExpression}) ${column.generatedType ?? "STORED"}`,
    column.generatedIdentity === undefined ? "" : `GENERATED ${column.generatedIdentity} AS IDENTITY`,
    column.default === undefined ? "" : `DEFAULT ${column.default}`,
    column.nullable ? "" : "NOT NULL",
  ]
    .filter((clause) => clause !== "")
    .join(" ");
}

/** What a new column needs beside its clause: its comment, and the name of its sequence. */
export function afterColumnSql(table: string, column: Column): readonly string[] {
  const loose = isSerial(column.type) && column.nullable; // serial is NOT NULL, whatever stands behind it
  return [
    ...(loose ? [`ALTER TABLE ${path(table)} ALTER COLUMN ${id(column.name)} DROP NOT NULL`] : []),
    ...(column.sequence === undefined ? [] : [renameOwnSql(table, column.name, column.sequence)]),
    ...(column.comment === undefined ? [] : commentOnColumn(table, column.name, column.comment).sql),
  ];
}

function fromModel(column: ModelColumn): Column {
  const serial = column.generation === "increment" ? SERIALS[column.fullType] : undefined;
  const required = serial !== undefined || column.generation === "identity"; // PostgreSQL makes them NOT NULL
  return compact<Column>({
    name: column.name,
    type: serial ?? column.fullType,
    nullable: column.isNullable && !required ? true : undefined,
    default: serial === undefined ? column.default : undefined,
    generatedIdentity: column.generation === "identity" ? (column.generatedIdentity ?? "BY DEFAULT") : undefined,
    asExpression: column.asExpression,
    generatedType: column.asExpression === undefined ? undefined : column.generatedType,
    collation: collationOf(column),
    comment: column.comment || undefined,
  });
}

/** A collation as the catalog names it: PostgreSQL's own without their schema, and not at all where it is the type's. */
function collationOf({ collation }: ModelColumn): string | undefined {
  if (!collation) return undefined;
  const name = collation.replace(/^"?pg_catalog"?\."?([^"]*)"?$/, "$1");
  return name === "default" ? undefined : name;
}

/** A required column needs a value in the existing rows. */
function addition(column: Column, table: Table, place: ColumnPlace): Change {
  const filled =
    column.nullable || column.default !== undefined || column.generatedIdentity !== undefined || isSerial(column.type);
  if (column.asExpression !== undefined)
    return { ...change(addColumn(table.name, column, place)), createAfter: "columns" };
  if (filled) return change(addColumn(table.name, column, place));
  return {
    operations: [
      addColumn(table.name, { ...column, nullable: true }, place),
      alterColumn(table.name, column.name, { nullable: false }),
    ],
    question: {
      about: "constraint",
      text: `${table.name}.${column.name} is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE ${path(table.name)} SET ${id(column.name)} = …\`) between these two lines.`,
    },
  };
}

const MAX_CANDIDATES = 5;

/** Where other columns come, one of them may have the values of the one that goes. */
function removal({ name, asExpression }: Column, { before, after, taken }: Owners<Table>): Change {
  const dropped = change(dropColumn(after.name, name));
  const had = new Set(before.columns.map((column) => column.name));
  const added = after.columns.filter((column) => !had.has(column.name) && column.asExpression === undefined);
  const rival = taken?.get(name);
  if (asExpression === undefined && added.length === 0 && rival !== undefined)
    return {
      ...dropped,
      question: lossQuestion(
        after.name,
        name,
        `It may have become ${rival}, instead of the column that is now renamed to ${rival}. To keep its values, rename it instead of that column, or copy the values with op.sql(…) before the drop`,
      ),
    };
  if (asExpression !== undefined || added.length === 0) return dropped;
  const was = before.columns.find((column) => column.name === name);
  const names = added.map((column) => column.name).join(", ");
  return {
    ...dropped,
    question: lossQuestion(
      after.name,
      name,
      `The revision adds these columns: ${names}. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn`,
    ),
    alternatives: added.slice(0, MAX_CANDIDATES).map((column) => ({
      when: "or" as const,
      operation: renameColumn(after.name, name, column.name),
      reason: was?.type === column.type ? `both are ${column.type}` : `${was?.type} and ${column.type}`,
    })),
  };
}

function lossQuestion(table: string, column: string, why: string): Question {
  return {
    about: "drop",
    text: `${table}.${column} is dropped. ${why}. Values that are lost:`,
    query: `SELECT ${id(column)} FROM ${path(table)} WHERE ${id(column)} IS NOT NULL`,
  };
}

/** A place only where one is wanted and a column that is there already stands behind it. */
function placeOf(column: Column, { before, after, keepOrder }: Owners<Table>): ColumnPlace {
  const at = after.columns.findIndex(({ name }) => name === column.name);
  const there = new Set(before.columns.map(({ name }) => name));
  const next = after.columns.slice(at + 1).find(({ name }) => there.has(name));
  if (!keepOrder || next === undefined) return {};
  return at === 0 ? { before: next.name } : { after: after.columns[at - 1]!.name };
}

function alteration(from: Column, to: Column, { before, after }: Owners<Table>): readonly Change[] {
  const table = after.name;
  if (replaces(from, to)) return [replacement(from, to, table)];
  if (isWritten(from, to)) return [written(to, table)];
  const nulls = nullChanges(from, to, before, after);
  const soon = to.generatedIdentity !== undefined; // PostgreSQL numbers only columns that are NOT NULL already
  return [
    ...plainChanges(from, to, table),
    ...(soon ? nulls : []),
    ...sequenceChanges(from, to, table),
    ...typeChanges(from, to, table),
    ...defaultChanges(from, to, table),
    ...(soon ? [] : nulls),
    ...(from.comment === to.comment ? [] : [change(commentOnColumn(table, to.name, to.comment ?? null))]),
  ];
}

/** PostgreSQL has no statement that makes a plain column a generated one, or changes the expression before 17. */
function replaces(from: Column, to: Column): boolean {
  if (to.asExpression === undefined) return false;
  return (
    from.asExpression !== to.asExpression ||
    from.generatedType !== to.generatedType ||
    from.type !== to.type ||
    from.collation !== to.collation
  );
}

function replacement(from: Column, to: Column, table: string): Change {
  const operations = [dropColumn(table, from.name), addColumn(table, to)];
  if (from.asExpression !== undefined) return { operations, createAfter: "columns" };
  return {
    operations,
    createAfter: "columns",
    question: {
      about: "type",
      text: `${table}.${to.name} becomes a generated column: its values are replaced by ${to.asExpression}. Rows that change:`,
      query: `SELECT * FROM ${path(table)} WHERE ${id(from.name)} IS DISTINCT FROM (${to.asExpression})`,
    },
  };
}

/** A generated column that becomes a plain one keeps its values. */
function plainChanges(from: Column, to: Column, table: string): readonly Change[] {
  if (from.asExpression === undefined || to.asExpression !== undefined) return [];
  return [{ ...change(alterColumn(table, to.name, { asExpression: null })), beforeOtherColumns: true }];
}

/** Whether a column has to be written for the first time: PostgreSQL keeps no values of a virtual one. */
export function isWritten(from: Column, to: Column): boolean {
  return from.generatedType === "VIRTUAL" && to.asExpression === undefined;
}

/** A virtual column that becomes a plain one: a new column takes its values. */
function written(to: Column, table: string): Change {
  const aside = asideName(to.name);
  const later = to.nullable !== true && !isSerial(to.type) && to.generatedIdentity === undefined;
  return {
    operations: [
      renameColumn(table, to.name, aside),
      addColumn(table, later ? { ...to, nullable: true } : to),
      sql(`UPDATE ${path(table)} SET ${id(to.name)} = CAST(${id(aside)} AS ${storedType(to.type)})`),
      dropColumn(table, aside),
      ...(later ? [alterColumn(table, to.name, { nullable: false })] : []),
    ],
    beforeOtherColumns: true,
  };
}

function sequenceChanges(from: Column, to: Column, table: string): readonly Change[] {
  const [had, has] = [isSerial(from.type), isSerial(to.type)];
  const operations: Operation[] = [];
  const [current, wanted] = [sequenceAt(table, from), sequenceAt(table, to)];
  const kept = (had && has) || (from.generatedIdentity && to.generatedIdentity);
  if (kept && current !== wanted) operations.push(renameSequence(current, wanted));
  if (had && !has) operations.push(...givenUp(from, to, table));
  if (from.generatedIdentity && !to.generatedIdentity)
    operations.push(alterColumn(table, to.name, { generatedIdentity: null }));
  if (from.generatedIdentity && to.generatedIdentity && from.generatedIdentity !== to.generatedIdentity)
    operations.push(alterColumn(table, to.name, { setGenerated: to.generatedIdentity }));
  if (!had && has) operations.push(...takenUp(from, to, table));
  if (!from.generatedIdentity && to.generatedIdentity && storedType(from.type) === to.type) {
    if (from.default !== undefined) operations.push(alterColumn(table, to.name, { default: null }));
    operations.push(alterColumn(table, to.name, { generatedIdentity: to.generatedIdentity }));
  }
  if (operations.length === 0) return [];
  const question = has ? otherSequence(from, to, table) : undefined;
  return [{ operations, ...(question && { question }) }];
}

/** A serial column that becomes a plain one: its sequence goes, unless its default goes on using it. */
function givenUp(from: Column, to: Column, table: string): readonly Operation[] {
  const current = sequenceAt(table, from);
  if (takesFrom(to, table, from) || mentionsSequence(to.default, current))
    return [alterSequence({ name: current, ownedBy: null })];
  return [alterColumn(table, to.name, { default: null }), dropSequence(current)];
}

/** A plain column that becomes a serial one: it takes the sequence over that it uses already, or gets one. */
function takenUp(from: Column, to: Column, table: string): readonly Operation[] {
  const ownedBy = { table, column: to.name };
  if (takesFrom(from, table, to)) return [alterSequence({ name: sequenceAt(table, to), ownedBy })];
  return [
    ...(from.default === undefined ? [] : [alterColumn(table, to.name, { default: null })]),
    ...(storedType(from.type) === storedType(to.type) ? [numberColumn(to, table)] : []),
  ];
}

/** Makes a plain column a serial one. */
function numberColumn({ name, type, sequence }: Column, table: string): Operation {
  return alterColumn(table, name, { type, ...(sequence !== undefined && { sequence }) });
}

function typeChanges(from: Column, to: Column, table: string): readonly Change[] {
  const [was, is] = [storedType(from.type), storedType(to.type)];
  if (was === is && from.collation === to.collation) return [];
  const conversion: Conversion = was === is ? {} : conversionOf(id(to.name), was, is);
  const using = conversion.needsUsing ? PLACEHOLDER : conversion.using;
  const stands = from.default !== undefined && !sameFamily(was, is);
  const alter = alterColumn(table, to.name, {
    type: is,
    ...(using !== undefined && { using }),
    ...collationChange(from, to),
    ...(restates(from, to) && { default: to.default! }),
  });
  const operations = [
    ...(stands ? [alterColumn(table, to.name, { default: null })] : []),
    alter,
    ...(isSerial(from.type) && isSerial(to.type) ? [sequenceType(table, to, is)] : []),
    ...(!isSerial(from.type) && isSerial(to.type) && !takesFrom(from, table, to) ? [numberColumn(to, table)] : []),
    ...(!from.generatedIdentity && to.generatedIdentity
      ? [alterColumn(table, to.name, { generatedIdentity: to.generatedIdentity })]
      : []),
    ...(stands && to.default !== undefined ? [alterColumn(table, to.name, { default: to.default })] : []),
  ];
  const question = typeQuestion(`${table}.${to.name} changes from ${was} to ${is}.`, conversion, table);
  return [question === undefined ? { operations } : { operations, question }];
}

/** A new type comes with its own collation: another one is told, also where it stays. */
function collationChange(from: Column, to: Column): Pick<ColumnChanges, "collation"> {
  if (to.collation !== undefined) return { collation: to.collation };
  return from.collation !== undefined && storedType(from.type) === storedType(to.type) ? { collation: "default" } : {};
}

function sequenceType(table: string, to: Column, type: string): Operation {
  const name = siblingName(table, to.sequence ?? sequenceName(table, to.name));
  return alterSequence({ name, type: type as "smallint" | "integer" | "bigint" });
}

function typeQuestion(what: string, { text, where }: Conversion, table: string): Question | undefined {
  if (text === undefined) return undefined;
  return {
    about: "type",
    text: `${what} ${text}`,
    ...(where !== undefined && { query: `SELECT * FROM ${path(table)} WHERE ${where}` }),
  };
}

function defaultChanges(from: Column, to: Column, table: string): readonly Change[] {
  const replaced = from.default !== undefined && (!sameFamily(from.type, to.type) || restates(from, to));
  const kept = isSerial(from.type) && takesFrom(to, table, from);
  const generated = isSerial(to.type) || to.generatedIdentity !== undefined;
  const none = isNull(from.default) && isNull(to.default);
  if (from.default === to.default || none || replaced || kept || (generated && !to.default)) return [];
  return [change(alterColumn(table, to.name, { default: to.default ?? null }))];
}

/** With its type a default only gets a cast, and is no longer what the same column would have in a new table. */
function restates(from: Column, to: Column): boolean {
  const both = from.default !== undefined && to.default !== undefined;
  return both && sameFamily(from.type, to.type) && !sameBase(from.type, to.type);
}

/** PostgreSQL keeps no default that is just `NULL`, for a column without a default has that one. */
function isNull(value: string | undefined): boolean {
  return value === undefined || /^null(::[\w ]+)?$/i.test(value);
}

function nullChanges(from: Column, to: Column, before: Table, after: Table): readonly Change[] {
  if (from.nullable === to.nullable) return [];
  if (to.nullable)
    return [{ ...change(alterColumn(after.name, to.name, { nullable: true })), createAfter: "constraints" }];
  const empty = `WHERE ${id(to.name)} IS NULL`;
  const question: Question = {
    about: "constraint",
    text: `${before.name}.${to.name} becomes required. Rows in the way:`,
    query: `SELECT * FROM ${path(after.name)} ${empty}`,
  };
  const fill = sql(`UPDATE ${path(after.name)} SET ${id(to.name)} = ${to.default ?? PLACEHOLDER} ${empty}`);
  const required = change(alterColumn(after.name, to.name, { nullable: false }), question);
  return [{ ...required, alternatives: [{ when: "first", operation: fill }] }];
}

/** PostgreSQL writes a value into every row for a generated value or a volatile default. */
function rewrites(column: Column): boolean {
  if (isSerial(column.type) || column.generatedIdentity !== undefined) return true;
  if (column.asExpression !== undefined) return column.generatedType !== "VIRTUAL";
  return /\b(gen_random_uuid|uuid_generate_v\w+|uuidv[47]|random|clock_timestamp|nextval)\(/.test(column.default ?? "");
}

function rewriteOf(table: string, why: string): Hazard {
  return {
    code: "TABLE_REWRITE",
    table,
    text: `${bareName(table)} is rewritten and cannot be read or written during that time: ${why}.`,
  };
}

function rebuildHazards(table: string, column: string, { before, after }: ColumnPlace): readonly Hazard[] {
  const place = after === undefined ? `before ${before}` : `after ${after}`;
  const why = `to put ${column} ${place}, the table and its indexes are rebuilt under an ACCESS EXCLUSIVE lock. The tables that foreign keys connect with it are locked too`;
  const text = `Code that relies on the column order of ${bareName(table)}, such as INSERT or COPY without a column list, may break.`;
  return [rewriteOf(table, why), { code: "BREAKS_CLIENTS", table, text }];
}

function scanOf(table: string): Hazard {
  return { code: "TABLE_SCAN", table, text: `${table} cannot be read or written while its rows are checked.` };
}
