import type { Hazard } from "../schema/operation.ts";
import { bareName } from "../sql.ts";

/** PostgreSQL writes the table again, under a lock that blocks reads. */
export function rewritesTable(table: string, why: string): Hazard {
  return {
    code: "TABLE_REWRITE",
    table,
    text: `${bareName(table)} is rewritten and cannot be read or written during that time: ${why}.`,
  };
}

/** PostgreSQL checks the rows, under a lock that blocks reads. */
export function scansTable(table: string): Hazard {
  return { code: "TABLE_SCAN", table, text: `${table} cannot be read or written while its rows are checked.` };
}

/**
 * PostgreSQL builds an index, under a lock that blocks reads.
 * @param table the table
 * @param constraint what the index belongs to, as a person reads it
 */
export function blocksReads(table: string, constraint: string): Hazard {
  const text = `${table} cannot be read or written while the index of ${constraint} is built.`;
  return { code: "BLOCKS_READS", table, text };
}

/**
 * Values or rows are lost.
 * @param table the table
 * @param what what is lost, with its verb
 */
export function losesData(table: string, what: string): Hazard {
  return { code: "DATA_LOSS", table, text: `${what} lost.` };
}

/**
 * Code of the application stops working, because a name is gone.
 * @param table the table
 * @param uses what the code does with the name
 */
export function breaksClients(table: string, uses: string): Hazard {
  return { code: "BREAKS_CLIENTS", table, text: `Code that still ${uses} fails from now on.` };
}
