import type { Database, TextRows } from "../database.ts";
import { id } from "../sql.ts";
import type { ComparedText, RowColumn } from "./asked.ts";
import { rowSql } from "./planner.ts";
import { oneWording } from "./printed-words.ts";
import { readable } from "./probe.ts";

/** How PostgreSQL prints a text; two texts are the same if they have one of their forms in common. */
export type Printed = { readonly answer: readonly string[] } | { readonly message: string };

/** A temporary object that is made from a text and printed. */
interface Probe {
  /** The statements that make it. */
  readonly create: readonly string[];
  /** The query that prints it, and then its tree. */
  readonly read: string;
  /** What the printed form is made from again. */
  readonly again: (printed: string) => Probe;
}

/**
 * The forms of a text as PostgreSQL's parser reads it: a temporary object is made, which calls no function, printed, and
 * rolled back. What is printed is read once more, since PostgreSQL prints some of its own texts in another way, and the
 * tree behind it is a form too, since one tree is printed in several ways. Inside `probing`.
 */
export async function printed(db: Database, asked: ComparedText): Promise<Printed> {
  const probe = probeOf(asked);
  const first = await readable(db, async () => await formsOf(db, probe));
  await db.read("ROLLBACK TO SAVEPOINT remodel");
  if ("message" in first) return first;
  const [text = ""] = first.answer;
  const second = await readable(db, async () => await formsOf(db, probe.again(text)));
  await db.read("ROLLBACK TO SAVEPOINT remodel");
  return { answer: "answer" in second ? [text, ...second.answer] : first.answer };
}

async function formsOf(db: Database, { create, read }: Probe): Promise<readonly string[]> {
  let rows: TextRows = [];
  for (const sql of [...create, read]) rows = await db.readOne(sql);
  const [definition, tree, relation] = rows[0]!;
  return [oneWording(definition!), treeOf(tree!, relation!)];
}

/** A tree without where its parts stand in the text, which way of writing they have, and its own number. */
function treeOf(tree: string, relation: string): string {
  return tree
    .replace(/:(?:location|stmt_location|stmt_len) -?\d+|:[a-z]*format \d+/g, "")
    .replaceAll(`:relid ${relation} `, ":relid own ");
}

function probeOf({ sql, columns, how }: ComparedText): Probe {
  if (how === "exclusion") return exclusionProbe(sql, columns);
  return viewProbe(how === "view" ? sql : `SELECT ${sql} AS c${how === "expression" ? rowSql(columns) : how.from}`);
}

const VIEW = `SELECT pg_catalog.pg_get_viewdef(c.oid), r.ev_action::text, c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
  WHERE c.oid = 'pg_temp.remodel_probe'::pg_catalog.regclass::pg_catalog.oid`;

function viewProbe(query: string): Probe {
  return { create: [`CREATE TEMPORARY VIEW remodel_probe AS ${query}`], read: VIEW, again: viewProbe };
}

/** A table with the columns alone, and the constraint on it. */
function exclusionProbe(sql: string, columns: readonly RowColumn[]): Probe {
  const sorted = [...columns].sort((a, b) => (a.as < b.as ? -1 : 1));
  const table = "pg_temp.remodel_probe";
  return {
    create: [
      `CREATE TEMPORARY TABLE remodel_probe (${sorted.map(({ name, type }) => `${id(name)} ${type}`).join(", ")})`,
      `ALTER TABLE ${table} ADD CONSTRAINT probe EXCLUDE ${sql}`,
      ...renamesSql(table, sorted),
    ],
    read: EXCLUSION,
    again: (printed) =>
      exclusionProbe(
        printed.replace(/^EXCLUDE /, ""),
        sorted.map((one) => ({ ...one, name: one.as })),
      ),
  };
}

/** By way of names that no column has, since two columns may have exchanged theirs. */
function renamesSql(table: string, columns: readonly RowColumn[]): readonly string[] {
  const renamed = columns.filter(({ name, as }) => name !== as);
  const rename = (from: string, to: string) => `ALTER TABLE ${table} RENAME COLUMN ${id(from)} TO ${id(to)}`;
  const aside = (at: number) => `remodel_probe_${at}`;
  return [
    ...renamed.map(({ name }, at) => rename(name, aside(at))),
    ...renamed.map(({ as }, at) => rename(aside(at), as)),
  ];
}

const EXCLUSION = `SELECT pg_catalog.pg_get_constraintdef(c.oid), pg_catalog.concat_ws(' ', a.amname, i.indkey, i.indclass,
    i.indcollation, i.indoption, c.conexclop, i.indexprs, i.indpred, c.condeferrable, c.condeferred), c.conrelid
  FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid
  JOIN pg_catalog.pg_class x ON x.oid = c.conindid JOIN pg_catalog.pg_am a ON a.oid = x.relam
  WHERE c.conrelid = 'pg_temp.remodel_probe'::pg_catalog.regclass::pg_catalog.oid AND c.contype = 'x'`;
