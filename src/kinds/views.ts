import { isDeepStrictEqual } from "node:util";
import { collect, joinClauses, joinTexts } from "../collect.ts";
import { listOf, requiredText } from "../result-rows.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Index, Schema, View } from "../schema/schema.ts";
import { path } from "../sql.ts";
import { trimQuery } from "../tokens.ts";
import { predicateOf, withPredicate } from "./index-predicates.ts";
import { createIndex, dropIndex, indexFromModel, specialSql } from "./indexes.ts";
import { index, objectName, withName } from "./item-rules.ts";
import { keepsViewFact } from "./kept-facts.ts";
import {
  byName,
  catalogQuery,
  type Expression,
  type IfExists,
  ifExistsSql,
  type Kind,
  type ModelView,
  withOptions,
} from "./kind.ts";
import { exclusive, NO_LOCKS } from "./locks.ts";
import { queryProbe } from "./probes.ts";
import * as is from "./rules.ts";
import { every, optional, type ParameterRules, shape, text, yes } from "./rules.ts";
import { inCreationOrder } from "./view-references.ts";

export const views: Kind<View, Schema> = {
  word: "view",
  list: "views",
  refusesChanges: true,
  dependsOn: ({ expression }) => ({ texts: [expression] }),
  ownsRelationName: true,
  ownsTypeName: true,
  rule: shape<View>({
    name: objectName,
    expression: text,
    materialized: optional(yes),
    indexes: optional(every(withName(index))),
  }),
  replaceLast: true,
  holdsData: true,
  keepsOrder: true,
  describe: ({ name, expression, materialized }) => [
    joinTexts(materialized && "materialized ", `view ${name}`),
    ...expression.split("\n"),
  ],
  fromModels: ({ tables, views }) => {
    const declared = new Map(views.map(({ name, dependsOn }) => [name, dependsOn]));
    return inCreationOrder(views.map(fromModel), tables, declared);
  },
  catalog: catalogQuery(
    {
      schema: requiredText,
      name: requiredText,
      relkind: requiredText,
      definition: requiredText,
      indexes: listOf<FoundIndex>(),
    },
    ({ namespaces, version }) => `
    SELECT n.nspname, c.relname, c.relkind, pg_catalog.pg_get_viewdef(c.oid),
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', ic.relname, 'unique', i.indisunique, 'type', am.amname,
          'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
          'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.at)
            FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(number, at)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number)) ORDER BY ic.relname)
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
        JOIN pg_catalog.pg_am am ON am.oid = ic.relam WHERE i.indrelid = c.oid AND NOT (${specialSql(version)}))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ANY (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')`,
    ({ schema, name, relkind, definition, indexes }, { qualify }) => ({
      item: {
        name: qualify(schema, name),
        expression: definition.trim().replace(/;$/, ""),
        ...(relkind === "m" && { materialized: true as const }),
        ...(indexes.length > 0 && { indexes: indexes.map(indexOf) }),
      },
    }),
  ),
  expressions: (view) => [
    { key: "expression", text: view.expression, as: { probe: queryProbe } },
    ...(view.indexes ?? []).map(
      (index): Expression => ({
        key: predicateKey(index),
        text: predicateOf(index),
        as: { type: "boolean", from: view.expression },
      }),
    ),
  ],
  withText: (view, key, text) => {
    if (key === "expression") return { ...view, expression: text };
    const indexes = view.indexes ?? [];
    return {
      ...view,
      indexes: indexes.map((index) => (predicateKey(index) === key ? withPredicate(index, text) : index)),
    };
  },
  keepsFact: keepsViewFact,
  indexesOf: ({ indexes = [] }) => indexes,
  alter: alterIndexes,
  create: ({ name, ...body }) => createView(name, body),
  drop: (view) => dropView(view.name, view.materialized ? { materialized: true } : {}),
};

function fromModel({ name, expression, isMaterialized, indices }: ModelView): View {
  const indexes = indices.map(indexFromModel).sort(byName);
  return {
    name,
    expression: trimQuery(expression),
    ...(isMaterialized && { materialized: true as const }),
    ...(indexes.length > 0 && { indexes }),
  };
}

/** The changes of the indexes of a view that is the same otherwise; none where the view has to be created again. */
function alterIndexes(from: View, to: View): readonly Change[] {
  const { indexes: old = [], ...before } = from;
  const { indexes = [], ...after } = to;
  if (!isDeepStrictEqual(before, after)) return [];
  const isIn = (list: readonly Index[], one: Index) => list.some((other) => isDeepStrictEqual(other, one));
  const operations = [
    ...old.filter((one) => !isIn(indexes, one)).map(({ name }) => dropIndex(to.name, name)),
    ...indexes.filter((one) => !isIn(old, one)).map((one) => createIndex(to.name, one)),
  ];
  return collect(operations.length > 0 && { operations });
}

/** What its operations take. */
export const viewParameters = {
  createView: {
    view: is.text,
    body: shape({ expression: is.text, materialized: optional(is.yes), indexes: optional(is.nonEmptyList(index)) }),
  },
  dropView: {
    view: is.text,
    options: optional(shape({ materialized: optional(is.yes), ifExists: optional(is.yes) })),
  },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates a view, or a materialized view with its indexes.
 * @param view its name
 * @param body the query, and whether it is materialized
 * @example op.createView("shut_shop", { expression: `SELECT "id", "code" FROM "shop" WHERE "status" = 'shut'` })
 */
export function createView(view: string, body: Omit<View, "name">): Operation {
  const { expression, materialized, indexes = [] } = body;
  return {
    name: "createView",
    args: [view, body],
    target: { kind: "view", name: view, effect: "create" },
    sql: [
      joinClauses("CREATE", materialized && "MATERIALIZED", `VIEW ${path(view)} AS ${trimQuery(expression)}`),
      ...indexes.flatMap((index) => createIndex(view, index).sql),
    ],
    locks: NO_LOCKS,
  };
}

/**
 * Drops a view. PostgreSQL refuses if another view uses it.
 * @param view its name
 * @param options `materialized: true` for a materialized view; with `ifExists: true` nothing happens if it does not exist
 * @example op.dropView("open_shop")
 */
export function dropView(view: string, options: { readonly materialized?: true } & IfExists = {}): Operation {
  return {
    name: "dropView",
    args: withOptions([view], options),
    target: { kind: "view", name: view, effect: "drop" },
    sql: [joinClauses("DROP", options.materialized && "MATERIALIZED", `VIEW ${ifExistsSql(options)}${path(view)}`)],
    locks: exclusive(view),
  };
}

/** The key of an index's predicate among the expressions of its view. */
function predicateKey({ name }: Index): string {
  return `where of ${name}`;
}

interface FoundIndex {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly unique: boolean;
  readonly type: string;
  readonly where: string | null;
}

function indexOf({ name, columns, unique, type, where }: FoundIndex): Index {
  return {
    name,
    columns: columns ?? [],
    ...(unique && { unique: true as const }),
    ...(type !== "btree" && { type }),
    ...(where !== null && { where }),
  };
}
