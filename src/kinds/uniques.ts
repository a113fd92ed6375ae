import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Table, Unique } from "../schema/schema.ts";
import { constraintQuestion, dropConstraint, followsColumns, isPutBack, renameConstraint } from "./constraints.ts";
import { type Nameless, uniqueName } from "./default-names.ts";
import { blocksReads } from "./hazards.ts";
import { unique } from "./item-rules.ts";
import { keepsKeyFact } from "./kept-facts.ts";
import { describeColumns, describeKeyCreation, keySql, probeDuplicates, type UsingIndex, usingIndex } from "./keys.ts";
import { catalogQuery, compact, deferrable, type HandMade, type Kind } from "./kind.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";
import { sinceMajor } from "./server-versions.ts";
import { statementFor } from "./statements.ts";

export const uniques: Kind<Unique & HandMade, Table> = {
  word: "unique constraint",
  list: "uniques",
  follow: (unique, names) => ({ ...unique, columns: names.columns(unique.columns) }),
  isReferable: true,
  dependsOn: ({ columns }) => ({ columns, texts: [] }),
  isConstraint: true,
  rule: unique,
  clause: (unique) => keySql("UNIQUE", unique),
  defaultName: ({ columns }, table) => uniqueName(table, columns),
  dropBeforeColumns: true,
  ownsRelationName: true,
  fromModel: (table) =>
    table.uniques.map(({ name, columnNames, deferrable }) =>
      compact<Unique>({ name, columns: columnNames, deferrable }),
    ),
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      columns: requiredText,
      isDeferrable: requiredFlag,
      isDeferred: requiredFlag,
      isSpecial: requiredFlag,
      definition: requiredText,
    },
    ({ namespaces, version }) => `
    SELECT k.conrelid, k.conname, k.conkey, k.condeferrable, k.condeferred,
      ${sinceMajor(version, 15, "i.indnullsnotdistinct", false)} OR i.indnatts <> i.indnkeyatts
        OR ${sinceMajor(version, 18, "k.conperiod", false)},
      pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
    WHERE k.contype = 'u' AND k.connamespace = ANY (${namespaces})`,
    ({ table, name, columns, isDeferrable, isDeferred, isSpecial, definition }, names) => ({
      table,
      item: compact<Unique & HandMade>({
        name,
        columns: names.columns(table, columns),
        deferrable: deferrable(isDeferrable, isDeferred),
        definition: isSpecial ? definition : undefined,
      }),
      ...(isSpecial && {
        handMade: true,
        unmodelled: {
          name,
          why: "models cannot declare INCLUDE, NULLS NOT DISTINCT or WITHOUT OVERLAPS of a unique constraint",
        },
      }),
    }),
  ),
  canonical: ({ definition: _, ...unique }) => unique,
  keepsFact: keepsKeyFact,
  create: ({ definition, ...unique }, table) => {
    const created = createUniqueConstraint(table.name, unique);
    if (definition === undefined) return created;
    return statementFor(created, definition);
  },
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (unique, table) => dropConstraint(table.name, unique.name),
  question: (from, to, owners) => {
    if (followsColumns(from, to, owners) || isPutBack(from, to)) return undefined;
    return constraintQuestion(from, to, owners, {
      kind: "unique constraint",
      describe: describeColumns,
      probe: (key) => probeDuplicates(owners.after.name, key),
    });
  },
};

/** What its operations take. */
export const uniqueParameters = {
  createUniqueConstraint: { table: is.text, unique, options: usingIndex },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Adds a unique constraint. It fails if rows have equal values.
 * @param table the table
 * @param unique its name and columns, and when it is checked if it may be deferred
 * @param options `usingIndex: "…"` uses an existing unique index over exactly these columns instead of building one
 * @example op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["mall_id", "code"] })
 * @example op.createUniqueConstraint("product_tag", { columns: ["product_id", "tag_id"] }, { usingIndex: "product_tag_key" })
 */
export function createUniqueConstraint(table: string, unique: Nameless<Unique>, options: UsingIndex = {}): Operation {
  const named = { ...unique, name: unique.name ?? uniqueName(table, unique.columns) };
  const builds = options.usingIndex === undefined;
  return {
    name: "createUniqueConstraint",
    ...describeKeyCreation(table, named, "UNIQUE", options),
    ...(builds && { probes: [probeDuplicates(table, named)] }),
    ...(builds && { hazards: [blocksReads("unique-build", table, named.name)] }),
  };
}
