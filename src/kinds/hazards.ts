import type { Hazard, Operation } from "../schema/operation.ts";
import type { RuleName } from "../schema/rule-names.ts";
import { bareName } from "../sql.ts";

/** The rules about tables that are written again. */
const REWRITES: readonly RuleName[] = [
  "type-rewrite",
  "default-rewrite",
  "generated-rewrite",
  "serial-rewrite",
  "identity-rewrite",
  "column-placed",
  "enum-replaced",
];

/** Whether a hazard says that PostgreSQL writes the table again. */
export function isRewrite({ code }: Hazard): boolean {
  return REWRITES.includes(code);
}

/** Whether a hazard says that a column in the middle makes another table of the table. */
export function isRebuild({ code }: Hazard): boolean {
  return code === "column-placed";
}

/** Whether an operation drops what has values or rows. */
export function dropsValues({ hazards = [] }: Pick<Operation, "hazards">): boolean {
  return hazards.some(({ code }) => code === "drop-table" || code === "drop-column" || code === "identity-restarts");
}

/** PostgreSQL writes the table again, under a lock that blocks reads. */
export function rewritesTable(code: RuleName, table: string, why: string): Hazard {
  return {
    code,
    table,
    text: `${bareName(table)} is rewritten and cannot be read or written during that time: ${why}.`,
  };
}

/** PostgreSQL checks the rows, under a lock that blocks reads. */
export function scansTable(code: RuleName, table: string): Hazard {
  return { code, table, text: `${table} cannot be read or written while its rows are checked.` };
}

/**
 * PostgreSQL builds an index, under a lock that blocks reads.
 * @param code the rule
 * @param table the table
 * @param constraint what the index belongs to, as a person reads it
 */
export function blocksReads(code: RuleName, table: string, constraint: string): Hazard {
  const text = `${table} cannot be read or written while the index of ${constraint} is built.`;
  return { code, table, text };
}

/**
 * Values or rows are lost.
 * @param code the rule
 * @param table the table
 * @param what what is lost, with its verb
 */
export function losesData(code: RuleName, table: string, what: string): Hazard {
  return { code, table, text: `${what} lost.` };
}

/**
 * Code of the application stops working, because a name is gone.
 * @param code the rule
 * @param table the table
 * @param uses what the code does with the name
 */
export function breaksClients(code: RuleName, table: string, uses: string): Hazard {
  return { code, table, text: `Code that still ${uses} fails from now on.` };
}
