import type { Operation } from "../schema/operation.ts";
import type { Schema, Sequence } from "../schema/schema.ts";
import { bareName, id, path } from "../sql.ts";
import { change, type Kind } from "./kind.ts";

export const sequences: Kind<Sequence, Schema> = {
  word: "sequence",
  list: "sequences",
  catalog: (namespaces) => `
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relnamespace IN (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
        AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))`,
  fromCatalog: ([schema, name], { qualify }) => ({
    unmodelled: { name: qualify(schema!, name!), why: "models cannot declare a sequence that no column owns" },
  }),
  create: createSequence,
  alter: (_, to) => [change(alterSequence(to))],
  rename: renameSequence,
  drop: (sequence) => dropSequence(sequence.name),
};

/**
 * Creates a sequence that stands by itself.
 * @param sequence its name, and what is not PostgreSQL's default
 * @example op.createSequence({ name: "invoice_number", start: "1000" })
 */
export function createSequence(sequence: Sequence): Operation {
  return {
    name: "createSequence",
    args: [sequence],
    sql: [`CREATE SEQUENCE ${path(sequence.name)}${options(sequence)}`],
  };
}

/**
 * Changes the settings of a sequence; what is left out stays as it is.
 * @param sequence its name, and the settings to change
 * @example op.alterSequence({ name: "invoice_number", increment: "10" })
 */
export function alterSequence(sequence: Sequence): Operation {
  return {
    name: "alterSequence",
    args: [sequence],
    sql: [`ALTER SEQUENCE ${path(sequence.name)}${options(sequence)}`],
  };
}

/**
 * Renames a sequence.
 * @param from its name
 * @param to its new name; it stays in its schema
 * @example op.renameSequence("store_id_seq", "shop_id_seq")
 */
export function renameSequence(from: string, to: string): Operation {
  return {
    name: "renameSequence",
    args: [from, to],
    sql: [`ALTER SEQUENCE ${path(from)} RENAME TO ${id(bareName(to))}`],
  };
}

/**
 * Drops a sequence; its value is lost.
 * @param name its name
 * @example op.dropSequence("invoice_number")
 */
export function dropSequence(name: string): Operation {
  return {
    name: "dropSequence",
    args: [name],
    sql: [`DROP SEQUENCE ${path(name)}`],
    hazards: [{ code: "DATA_LOSS", text: `The value that the sequence ${name} had reached is lost.` }],
  };
}

function options({ type, start, increment, minimum, maximum, cycle }: Sequence): string {
  const clauses: readonly (readonly [string, string | undefined])[] = [
    ["AS", type],
    ["START WITH", number(start)],
    ["INCREMENT BY", number(increment)],
    ["MINVALUE", number(minimum)],
    ["MAXVALUE", number(maximum)],
  ];
  return (
    clauses.map(([word, value]) => (value === undefined ? "" : ` ${word} ${value}`)).join("") + (cycle ? " CYCLE" : "")
  );
}

function number(value: string | undefined): string | undefined {
  return value === undefined ? undefined : BigInt(value).toString();
}
