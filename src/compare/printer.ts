import type { Database } from "../database.ts";
import { type Probe, queryProbe } from "../kinds/probes.ts";
import type { ComparedText } from "./compared-text.ts";
import { rowSql } from "./planner.ts";
import { unifyWords } from "./printed-words.ts";
import { readProbe, tryToRead } from "./probe.ts";

/** The forms in which PostgreSQL prints a text. Two texts mean the same if they have a form in common. */
export type Printed = { readonly answer: readonly string[] } | { readonly message: string };

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
  const answer = readProbe(await db.readOne(read));
  if (answer === undefined) throw new Error("the temporary object is not in the catalog");
  db.note?.({ how: "probed", sql: read, create, answer });
  const [definition, tree] = answer;
  return [unifyWords(definition), tree];
}

function chooseProbe({ sql, columns, how }: ComparedText): Probe {
  if (how === "expression") return queryProbe(`SELECT ${sql} AS c${rowSql(columns)}`);
  if ("from" in how) return queryProbe(`SELECT ${sql} AS c FROM (${how.from}\n) t`);
  return how.probe(sql, columns);
}
