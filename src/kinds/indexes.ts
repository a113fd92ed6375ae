import { collect, joinClauses } from "../collect.ts";
import { mapGiven } from "../given.ts";
import { optionalText, requiredFlag, requiredText, textList } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Index, Table } from "../schema/schema.ts";
import { id, idList, literal, path, siblingName } from "../sql.ts";
import { constraintQuestion, isOnNewColumn, isPutBack } from "./constraints.ts";
import { indexName, type Nameless } from "./default-names.ts";
import { COLUMN_OPTIONS } from "./fact-query.ts";
import { dropInvalidSql, isBuiltSql, ownerCheckSql } from "./index-guards.ts";
import { isTrue, predicateOf, withPredicate } from "./index-predicates.ts";
import { index } from "./item-rules.ts";
import { keepsIndexFact } from "./kept-facts.ts";
import { describeColumns, probeDuplicates } from "./keys.ts";
import {
  catalogQuery,
  compact,
  type HandMade,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  type Kind,
  type ModelIndex,
  withOptions,
} from "./kind.ts";
import { locked, NO_LOCKS } from "./locks.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";
import { sinceMajor } from "./server-versions.ts";
import { statementFor } from "./statements.ts";

/** An index as it is read from the database. */
interface FoundIndex extends Index, HandMade {
  /** The columns that its expressions and its predicate use. */
  readonly uses?: readonly string[];
  /** Its access method alone is what models cannot declare: one that they declare by its name has another one. */
  readonly isOfMethod?: true;
}

const SPECIAL =
  "models cannot declare expressions, INCLUDE, orders, collations, operator classes or NULLS NOT DISTINCT of an index";
const METHOD = "this version of TypeORM cannot declare the access method of the index";
const INVALID = "it is invalid: an earlier CREATE INDEX failed. Drop it, so that it is created again";

export const indexes: Kind<FoundIndex, Table> = {
  word: "index",
  list: "indexes",
  follow: (index, names) => ({ ...index, columns: names.columns(index.columns) }),
  isReferable: true,
  dependsOn: ({ columns, where }) => ({ columns, texts: collect(where) }),
  rule: index,
  dropBeforeColumns: true,
  ownsRelationName: true,
  describe: (index, table) => [createIndex(table.name, index).sql.join(" ")],
  fromModel: (table) => table.indices.map(indexFromModel),
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      keys: requiredText,
      isUnique: requiredFlag,
      method: requiredText,
      where: optionalText,
      isValid: requiredFlag,
      /** Of an index in a form that models cannot declare. */
      definition: optionalText,
      /** The form is its access method. */
      isOfMethod: requiredFlag,
      /** The columns of an index over expressions. */
      used: textList,
    },
    ({ namespaces, version, indexMethods }) => `
    SELECT i.indrelid, ic.relname, pg_catalog.array_to_string((i.indkey::int2[])[0:i.indnkeyatts - 1], ','), i.indisunique,
      am.amname, pg_catalog.pg_get_expr(i.indpred, i.indrelid), i.indisvalid,
      CASE WHEN s.special OR s.other THEN pg_catalog.pg_get_indexdef(i.indexrelid) END, s.other AND NOT s.special,
      CASE WHEN i.indexprs IS NOT NULL THEN (SELECT pg_catalog.json_agg(DISTINCT a.attname)
        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid) END
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    CROSS JOIN LATERAL (SELECT (${specialSql(version)}), ${isOtherMethodSql(indexMethods)}) s (special, other)
    WHERE ic.relnamespace = ANY (${namespaces}) AND NOT i.indisprimary AND ic.relispartition = false
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))`,
    ({ table, name, keys, isUnique, method, where, isValid, definition, isOfMethod, used }, names) => {
      const columns = names.columns(table, keys);
      const uses = used.filter((column) => !columns.includes(column));
      const item = compact<FoundIndex>({
        name,
        columns,
        unique: isUnique || undefined,
        type: method === "btree" ? undefined : method,
        where,
        definition,
        uses: uses.length > 0 ? uses : undefined,
        isOfMethod: isOfMethod || undefined,
      });
      if (definition !== undefined)
        return { table, item, handMade: true, unmodelled: { name, definition, why: isOfMethod ? METHOD : SPECIAL } };
      return { table, item, ...(!isValid && { unmodelled: { name, why: INVALID } }) };
    },
  ),
  likened: ({ uses = [], isOfMethod, ...handMade }, declared) => {
    if (isOfMethod) return handMade;
    const known = new Set([...handMade.columns, ...uses]);
    const same =
      uses.length > 0 &&
      handMade.columns.every((column) => declared.columns.includes(column)) &&
      declared.columns.every((column) => known.has(column));
    return compact<FoundIndex>({
      ...handMade,
      columns: same ? declared.columns : [...known],
      type: declared.type === undefined ? undefined : handMade.type,
    });
  },
  canonical: ({ definition: _, ...index }) => index,
  expressions: (index) => [{ key: "where", text: predicateOf(index), as: { type: "boolean" } }],
  withText: (index, _, text) => withPredicate(index, text),
  keepsFact: keepsIndexFact,
  create: ({ definition, ...index }, table) => {
    const created = createIndex(table.name, index);
    if (definition === undefined) return created;
    return statementFor(created, definition);
  },
  rename: (from, to, table) => renameIndex(table.name, from, to),
  drop: (index, table) => dropIndex(table.name, index.name),
  question: (from, to, owners) => {
    if (from?.definition !== undefined && to !== undefined && !to.unique)
      return {
        about: "constraint",
        asks: "index by hand",
        subject: { kind: "index", table: owners.after.name, name: to.name },
        from: from.definition,
        to: describeIndex(to),
      };
    if (!to?.unique || isOnNewColumn(to.columns, owners) || isPutBack(from, to)) return undefined;
    return constraintQuestion(from, to, owners, {
      kind: "unique index",
      describe: describeIndex,
      probe: (index) => probeDuplicates(owners.after.name, index),
    });
  },
};

/** The index that a model declares. */
export function indexFromModel({ name, columnNames, isUnique, isSpatial, type, where }: ModelIndex): Index {
  const method = isSpatial ? "gist" : type?.toLowerCase();
  return compact<Index>({
    name,
    columns: columnNames,
    unique: isUnique || undefined,
    type: method === "btree" ? undefined : method,
    where: where && !isTrue(where) ? where : undefined,
  });
}

/** The condition, over `am` in `pg_am`, for an access method that is none of these. */
function isOtherMethodSql(methods: readonly string[] | undefined): string {
  return methods === undefined ? "false" : `am.amname NOT IN (${methods.map(literal).join(", ")})`;
}

/** The condition, over `i` in `pg_index`, for an index of a form that decorators cannot declare. */
export function specialSql(version: number): string {
  return `i.indexprs IS NOT NULL OR i.indnatts <> i.indnkeyatts
      OR ${sinceMajor(version, 15, "i.indnullsnotdistinct", false)}
      OR EXISTS (SELECT FROM pg_catalog.unnest(i.indoption::int2[]) o WHERE o <> 0)
      OR EXISTS (SELECT FROM pg_catalog.unnest(i.indclass::oid[]) o
        JOIN pg_catalog.pg_opclass oc ON oc.oid = o WHERE NOT oc.opcdefault)
      OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid AND pg_catalog.array_length(${COLUMN_OPTIONS}, 1) IS NOT NULL)
      OR EXISTS (SELECT FROM ROWS FROM (pg_catalog.unnest(i.indkey::int2[]), pg_catalog.unnest(i.indcollation::oid[])) o (number, used)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = o.number
        WHERE o.used <> 0 AND o.used <> a.attcollation)`;
}

/** Whether an index is built or dropped without blocking reads and writes. */
export interface Concurrently {
  /** It takes longer, waits for every older transaction, and runs outside the revision's transaction. */
  readonly concurrently?: true;
}

const concurrently = { concurrently: optional(is.yes) };

/** What its operations take. */
export const indexParameters = {
  createIndex: {
    table: is.text,
    index,
    options: optional(shape<Concurrently & IfNotExists>({ ...concurrently, ifNotExists: optional(is.yes) })),
  },
  renameIndex: { table: is.text, from: is.text, to: is.text },
  dropIndex: {
    table: is.text,
    name: is.text,
    options: optional(shape<Concurrently & IfExists>({ ...concurrently, ifExists: optional(is.yes) })),
  },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates an index.
 * @param table the table
 * @param index its name and columns; `unique`, the access method `type`, the predicate `where` of a partial index
 * @param options with `concurrently: true` it is built without blocking writes, outside the revision's transaction; this
 *   is not possible on a partitioned table. With `ifNotExists: true` nothing happens if the name exists
 * @example op.createIndex("shop", { name: "IDX_shop_open", columns: ["mall_id"], where: "status = 'open'" })
 * @example op.createIndex("shop", { columns: ["mall_id", "slug"], unique: true }, { concurrently: true })
 */
export function createIndex(
  table: string,
  index: Nameless<Index>,
  options: Concurrently & IfNotExists = {},
): Operation {
  const { columns, unique, where, name = indexName(table, columns, where) } = index;
  const { concurrently } = options;
  const ownName = siblingName(table, name);
  return {
    name: "createIndex",
    args: withOptions([table, { ...index, name }], options),
    target: { kind: "index", table, name, effect: "create" },
    sql: collect(concurrently && dropInvalidSql(ownName), createSql(table, { ...index, name }, options)),
    locks: locked(concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE", table),
    ...(unique && { probes: [probeDuplicates(table, { ...index, name })] }),
    ...(concurrently
      ? { outsideTransaction: true as const, done: isBuiltSql(table, ownName) }
      : {
          hazards: [{ code: "index-blocks-writes", table, text: `${table} cannot be written while ${name} is built.` }],
        }),
  };
}

function createSql(table: string, index: Index, options: Concurrently & IfNotExists): string {
  const { name, columns, unique, type, where } = index;
  return joinClauses(
    `CREATE ${unique ? "UNIQUE INDEX" : "INDEX"}`,
    options.concurrently && "CONCURRENTLY",
    `${ifNotExistsSql(options)}${id(name)} ON ${path(table)}`,
    mapGiven(type, (method) => `USING ${id(method)}`),
    idList(columns),
    mapGiven(where, (condition) => `WHERE ${condition}`),
  );
}

/**
 * Renames an index.
 * @param table its table
 * @param from its name
 * @param to its new name
 * @example op.renameIndex("shop", "IDX_9f2c", "IDX_shop_mall")
 */
export function renameIndex(table: string, from: string, to: string): Operation {
  return {
    name: "renameIndex",
    args: [table, from, to],
    target: { kind: "index", table, name: from, effect: "rename", to },
    sql: [ownerCheckSql(table, from), `ALTER INDEX ${path(siblingName(table, from))} RENAME TO ${id(to)}`],
    locks: NO_LOCKS,
  };
}

/**
 * Drops an index.
 * @param table its table
 * @param name the index
 * @param options with `concurrently: true` it is dropped without blocking reads or writes, outside the revision's
 *   transaction; with `ifExists: true` nothing happens if the index does not exist
 * @example op.dropIndex("shop", "IDX_9f2c")
 */
export function dropIndex(table: string, name: string, options: Concurrently & IfExists = {}): Operation {
  const { concurrently } = options;
  const ownPath = path(siblingName(table, name));
  return {
    name: "dropIndex",
    args: withOptions([table, name], options),
    target: { kind: "index", table, name, effect: "drop" },
    sql: [
      ownerCheckSql(table, name),
      joinClauses("DROP INDEX", concurrently && "CONCURRENTLY", `${ifExistsSql(options)}${ownPath}`),
    ],
    locks: locked(concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE", table),
    ...(concurrently && {
      outsideTransaction: true as const,
      done: `SELECT pg_catalog.to_regclass(${literal(ownPath)})::pg_catalog.oid IS NULL AS done`,
    }),
  };
}

function describeIndex(index: Index): string {
  return joinClauses(describeColumns(index), index.where !== undefined && `where ${index.where}`);
}
