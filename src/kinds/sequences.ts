import { requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Schema, Sequence } from "../schema/schema.ts";
import { bareName, id, path } from "../sql.ts";
import {
  catalogQuery,
  change,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  type Kind,
  withOptions,
} from "./kind.ts";
import { exclusive, locked, NO_LOCKS } from "./locks.ts";

export const sequences: Kind<Sequence, Schema> = {
  word: "sequence",
  list: "sequences",
  catalog: catalogQuery(
    { schema: requiredText, name: requiredText },
    ({ namespaces }) => `
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relnamespace IN (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
        AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))`,
    ({ schema, name }, { qualify }) => ({
      unmodelled: { name: qualify(schema, name), why: "models cannot declare a sequence that no column owns" },
    }),
  ),
  create: (sequence) => createSequence(sequence),
  alter: (_, to) => [change(alterSequence(to))],
  rename: (from, to) => renameSequence(from, to),
  drop: (sequence) => dropSequence(sequence.name),
};

/**
 * Creates a sequence that stands by itself.
 * @param sequence its name, and what is not PostgreSQL's default; numbers stand in quotes, as they may have 64 bits
 * @param options `ifNotExists: true` lets it be there already
 * @example op.createSequence({ name: "receipt_number", start: "1000" })
 */
export function createSequence(sequence: Sequence, options: IfNotExists = {}): Operation {
  return {
    name: "createSequence",
    args: withOptions([sequence], options),
    target: { kind: "sequence", name: sequence.name, effect: "create" },
    sql: [`CREATE SEQUENCE ${ifNotExistsSql(options)}${path(sequence.name)}${settingsSql(sequence)}`],
    locks: NO_LOCKS,
  };
}

/** What `alterSequence` can change; what is left out stays as it is. */
export interface SequenceChanges extends Omit<Sequence, "minimum" | "maximum" | "cycle"> {
  /** `null` is PostgreSQL's default for the type. */
  readonly minimum?: string | null;
  readonly maximum?: string | null;
  readonly cycle?: boolean;
  /** The next value that it gives. */
  readonly restart?: string;
  /** The column with which it goes, as that of a serial column does; `null`: none. */
  readonly ownedBy?: { readonly table: string; readonly column: string } | null;
}

/**
 * Changes the settings of a sequence; what is left out stays as it is. `start` is only where a later restart begins.
 * @param sequence its name, and the settings to change, see {@link SequenceChanges}
 * @example op.alterSequence({ name: "invoice_number", increment: "10", restart: "5000" })
 * @example op.alterSequence({ name: "invoice_number", ownedBy: { table: "lease", column: "id" } })
 */
export function alterSequence(sequence: SequenceChanges): Operation {
  return {
    name: "alterSequence",
    args: [sequence],
    target: { kind: "sequence", name: sequence.name, effect: "alter" },
    sql: [`ALTER SEQUENCE ${path(sequence.name)}${settingsSql(sequence)}${ownerSql(sequence)}`],
    locks: locked("SHARE ROW EXCLUSIVE", sequence.name),
  };
}

/**
 * Renames a sequence.
 * @param from its name
 * @param to its new name; it stays in its schema
 * @param options `ifExists: true` lets it be missing
 * @example op.renameSequence("store_id_seq", "shop_id_seq")
 */
export function renameSequence(from: string, to: string, options: IfExists = {}): Operation {
  return {
    name: "renameSequence",
    args: withOptions([from, to], options),
    target: { kind: "sequence", name: from, effect: "rename", to },
    sql: [`ALTER SEQUENCE ${ifExistsSql(options)}${path(from)} RENAME TO ${id(bareName(to))}`],
    locks: exclusive(from),
  };
}

/**
 * Drops a sequence; its value is lost.
 * @param name its name
 * @param options `ifExists: true` lets it be missing
 * @example op.dropSequence("invoice_number")
 */
export function dropSequence(name: string, options: IfExists = {}): Operation {
  return {
    name: "dropSequence",
    args: withOptions([name], options),
    target: { kind: "sequence", name, effect: "drop" },
    sql: [`DROP SEQUENCE ${ifExistsSql(options)}${path(name)}`],
    locks: exclusive(name),
    hazards: [{ code: "DATA_LOSS", text: `The current value of the sequence ${name} is lost.` }],
  };
}

function settingsSql({ type, start, increment, minimum, maximum, cycle, restart }: SequenceChanges): string {
  const clauses: readonly (readonly [string, string | null | undefined])[] = [
    ["AS", type],
    ["START WITH", number(start)],
    ["RESTART WITH", number(restart)],
    ["INCREMENT BY", number(increment)],
    ["MINVALUE", number(minimum)],
    ["MAXVALUE", number(maximum)],
  ];
  const text = clauses.map(([word, value]) =>
    value === undefined ? "" : value === null ? ` NO ${word}` : ` ${word} ${value}`,
  );
  return `${text.join("")}${cycle === undefined ? "" : cycle ? " CYCLE" : " NO CYCLE"}`;
}

function ownerSql({ ownedBy }: SequenceChanges): string {
  if (ownedBy === undefined) return "";
  return ` OWNED BY ${ownedBy === null ? "NONE" : `${path(ownedBy.table)}.${id(ownedBy.column)}`}`;
}

function number(value: string | null | undefined): string | null | undefined {
  return typeof value === "string" ? BigInt(value).toString() : value;
}
