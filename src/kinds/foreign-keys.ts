import { requiredFlag, requiredText, textList } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { ForeignKey, ReferentialAction, Table } from "../schema/schema.ts";
import { id, idList, path } from "../sql.ts";
import {
  constraintQuestion,
  dropConstraint,
  goesWithColumn,
  type NotValid,
  onNewColumn,
  renameConstraint,
} from "./constraints.ts";
import { foreignKeyName, type Nameless } from "./default-names.ts";
import { foreignKey } from "./item-rules.ts";
import { catalogQuery, compact, deferrable, deferrableSql, type Kind } from "./kind.ts";
import { locked } from "./locks.ts";

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
  r: "RESTRICT",
};

export const foreignKeys: Kind<ForeignKey, Table> = {
  word: "foreign key",
  list: "foreignKeys",
  isConstraint: true,
  rule: foreignKey,
  dropBeforeColumns: true,
  createAfterTables: true,
  references: (key) => key.references.table,
  describe: (key) => [foreignKeySql(key)],
  fromModel: (table) =>
    table.foreignKeys.map((key) =>
      compact<ForeignKey>({
        name: key.name,
        columns: key.columnNames,
        references: { table: key.referencedTable, columns: key.referencedColumnNames },
        onDelete: action(key.onDelete),
        onUpdate: action(key.onUpdate),
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
        AND ${version >= 150000 ? "k.confdelsetcols IS NULL" : "true"} AND ${version >= 180000 ? "k.conenforced" : "true"}
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace IN (${namespaces})`,
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
    const pairs = key.columns.map((column, at) => [column, key.references.columns[at]!] as const);
    const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    const [columns, referenced] = [sorted.map(([column]) => column), sorted.map(([, column]) => column)];
    return { ...key, columns, references: { ...key.references, columns: referenced } };
  },
  create: (key, table) => createForeignKey(table.name, key),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (key, table) => dropConstraint(table.name, key.name),
  question: (from, to, owners) => {
    if (to === undefined && goesWithColumn(from!.columns, owners)) return undefined;
    if (from === undefined && onNewColumn(to!.columns, owners)) return undefined;
    const sameRows = from !== undefined && to !== undefined && pointer(from) === pointer(to);
    if (!sameRows)
      return constraintQuestion("foreign key", from, to, owners, describe, (key) => orphans(owners.after.name, key));
    return {
      about: "constraint",
      asks: "actions",
      subject: { kind: "foreign key", table: owners.after.name, name: to.name },
      reference: pointer(to),
      from: actions(from),
      to: actions(to),
    };
  },
};

/**
 * Adds a foreign key. It fails if a row points at nothing.
 * @param table the table whose rows point
 * @param key its name and columns, what they reference, and what happens when the referenced row goes or changes
 * @param options `notValid: true` leaves the rows that are there unchecked, until `validateConstraint`; on a
 *   partitioned table from PostgreSQL 18 on
 * @example op.createForeignKey("lease", {
 *   name: "FK_lease_shop", columns: ["shop_id"], references: { table: "shop", columns: ["id"] }, onDelete: "CASCADE",
 * })
 * @example op.createForeignKey("lease", { columns: ["shop_id"], references: { table: "shop", columns: ["id"] } }, { notValid: true })
 */
export function createForeignKey(table: string, key: Nameless<ForeignKey>, options: NotValid = {}): Operation {
  const named = { ...key, name: key.name ?? foreignKeyName(table, key.columns) };
  const { name, references } = named;
  const sql = `ALTER TABLE ${path(table)} ADD ${foreignKeySql(named)}`;
  const locks = locked("SHARE ROW EXCLUSIVE", table, references.table);
  const target = { kind: "constraint", table, name, effect: "create" } as const;
  if (options.notValid)
    return { name: "createForeignKey", args: [table, named, options], target, sql: [`${sql} NOT VALID`], locks };
  return {
    name: "createForeignKey",
    args: [table, named],
    target,
    sql: [sql],
    locks,
    hazards: [
      {
        code: "BLOCKS_WRITES",
        table,
        text: `${table} and ${references.table} cannot be written while the rows of ${table} are checked.`,
      },
    ],
  };
}

/** The clause of `ALTER TABLE … ADD`. */
function foreignKeySql({ name, columns, references, onDelete, onUpdate, deferrable }: ForeignKey): string {
  const target = `${path(references.table)} ${idList(references.columns)}`;
  return [
    `CONSTRAINT ${id(name)} FOREIGN KEY ${idList(columns)} REFERENCES ${target}`,
    onDelete === undefined ? "" : ` ON DELETE ${onDelete}`,
    onUpdate === undefined ? "" : ` ON UPDATE ${onUpdate}`,
    deferrableSql(deferrable),
  ].join("");
}

function action(text: ReferentialAction | "NO ACTION" | undefined): ReferentialAction | undefined {
  return text === "NO ACTION" ? undefined : text;
}

function pointer({ columns, references }: ForeignKey): string {
  return `(${columns.join(", ")}) → ${references.table} (${references.columns.join(", ")})`;
}

function actions({ onDelete, onUpdate, deferrable: when }: ForeignKey): string {
  const words = [
    `on delete ${onDelete ?? "no action"}`,
    onUpdate && `on update ${onUpdate}`,
    when && `deferrable ${when}`,
  ];
  return words.filter(Boolean).join(", ").toLowerCase();
}

function describe(key: ForeignKey): string {
  return `${pointer(key)} ${actions(key)}`;
}

function orphans(table: string, { columns, references }: ForeignKey): string {
  const present = columns.map((column) => `t.${id(column)} IS NOT NULL`).join(" AND ");
  const joined = columns.map((column, at) => `r.${id(references.columns[at]!)} = t.${id(column)}`).join(" AND ");
  return `SELECT t.* FROM ${path(table)} t WHERE ${present} AND NOT EXISTS (SELECT FROM ${path(references.table)} r WHERE ${joined})`;
}
