import type { Database } from "../database.ts";
import { id } from "../sql.ts";
import type { ComparedText, RowColumn } from "./compared-text.ts";
import { rowSql } from "./planner.ts";
import { unifyWords } from "./printed-words.ts";
import { tryToRead } from "./probe.ts";

/** The forms in which PostgreSQL prints a text. Two texts mean the same if they have a form in common. */
export type Printed = { readonly answer: readonly string[] } | { readonly message: string };

/** A temporary object that is created from a text and printed. */
interface Probe {
  /** The statements that create it. */
  readonly create: readonly string[];
  /** The query for its definition, its tree and its oid. */
  readonly read: string;
  /** The same sort of object from the printed definition. */
  readonly again: (printed: string) => Probe;
}

/**
 * Lets PostgreSQL's parser read a text: creates a temporary object from it, which calls no function, prints the object and
 * rolls back. The printed text is read once more, since PostgreSQL prints some of its own texts in another way. The tree
 * of the object is a form too, since PostgreSQL prints one tree in several ways. Inside `inProbe`.
 */
export async function printText(db: Database, asked: ComparedText): Promise<Printed> {
  const probe = chooseProbe(asked);
  const first = await tryToRead(db, async () => await readForms(db, probe));
  await db.read("ROLLBACK TO SAVEPOINT remodel");
  if ("message" in first) return first;
  const [text = ""] = first.answer;
  const second = await tryToRead(db, async () => await readForms(db, probe.again(text)));
  await db.read("ROLLBACK TO SAVEPOINT remodel");
  return { answer: "answer" in second ? [text, ...second.answer] : first.answer };
}

async function readForms(db: Database, { create, read }: Probe): Promise<readonly string[]> {
  for (const sql of create) await db.readOne(sql);
  const [row = []] = await db.readOne(read);
  const [definition, tree, relation] = row;
  if (definition == null || tree == null || relation == null)
    throw new Error("the temporary object is not in the catalog");
  return [unifyWords(definition), normalizeTree(tree, relation)];
}

/** A tree without positions in the text, without the way in which its parts are written, and without its own oid. */
function normalizeTree(tree: string, relation: string): string {
  return tree
    .replace(/:(?:location|stmt_location|stmt_len) -?\d+|:[a-z]*format \d+/g, "")
    .replaceAll(`:relid ${relation} `, ":relid own ");
}

function chooseProbe({ sql, columns, how }: ComparedText): Probe {
  if (how === "exclusion") return exclusionProbe(sql, columns);
  if (how === "view") return viewProbe(sql);
  return viewProbe(`SELECT ${sql} AS c${how === "expression" ? rowSql(columns) : how.from}`);
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

/** Two columns may have swapped their names, so each first gets a name that no column has. */
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
