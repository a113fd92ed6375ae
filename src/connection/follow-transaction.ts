import type { EventEmitter } from "node:events";
import type { Database } from "../database.ts";

/** The answers to commands that end a transaction. After `ROLLBACK TO` the answer is the same, and the transaction goes on. */
const ENDS = /^(?:COMMIT|ROLLBACK|PREPARE TRANSACTION)\b/;

/**
 * Follows what a server says about the transaction of a connection. PostgreSQL answers each statement with the name of its
 * command, and each text with the state of the transaction.
 * @param connection what receives the answers
 */
export function followTransaction(
  connection: EventEmitter,
): Required<Pick<Database, "inTransaction" | "watchTransaction" | "countStatements">> {
  let status = "I";
  let ended = 0;
  let completed = 0;
  // The status is `I` where no transaction is open, and `E` where one has failed. PGlite sends none when it is opened.
  connection.on("readyForQuery", (message?: { readonly status: string }) => {
    status = message?.status ?? status;
  });
  connection.on("commandComplete", ({ text }: { readonly text: string }) => {
    completed += 1;
    if (ENDS.test(text)) ended += 1;
  });
  return {
    inTransaction: () => status !== "I",
    watchTransaction: () => {
      const before = ended;
      return () => status === "T" && ended === before;
    },
    countStatements: () => {
      const before = completed;
      return () => completed - before;
    },
  };
}
