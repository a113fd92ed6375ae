import { byCodeUnit } from "../code-units.ts";
import { collect, joinClauses } from "../collect.ts";
import { requiredFlag, requiredText, textList } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { ForeignKey, ReferentialAction, Table } from "../schema/schema.ts";
import { id, idList, path } from "../sql.ts";
import {
  constraintQuestion,
  describeCreation,
  dropConstraint,
  followsColumns,
  type NotValid,
  notValid,
  probeCreation,
  renameConstraint,
} from "./constraints.ts";
import { foreignKeyName, type Nameless } from "./default-names.ts";
import { foreignKey } from "./item-rules.ts";
import { catalogQuery, compact, deferrable, deferrableSql, type Kind, type NewNames } from "./kind.ts";
import { locked } from "./locks.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";
import { sinceMajor } from "./server-versions.ts";

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
  r: "RESTRICT",
};

export const foreignKeys: Kind<ForeignKey, Table> = {
  word: "foreign key",
  list: "foreignKeys",
  follow: (key, names) => ({
    ...key,
    columns: names.columns(key.columns),
    references: followReference(key, names),
  }),
  isConstraint: true,
  rule: foreignKey,
  dropBeforeColumns: true,
  createAfterTables: true,
  references: ({ columns, references: { table, columns: referenced } }) => ({ columns, table, referenced }),
  describe: (key) => [foreignKeySql(key)],
  fromModel: (table) =>
    table.foreignKeys.map((key) =>
      compact<ForeignKey>({
        name: key.name,
        columns: key.columnNames,
        references: { table: key.referencedTable, columns: key.referencedColumnNames },
        onDelete: parseAction(key.onDelete),
        onUpdate: parseAction(key.onUpdate),
        deferrable: key.deferrable,
      }),
    ),
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      columns: requiredText,
      referencedSchema: requiredText,
      referencedTable: requiredText,
      referencedColumns: textList,
      onDelete: requiredText,
      onUpdate: requiredText,
      isDeferrable: requiredFlag,
      isDeferred: requiredFlag,
      isPlain: requiredFlag,
    },
    ({ namespaces, version }) => `
    SELECT k.conrelid, k.conname, k.conkey, n.nspname, r.relname,
      (SELECT pg_catalog.json_agg(a.attname ORDER BY o.at)
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY o(number, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.number),
      k.confdeltype, k.confupdtype, k.condeferrable, k.condeferred, k.convalidated AND k.confmatchtype = 's'
        AND ${sinceMajor(version, 15, "k.confdelsetcols IS NULL", true)} AND ${sinceMajor(version, 18, "k.conenforced", true)}
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace = ANY (${namespaces})`,
    ({ table, name, columns, ...key }, names) => ({
      table,
      item: compact<ForeignKey>({
        name,
        columns: names.columns(table, columns),
        references: {
          table: names.qualify(key.referencedSchema, key.referencedTable),
          columns: key.referencedColumns,
        },
        onDelete: ACTIONS[key.onDelete],
        onUpdate: ACTIONS[key.onUpdate],
        deferrable: deferrable(key.isDeferrable, key.isDeferred),
      }),
      ...(!key.isPlain && {
        unmodelled: {
          name,
          why: "models cannot declare NOT VALID, MATCH FULL, a list after SET NULL or NOT ENFORCED; the rest is compared",
        },
      }),
    }),
  ),
  canonical: (key) => {
    const pairs = pairColumns(key).sort(([a], [b]) => byCodeUnit(a, b));
    const [columns, referenced] = [pairs.map(([column]) => column), pairs.map(([, column]) => column)];
    return { ...key, columns, references: { ...key.references, columns: referenced } };
  },
  create: (key, table) => createForeignKey(table.name, key),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (key, table) => dropConstraint(table.name, key.name),
  question: (from, to, owners) => {
    if (followsColumns(from, to, owners)) return undefined;
    if (from !== undefined && to !== undefined && describeReference(from) === describeReference(to))
      return {
        about: "constraint",
        asks: "actions",
        subject: { kind: "foreign key", table: owners.after.name, name: to.name },
        reference: describeReference(to),
        from: describeActions(from),
        to: describeActions(to),
      };
    return constraintQuestion(from, to, owners, {
      kind: "foreign key",
      describe: (key) => `${describeReference(key)} ${describeActions(key)}`,
      probe: (key) => probeOrphans(owners.after.name, key),
    });
  },
};

/** What its operations take. */
export const foreignKeyParameters = {
  createForeignKey: { table: is.text, key: foreignKey, options: notValid },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Adds a foreign key. It fails if a row references a row that does not exist.
 * @param table the table whose rows reference others
 * @param key its name and columns, what they reference, and what happens when the referenced row is deleted or changed
 * @param options with `notValid: true` existing rows are not checked until `validateConstraint`; on a partitioned table
 *   this needs PostgreSQL 18 or newer
 * @example op.createForeignKey("lease", {
 *   name: "FK_lease_shop", columns: ["shop_id"], references: { table: "shop", columns: ["id"] }, onDelete: "CASCADE",
 * })
 * @example op.createForeignKey("lease", { columns: ["shop_id"], references: { table: "shop", columns: ["id"] } }, { notValid: true })
 */
export function createForeignKey(table: string, key: Nameless<ForeignKey>, options: NotValid = {}): Operation {
  const named = { ...key, name: key.name ?? foreignKeyName(table, key.columns) };
  const other = named.references.table;
  const { notValid } = options;
  const text = `${table} and ${other} cannot be written while the rows of ${table} are checked.`;
  return {
    name: "createForeignKey",
    ...describeCreation(table, named, notValid && options),
    sql: [joinClauses(`ALTER TABLE ${path(table)} ADD ${foreignKeySql(named)}`, notValid && "NOT VALID")],
    locks: locked("SHARE ROW EXCLUSIVE", table, other),
    ...probeCreation(probeOrphans(table, named), notValid),
    ...(!notValid && { hazards: [{ code: "foreign-key-scan", table, text }] }),
  };
}

/** The clause of `ALTER TABLE … ADD`. */
function followReference({ references: { table, columns } }: ForeignKey, names: NewNames): ForeignKey["references"] {
  return { table: names.table(table), columns: names.columns(columns, table) };
}

function foreignKeySql({ name, columns, references, onDelete, onUpdate, deferrable }: ForeignKey): string {
  const clauses = joinClauses(
    `CONSTRAINT ${id(name)} FOREIGN KEY ${idList(columns)}`,
    `REFERENCES ${path(references.table)} ${idList(references.columns)}`,
    onDelete !== undefined && `ON DELETE ${onDelete}`,
    onUpdate !== undefined && `ON UPDATE ${onUpdate}`,
  );
  return `${clauses}${deferrableSql(deferrable)}`;
}

/** `NO ACTION` is the default. */
function parseAction(action: ReferentialAction | "NO ACTION" | undefined): ReferentialAction | undefined {
  if (action === "NO ACTION") return undefined;
  return action;
}

function describeReference({ columns, references }: ForeignKey): string {
  return `(${columns.join(", ")}) → ${references.table} (${references.columns.join(", ")})`;
}

function describeActions({ onDelete, onUpdate, deferrable: when }: ForeignKey): string {
  return collect(
    `on delete ${onDelete ?? "no action"}`,
    onUpdate !== undefined && `on update ${onUpdate}`,
    when !== undefined && `deferrable ${when}`,
  )
    .join(", ")
    .toLowerCase();
}

/** Each column with the one that it references. */
function pairColumns({ columns, references }: ForeignKey): [column: string, referenced: string][] {
  return columns.flatMap((column, at) => {
    const referenced = references.columns[at];
    return collect(referenced !== undefined && ([column, referenced] satisfies [string, string]));
  });
}

/** The rows that reference a row that does not exist. */
function probeOrphans(table: string, { name, columns, references }: ForeignKey): RowProbe {
  return { table, name, finds: "orphans", columns, references };
}
