import type { Database } from "../database.ts";
import { dropUndefined } from "../given.ts";
import type { Operation } from "../schema/operation.ts";
import { NO_LOCKS } from "./locks.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules } from "./rules.ts";

/** Marks the place in a line where a person has to write something before it can run. */
export const PLACEHOLDER = "…";

/** What its operations take. */
export const statementParameters = {
  sql: { text: is.statement, values: optional(is.constants) },
  run: { step: is.code },
  commit: {},
  todo: { text: is.text, query: optional(is.text) },
  irreversible: { why: is.text },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Runs your own statement, such as an UPDATE that fills a column.
 * @param text the statement, with `$1`, `$2` … for the values
 * @param values values for the parameters
 * @example op.sql(`UPDATE "shop" SET "slug" = 'shop-' || "code" WHERE "slug" IS NULL`)
 * @example op.sql("UPDATE mall SET title = $1 WHERE id = $2", ["Riverside", 1])
 */
export function sql(text: string, values?: readonly unknown[]): Operation {
  return {
    name: "sql",
    args: values === undefined ? [text] : [text, values],
    custom: "statement",
    sql: [text],
    ...dropUndefined({ values }),
  };
}

/** A statement in the place of an operation that cannot say all of it: the object is the same. */
export function statementFor({ target }: Operation, text: string): Operation {
  return { ...sql(text), ...dropUndefined({ target }) };
}

/**
 * Runs your own code with the connection of the revision's transaction. A script cannot contain it.
 * @param step the code
 * @example op.run(async (db) => {
 *   for (const { id, title } of await db.query<{ id: number; title: string }>("SELECT id, title FROM mall"))
 *     await db.query("UPDATE mall SET slug = $1 WHERE id = $2", [title.normalize("NFKD").toLowerCase(), id]);
 * })
 */
export function run(step: (db: Database) => Promise<void>): Operation {
  return { name: "run", args: [step], custom: "code", sql: [], run: step };
}

/**
 * Commits what is before it, and begins another transaction for what is after it. A run that is interrupted later
 * continues after it. Without it, a revision is one transaction.
 * @example op.commit()
 */
export function commit(): Operation {
  return { name: "commit", args: [], endsTransaction: true, sql: [], locks: NO_LOCKS };
}

/**
 * A question that only a person can answer. It blocks the revision. Complete the lines below it, then delete it.
 * @param text the question
 * @param query the query that shows the rows in the way
 * @example op.todo("Was mall.title renamed to mall.name? If not, keep the commented lines instead.")
 */
export function todo(text: string, query?: string): Operation {
  const args = query === undefined ? [text] : [text, query];
  return { name: "todo", args, note: "question", sql: [], locks: NO_LOCKS };
}

/**
 * Marks a `downgrade` as impossible: a downgrade past this revision is refused before anything runs.
 * @param why the reason, such as what is lost
 * @example op.irreversible("the old prices are gone")
 */
export function irreversible(why: string): Operation {
  return { name: "irreversible", args: [why], note: "no way back", sql: [], locks: NO_LOCKS };
}
