import { collect } from "../collect.ts";
import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { PrimaryKey, Table } from "../schema/schema.ts";
import { constraintQuestion, dropConstraint, followsColumns, renameConstraint } from "./constraints.ts";
import { type Nameless, primaryKeyName } from "./default-names.ts";
import { blocksReads } from "./hazards.ts";
import { primaryKey } from "./item-rules.ts";
import { keepsKeyFact } from "./kept-facts.ts";
import { describeColumns, describeKeyCreation, keySql, probeDuplicates, type UsingIndex, usingIndex } from "./keys.ts";
import { catalogQuery, compact, deferrable, type Kind } from "./kind.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";
import { sinceMajor } from "./server-versions.ts";

export const primaryKeys: Kind<PrimaryKey, Table> = {
  word: "primary key",
  list: "primaryKey",
  follow: (key, names) => ({ ...key, columns: names.columns(key.columns) }),
  isReferable: true,
  dependsOn: ({ columns }) => ({ columns, texts: [] }),
  isConstraint: true,
  rule: primaryKey,
  clause: (key) => keySql("PRIMARY KEY", key),
  defaultName: ({ columns }, table) => primaryKeyName(table, columns),
  isSingle: true,
  dropBeforeColumns: true,
  ownsRelationName: true,
  fromModel: ({ columns, primaryKeyName }) => {
    const key = columns.filter((column) => column.isPrimary).map((column) => column.name);
    return collect(key.length > 0 && { name: primaryKeyName, columns: key });
  },
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      columns: requiredText,
      isDeferrable: requiredFlag,
      isDeferred: requiredFlag,
      isSpecial: requiredFlag,
    },
    ({ namespaces, version }) => `
    SELECT k.conrelid, k.conname, k.conkey, k.condeferrable, k.condeferred,
      i.indnatts <> i.indnkeyatts OR ${sinceMajor(version, 18, "k.conperiod", false)}
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
    WHERE k.contype = 'p' AND k.connamespace = ANY (${namespaces})`,
    ({ table, name, columns, isDeferrable, isDeferred, isSpecial }, names) => ({
      table,
      item: compact<PrimaryKey>({
        name,
        columns: names.columns(table, columns),
        deferrable: deferrable(isDeferrable, isDeferred),
      }),
      ...(isSpecial && {
        unmodelled: { name, why: "models cannot declare INCLUDE or WITHOUT OVERLAPS of a primary key" },
      }),
    }),
  ),
  keepsFact: keepsKeyFact,
  create: (key, table) => createPrimaryKey(table.name, key),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (key, table) => dropConstraint(table.name, key.name),
  question: (from, to, owners) => {
    if (to === undefined && followsColumns(from, to, owners)) return undefined;
    return constraintQuestion(from, to, owners, {
      kind: "primary key",
      describe: describeColumns,
      probe: (key) => probeDuplicates(owners.after.name, key),
    });
  },
};

/** What its operations take. */
export const primaryKeyParameters = {
  createPrimaryKey: { table: is.text, key: primaryKey, options: usingIndex },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Gives a table its primary key. The columns become NOT NULL.
 * @param table the table
 * @param key its name and columns
 * @param options `usingIndex: "…"` uses an existing unique index over exactly these columns instead of building one
 * @example op.createPrimaryKey("product_tag", { name: "PK_product_tag", columns: ["product_id", "tag_id"] })
 * @example op.createPrimaryKey("product_tag", { columns: ["product_id", "tag_id"] }, { usingIndex: "product_tag_key" })
 */
export function createPrimaryKey(table: string, key: Nameless<PrimaryKey>, options: UsingIndex = {}): Operation {
  const named = { ...key, name: key.name ?? primaryKeyName(table, key.columns) };
  const text = `${table} cannot be read or written while its rows are checked for NULL, unless the columns are NOT NULL.`;
  const builds = options.usingIndex === undefined;
  return {
    name: "createPrimaryKey",
    ...describeKeyCreation(table, named, "PRIMARY KEY", options),
    probes: [{ table, finds: "nulls", columns: named.columns }, ...collect(builds && probeDuplicates(table, named))],
    hazards: [builds ? blocksReads("primary-key-build", table, "its key") : { code: "primary-key-build", table, text }],
  };
}
