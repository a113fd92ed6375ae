import { readError } from "../errors.ts";
import { listDomains } from "./cell-type.ts";
import type { FillCatalog, FillRule, FillTable } from "./fill-catalog.ts";
import type { Cells, Proposer } from "./propose.ts";

/** Why PostgreSQL refused a row. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly constraint?: string;
  readonly column?: string;
  readonly dataType?: string;
}

/** How a row is searched. */
export interface RowSearch {
  readonly catalog: FillCatalog;
  readonly table: FillTable;
  readonly proposer: Proposer;
  /** Tries a row. */
  readonly attempt: (cells: Cells) => Promise<Refusal | undefined>;
}

/** How often a row is changed before it is given up. */
const ATTEMPTS = 120;

/** Changes a row until PostgreSQL takes it. @returns the last refusal, if it never does */
export async function searchRow(
  { catalog, table, proposer, attempt }: RowSearch,
  cells: Cells,
): Promise<Refusal | undefined> {
  let unknown = 0;
  let refusal: Refusal | undefined;
  for (let number = 0; number < ATTEMPTS; number++) {
    refusal = await attempt(cells);
    if (refusal === undefined) {
      proposer.confirm();
      return undefined;
    }
    const rule = findRule(catalog, table, refusal);
    if (rule !== undefined) proposer.change(cells, rule);
    else if (isBadValue(refusal) && proposer.changeAgain(cells)) continue;
    else if (unknown++ < 2) proposer.simplify(cells, unknown === 2);
    else break;
  }
  return refusal;
}

/** Whether a value does not fit its type: the server does not say which one. */
function isBadValue({ code }: Refusal): boolean {
  return code.startsWith("22");
}

/** The constraint that refused a row, or the server's message. */
export function describeRefusal({ constraint, message }: Refusal): string {
  return constraint ?? message;
}

/** Reads the server's error; any other one is thrown. */
export function readRefusal(error: unknown): Refusal {
  const fields: Readonly<Record<string, unknown>> = Object(error);
  const { code, message } = readError(error);
  if (code === undefined || code.length !== 5) throw error;
  const given = ["constraint", "column", "dataType"].filter((name) => typeof fields[name] === "string");
  return { code, message, ...Object.fromEntries(given.map((name) => [name, fields[name]])) };
}

/** Whether another row has such values. */
function isRepeated({ code }: Pick<Refusal, "code">): boolean {
  return code === "23505" || code === "23P01";
}

/** The keys of a table as one rule: a partition names its own index, which belongs to one of them. */
function joinKeys({ name, rules }: FillTable): FillRule | undefined {
  const keys = rules.filter(({ kind }) => ["p", "u", "i", "x"].includes(kind));
  const columns = [...new Set(keys.flatMap((key) => key.columns ?? []))];
  return columns.length === 0 ? undefined : { name, kind: "u", columns, definition: "" };
}

function findRule(
  catalog: FillCatalog,
  table: FillTable,
  { code, constraint, column, dataType }: Refusal,
): FillRule | undefined {
  if (code === "23514" && constraint === undefined) return table.rules.find(({ kind }) => kind === "b");
  const rule = table.rules.find(({ name }) => name === constraint);
  if (rule !== undefined) return rule.columns === null ? undefined : rule;
  const reference = table.references.find(({ name }) => name === constraint);
  if (reference !== undefined) return { name: reference.name, kind: "f", columns: reference.columns, definition: "" };
  if (column !== undefined) return { name: column, kind: "c", columns: [column], definition: "" };
  return (
    findDomainRule(catalog, table, { constraint, dataType }) ?? (isRepeated({ code }) ? joinKeys(table) : undefined)
  );
}

function findDomainRule(
  { domainRules }: FillCatalog,
  table: FillTable,
  { constraint, dataType = "" }: { readonly constraint: string | undefined; readonly dataType: string | undefined },
): FillRule | undefined {
  const domain = domainRules.find(({ name, columns }) => name === constraint && columns[0] === dataType);
  if (domain === undefined) return undefined;
  const used = table.columns.filter(({ type }) => listDomains(type).includes(dataType));
  return { ...domain, columns: used.map(({ name }) => name) };
}
