import { collect, joinClauses } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Hazard, Operation } from "../schema/operation.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { RuleName } from "../schema/rule-names.ts";
import type { Column } from "../schema/schema.ts";
import { alterColumnSql, bareName, id, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { afterColumnSql, columnSql, probeAddition } from "./column-clause.ts";
import { isSerial } from "./column-types.ts";
import { breaksClients, losesData, rewritesTable, scansTable } from "./hazards.ts";
import { column, identity } from "./item-rules.ts";
import { OF_NOT_NULL, RESET_BY_TYPE, SEQUENCE_FACT_NAMES } from "./kept-facts.ts";
import { type IfExists, type IfNotExists, ifExistsSql, ifNotExistsSql, withOptions } from "./kind.ts";
import { exclusive, exclusiveWithTied } from "./locks.ts";
import { ifExists } from "./option-rules.ts";
import { type ColumnPlace, placeColumnSql } from "./rebuild.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";
import { continueSql, serialSql } from "./serials.ts";

/** What `alterColumn` changes. What is left out stays as it is; `null` removes. */
export interface ColumnChanges {
  /** The new type. `serial` and the like give an integer column a sequence that continues after the largest value. */
  readonly type?: string;
  /** The name of the sequence of a column that becomes serial, if it is not `<table>_<column>_seq`. */
  readonly sequence?: string;
  /** An expression for the new value of each row, where PostgreSQL has no cast of its own. */
  readonly using?: string;
  readonly collation?: string;
  readonly nullable?: boolean;
  readonly default?: string | null;
  /** Makes it an identity column, whose numbers continue after the largest value; `null` makes it a plain column. */
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT" | null;
  /**
   * A sequence after whose last number a new identity column continues. Left out, it continues after its largest value,
   * which takes a look at all rows.
   */
  readonly continueAfter?: string;
  /** For a column that already is an identity column. */
  readonly setGenerated?: "ALWAYS" | "BY DEFAULT";
  /**
   * `null` makes a stored generated column a plain column that keeps its values. PostgreSQL
   * cannot do this to a virtual column.
   */
  readonly asExpression?: null;
}

const changes = is.whole(
  is.whole(
    shape<ColumnChanges>({
      type: optional(is.text),
      sequence: optional(is.text),
      using: optional(is.text),
      collation: optional(is.text),
      nullable: optional(is.flag),
      default: optional(is.nullable(is.text)),
      generatedIdentity: optional(is.nullable(identity)),
      continueAfter: optional(is.text),
      setGenerated: optional(identity),
      asExpression: optional(is.nothing),
    }),
    (value) => Object.keys(value).length > 0,
    "has nothing to change",
  ),
  (value) => "type" in value || !("using" in value || "collation" in value || "sequence" in value),
  "needs a type together with using, collation or sequence",
);

const columnPlace = optional(
  is.whole(
    shape<ColumnPlace & IfNotExists>({
      before: optional(is.text),
      after: optional(is.text),
      ifNotExists: optional(is.yes),
    }),
    (value) => !("before" in value && "after" in value),
    "has both before and after",
  ),
);

/** What its operations take. */
export const columnParameters = {
  addColumn: { table: is.text, column, options: columnPlace },
  alterColumn: { table: is.text, column: is.text, changes },
  renameColumn: { table: is.text, from: is.text, to: is.text },
  dropColumn: { table: is.text, column: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Adds a column at the end of a table, or at the place that `before` or `after` names. PostgreSQL only adds columns at
 * the end. For another place, the table and everything that belongs to it are rebuilt in the revision's transaction, and
 * no other session can read or write the table during that time. If something cannot be rebuilt, the operation fails
 * before it changes anything, and lists what is in the way.
 * @param table the table
 * @param column the column
 * @param options `before` or `after` a column; with `ifNotExists: true` nothing happens if the table has the column
 * @example op.addColumn("mall", { name: "opened_on", type: "date", nullable: true })
 * @example op.addColumn("mall", { name: "city", type: "text", nullable: true }, { after: "title" })
 */
export function addColumn(table: string, column: Column, options: ColumnPlace & IfNotExists = {}): Operation {
  const isPlaced = options.before !== undefined || options.after !== undefined;
  return {
    name: "addColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column.name, effect: "create" },
    ...(isPlaced ? addAtPlace(table, column, options) : addAtEnd(table, column, options)),
    ...probeAddition(table, column),
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
  const hazards = listHazards(table, column, changes);
  return {
    name: "alterColumn",
    args: [table, column, changes],
    target: { kind: "column", table, name: column, effect: "alter" },
    ...resetFacts(changes),
    sql: [
      ...removeSql(changes).map((action) => alterColumnSql(table, column, action)),
      ...typeSql(table, column, changes),
      ...setSql(table, column, changes),
    ],
    ...(hazards.length > 0 && { hazards }),
    ...probeAlteration(table, column, changes),
    locks: touchesOthers(changes) ? exclusiveWithTied(table) : exclusive(table),
  };
}

/** Whether it locks more than the table: tables with foreign keys to it, or a sequence. */
function touchesOthers({ type, generatedIdentity, setGenerated }: ColumnChanges): boolean {
  return type !== undefined || generatedIdentity === null || setGenerated !== undefined;
}

function listHazards(table: string, column: string, { type, nullable }: ColumnChanges): readonly Hazard[] {
  const rewrites = type !== undefined && !isSerial(type);
  return collect(
    rewrites && rewritesTable("type-rewrite", table, `${column} becomes ${type}, unless that only lengthens it`),
    nullable === false && scansTable("not-null-scan", table),
  );
}

function probeAlteration(table: string, column: string, changes: ColumnChanges): Pick<Operation, "probes"> {
  const { type, using, nullable } = changes;
  const probes = collect<RowProbe>(
    type !== undefined && !isSerial(type) && { table, finds: "values", column, type, ...dropUndefined({ using }) },
    nullable === false && { table, finds: "nulls", columns: [column] },
  );
  if (probes.length === 0) return {};
  return { probes };
}

function resetFacts({ type, generatedIdentity, nullable }: ColumnChanges): Pick<Operation, "resets"> {
  const hasNewSequence = typeof generatedIdentity === "string" || (type !== undefined && isSerial(type));
  const hasNewType = type !== undefined && !isSerial(type);
  const resets = [
    ...(hasNewSequence ? SEQUENCE_FACT_NAMES : []),
    ...(hasNewType ? RESET_BY_TYPE : []),
    ...(nullable === undefined ? [] : OF_NOT_NULL),
  ];
  if (resets.length === 0) return {};
  return { resets };
}

/**
 * Renames a column. Indexes, constraints and views follow; queries that use the old name fail.
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
    hazards: [breaksClients("rename-column", table, `reads ${table}.${from}`)],
  };
}

/**
 * Drops a column with its values, and every index and constraint of this table that uses it.
 * @param table the table
 * @param column the column
 * @param options with `ifExists: true` nothing happens if the column does not exist
 * @example op.dropColumn("mall", "title")
 */
export function dropColumn(table: string, column: string, options: IfExists = {}): Operation {
  return {
    name: "dropColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column, effect: "drop" },
    sql: [`ALTER TABLE ${path(table)} DROP COLUMN ${ifExistsSql(options)}${id(column)}`],
    locks: exclusiveWithTied(table),
    hazards: [losesData("drop-column", table, `The values of ${table}.${column} are`)],
  };
}

type Effects = Pick<Operation, "sql" | "locks" | "hazards">;

function addAtEnd(table: string, column: Column, options: IfNotExists): Effects {
  const hazards = fillHazards(table, column);
  return {
    sql: addSql(table, column, ifNotExistsSql(options)),
    locks: exclusive(table),
    ...(hazards.length > 0 && { hazards }),
  };
}

function addAtPlace(table: string, column: Column, options: ColumnPlace & IfNotExists): Effects {
  const { name } = column;
  const { ifNotExists } = options;
  const adding = addSql(table, column);
  return {
    sql: [placeColumnSql({ table, column: name, place: options, adding, ifNotExists })],
    locks: exclusiveWithTied(table),
    hazards: [...fillHazards(table, column), ...rebuildHazards(table, name, options)],
  };
}

function addSql(table: string, column: Column, guard = ""): readonly string[] {
  return [`ALTER TABLE ${path(table)} ADD COLUMN ${guard}${columnSql(column)}`, ...afterColumnSql(table, column)];
}

function fillHazards(table: string, column: Column): readonly Hazard[] {
  const rule = findFill(column);
  if (rule === undefined) return [];
  return [rewritesTable(rule, table, `the new column ${column.name} gets a value in every row`)];
}

/** The actions of `ALTER COLUMN` that come before a change of the type, because they remove what depends on it. */
function removeSql(changes: ColumnChanges): readonly string[] {
  return collect(
    changes.default === null && "DROP DEFAULT",
    changes.generatedIdentity === null && "DROP IDENTITY",
    changes.asExpression === null && "DROP EXPRESSION",
  );
}

function typeSql(table: string, column: string, { type, sequence, collation, using }: ColumnChanges) {
  if (type === undefined) return [];
  if (isSerial(type)) return serialSql(table, column, type, sequence);
  const action = joinClauses(
    `TYPE ${type}`,
    collation !== undefined && `COLLATE ${path(collation)}`,
    using !== undefined && `USING ${using}`,
  );
  return [alterColumnSql(table, column, action)];
}

function setSql(table: string, column: string, changes: ColumnChanges): readonly string[] {
  const { nullable, setGenerated, generatedIdentity: identity, continueAfter } = changes;
  const alter = (action: string) => alterColumnSql(table, column, action);
  return collect(
    mapGiven(nullable, (isNullable) => alter(isNullable ? "DROP NOT NULL" : "SET NOT NULL")),
    mapGiven(setGenerated, (when) => alter(`SET GENERATED ${when}`)),
    typeof identity === "string" && alter(`ADD GENERATED ${identity} AS IDENTITY`),
    typeof identity === "string" && continueSql(table, column, continueAfter),
    typeof changes.default === "string" && alter(`SET DEFAULT ${endComment(changes.default)}`),
  );
}

/** Why PostgreSQL writes a value into every row: for a generated value, or a default that is volatile. */
function findFill({
  type,
  generatedIdentity,
  asExpression,
  generatedType,
  default: value,
}: Column): RuleName | undefined {
  if (isSerial(type)) return "serial-rewrite";
  if (generatedIdentity !== undefined) return "identity-rewrite";
  if (asExpression !== undefined) return generatedType === "VIRTUAL" ? undefined : "generated-rewrite";
  const isVolatile = VOLATILE.test(value ?? "");
  return isVolatile ? "default-rewrite" : undefined;
}

const VOLATILE = /\b(gen_random_uuid|uuid_generate_v\w+|uuidv[47]|random|clock_timestamp|nextval)\(/;

function rebuildHazards(table: string, column: string, { before, after }: ColumnPlace): readonly Hazard[] {
  const place = after === undefined ? `before ${before}` : `after ${after}`;
  const why = `to put ${column} ${place}, the table and its indexes are rebuilt under an ACCESS EXCLUSIVE lock. The tables that foreign keys connect with it are locked too`;
  const text = `Code that relies on the column order of ${bareName(table)}, such as INSERT or COPY without a column list, may break.`;
  return [rewritesTable("column-placed", table, why), { code: "column-placed", table, text }];
}
