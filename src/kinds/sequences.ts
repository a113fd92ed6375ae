import { collect } from "../collect.ts";
import { mapGiven } from "../given.ts";
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
import { ifExists, ifNotExists } from "./option-rules.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";
import { sameOwnerSql } from "./serials.ts";

export const sequences: Kind<Sequence, Schema> = {
  word: "sequence",
  list: "sequences",
  ownsRelationName: true,
  catalog: catalogQuery(
    { schema: requiredText, name: requiredText },
    ({ namespaces }) => `
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relnamespace = ANY (${namespaces})
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

const sequence = {
  name: is.text,
  type: optional(is.oneOf("smallint", "integer", "bigint")),
  start: optional(is.wholeText),
  increment: optional(is.wholeText),
};

/** What its operations take. */
export const sequenceParameters = {
  createSequence: {
    sequence: shape({
      ...sequence,
      minimum: optional(is.wholeText),
      maximum: optional(is.wholeText),
      cycle: optional(is.yes),
    }),
    options: ifNotExists,
  },
  alterSequence: {
    sequence: is.whole(
      shape<SequenceChanges>({
        ...sequence,
        minimum: optional(is.nullable(is.wholeText)),
        maximum: optional(is.nullable(is.wholeText)),
        cycle: optional(is.flag),
        restart: optional(is.wholeText),
        ownedBy: optional(is.nullable(shape<{ table: string; column: string }>({ table: is.text, column: is.text }))),
      }),
      (value) => Object.keys(value).length > 1,
      "has nothing to change",
    ),
  },
  renameSequence: { from: is.text, to: is.text, options: ifExists },
  dropSequence: { name: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates a sequence that no column owns.
 * @param sequence its name, and the settings that differ from PostgreSQL's defaults; write numbers in quotes, because
 *   they may have 64 bits
 * @param options with `ifNotExists: true` nothing happens if the name exists
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

/** What `alterSequence` changes. What is left out stays as it is. */
export interface SequenceChanges extends Omit<Sequence, "minimum" | "maximum" | "cycle"> {
  /** `null` is PostgreSQL's default for the type. */
  readonly minimum?: string | null;
  readonly maximum?: string | null;
  readonly cycle?: boolean;
  /** The next value of the sequence. */
  readonly restart?: string;
  /**
   * The column that owns it: the sequence is dropped with the column, and gets the owner of its table. `null`: no column.
   */
  readonly ownedBy?: { readonly table: string; readonly column: string } | null;
}

/**
 * Changes the settings of a sequence. What is left out stays as it is. `start` takes effect only at a later restart.
 * @param sequence its name, and the settings to change, see {@link SequenceChanges}
 * @example op.alterSequence({ name: "invoice_number", increment: "10", restart: "5000" })
 * @example op.alterSequence({ name: "invoice_number", ownedBy: { table: "lease", column: "id" } })
 */
export function alterSequence(sequence: SequenceChanges): Operation {
  const { name, ownedBy } = sequence;
  return {
    name: "alterSequence",
    args: [sequence],
    target: { kind: "sequence", name, effect: "alter" },
    sql: [
      ...collect(mapGiven(ownedBy ?? undefined, ({ table }) => sameOwnerSql(path(name), path(table)))),
      `ALTER SEQUENCE ${path(name)}${settingsSql(sequence)}${ownerSql(sequence)}`,
    ],
    locks: locked("SHARE ROW EXCLUSIVE", sequence.name),
    ...(sequence.restart !== undefined && {
      hazards: [{ code: "identity-restarts" as const, text: phraseRestart(sequence.name, sequence.restart) }],
    }),
  };
}

/** Says what a new next value of a sequence may do. */
export function phraseRestart(name: string, restart: string): string {
  return `${name} continues with ${restart}. If it has passed that number, numbers are given out a second time.`;
}

/**
 * Renames a sequence.
 * @param from its name
 * @param to its new name; it stays in its schema
 * @param options with `ifExists: true` nothing happens if the sequence does not exist
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
 * Drops a sequence. Its current value is lost.
 * @param name its name
 * @param options with `ifExists: true` nothing happens if the sequence does not exist
 * @example op.dropSequence("invoice_number")
 */
export function dropSequence(name: string, options: IfExists = {}): Operation {
  return {
    name: "dropSequence",
    args: withOptions([name], options),
    target: { kind: "sequence", name, effect: "drop" },
    sql: [`DROP SEQUENCE ${ifExistsSql(options)}${path(name)}`],
    locks: exclusive(name),
    hazards: [{ code: "identity-restarts", text: `The current value of the sequence ${name} is lost.` }],
  };
}

function settingsSql({ type, start, increment, minimum, maximum, cycle, restart }: SequenceChanges): string {
  const clauses = collect(
    mapGiven(type, (name) => `AS ${name}`),
    mapGiven(start, (value) => `START WITH ${BigInt(value)}`),
    mapGiven(restart, (value) => `RESTART WITH ${BigInt(value)}`),
    mapGiven(increment, (value) => `INCREMENT BY ${BigInt(value)}`),
    mapGiven(minimum, (limit) => limitSql("MINVALUE", limit)),
    mapGiven(maximum, (limit) => limitSql("MAXVALUE", limit)),
    mapGiven(cycle, (isCycle) => (isCycle ? "CYCLE" : "NO CYCLE")),
  );
  return clauses.map((clause) => ` ${clause}`).join("");
}

function limitSql(word: "MINVALUE" | "MAXVALUE", limit: string | null): string {
  if (limit === null) return `NO ${word}`;
  return `${word} ${BigInt(limit)}`;
}

function ownerSql({ ownedBy }: SequenceChanges): string {
  if (ownedBy === undefined) return "";
  return ` OWNED BY ${ownedBy === null ? "NONE" : `${path(ownedBy.table)}.${id(ownedBy.column)}`}`;
}
