import { does, mayWriteRows } from "../kinds/targets.ts";
import { findMetadataTables } from "../kinds/typeorm-metadata.ts";
import { followName, lookBack } from "../run/look-back.ts";
import type { Operation } from "../schema/operation.ts";
import { qualifiedName } from "../sql.ts";
import { nameOfToken, type Token, tokenize } from "../tokens.ts";
import { joinNames } from "../words.ts";
import type { ReviewedRevision, ReviewedStep, RuleFinding } from "./finding.ts";
import { findTable } from "./finding.ts";
import { locksOut } from "./old-code.ts";
import type { RevisionRule, StepRule } from "./rule.ts";
import { phraseDuration } from "./sizes.ts";

const UNTIL_COMMIT = "Until the transaction of the revision commits: a lock is held to the end.";

export const validateInSameTransaction: StepRule = {
  level: "size",
  evidence: "operation",
  what: "A constraint is added as NOT VALID and validated in the same transaction.",
  long: "As long as PostgreSQL reads the table: roughly 200 MB in a second.",
  why: "The lock of the first statement is held while the second one checks all rows, so nothing is gained.",
  instead: "Put op.validateConstraint into a later revision.",
  accept: "When the table is small.",
  measured: { lock: "ACCESS EXCLUSIVE", work: ["scan"] },
  find: (step) => {
    const { operation, transaction, earlierOn } = step;
    const { target, probes = [] } = operation;
    if (target?.table === undefined || !probes.some(({ finds }) => finds === "unchecked")) return undefined;
    const { table, name } = target;
    const isAdded = earlierOn(table).some(
      (one) =>
        one.transaction === transaction &&
        one.operation.unchecked !== undefined &&
        one.operation.target?.table === table &&
        one.operation.target.name === name,
    );
    if (transaction === undefined || !isAdded) return undefined;
    const time = phraseDuration(step.sizeOf(table), "scan");
    return {
      tables: [table],
      text: `${name} is added and validated in one transaction, so its lock is held while the rows of ${table} are checked${time}. Instead: validate it in a later revision.`,
    };
  },
};

const MANY = 3;

export const manyExclusiveLocks: RevisionRule = {
  level: "size",
  evidence: "operation",
  what: "One transaction takes ACCESS EXCLUSIVE locks on more than three tables that existed before.",
  long: UNTIL_COMMIT,
  why: "Each table is locked until the end, and two transactions that lock the same tables in another order wait for each other.",
  instead: "Split the revision.",
  accept: "When the tables are small, or not in use at that time.",
  measured: { lock: "ACCESS EXCLUSIVE", work: [] },
  findInRevision: ({ steps }) => {
    const locked = new Map<number, Set<string>>();
    const renames: Operation[] = [];
    for (const { operation, transaction, before, isNew } of steps) {
      for (const table of listLocked(operation)) {
        if (transaction === undefined || isNew(table) || findTable({ before }, table) === undefined) continue;
        const name = lookBack(renames, table).before ?? table;
        locked.set(transaction, (locked.get(transaction) ?? new Set()).add(name));
      }
      if (operation.target?.to !== undefined) renames.push(operation);
    }
    const [tables] = [...locked.values()].filter(({ size }) => size > MANY);
    if (tables === undefined) return undefined;
    const names = [...tables];
    return {
      tables: names,
      text: `One transaction locks ${names.length} tables against reading: ${names.join(", ")}. Instead: several revisions.`,
    };
  },
};

export const workAfterExclusiveLock: StepRule = {
  level: "size",
  evidence: "operation",
  what: "Rows are written in a transaction that locked a table against reading and writing before.",
  long: UNTIL_COMMIT,
  why: "The lock of the earlier statement is held while the rows are written.",
  instead: "Write the rows in a revision of their own, with op.backfill.",
  accept: "When it writes few rows.",
  measured: { lock: "ACCESS EXCLUSIVE", work: ["scan", "write"] },
  find: (step) => {
    if (step.transaction === undefined || !isWork(step)) return undefined;
    const tables = listLockedBefore(step).filter((table) => findTable(step, table) !== undefined && !step.isNew(table));
    if (tables.length === 0) return undefined;
    return {
      tables,
      text: `Reads and writes of ${joinNames(tables)} wait while op.${step.operation.name} runs. Instead: a revision of its own.`,
    };
  },
};

/** The tables of the project that an operation keeps others from reading; only TypeORM reads its own. */
function listLocked(operation: Operation): readonly string[] {
  const own = findMetadataTables([operation]);
  return locksOut(operation).filter((table) => !own.includes(table));
}

/** The tables that the transaction of a step has locked before it, by the names that they have then. */
function listLockedBefore(step: ReviewedStep): readonly string[] {
  let locked = new Set<string>();
  for (const { operation, before, transaction } of step.earlier) {
    for (const table of transaction === step.transaction ? listLocked(operation) : [])
      if (!locked.has(table) && findTable({ before }, table) !== undefined) locked.add(table);
    if (operation.target?.to !== undefined)
      locked = new Set([...locked].map((table) => followName([operation], table)));
  }
  return [...locked];
}

const WRITES = new Set(["insert", "update", "delete", "merge", "with", "copy", "select", "call", "do"]);

function isWork({ operation }: ReviewedStep): boolean {
  if (!mayWriteRows(operation) || does(operation, "insert")) return false;
  if (operation.custom !== "statement") return true;
  return (
    operation.target === undefined && readStatements(operation).some(([first]) => WRITES.has(nameOfToken(first) ?? ""))
  );
}

export const updateWithoutBatches: StepRule = {
  level: "size",
  evidence: "operation",
  what: "One statement changes or deletes the rows of a table.",
  long: "As long as it writes the rows: roughly 40 MB in a second.",
  why: "It locks every row that it writes until the end, and writes them all at once to the log that replicas read.",
  instead: "Use op.backfill, which commits batches.",
  accept: "When it writes few rows.",
  measured: { lock: "ROW EXCLUSIVE", work: ["scan", "write"] },
  find: (step) => {
    const table = findWritten(step);
    if (table === undefined) return undefined;
    const time = phraseDuration(step.sizeOf(table), "rewrite");
    const found: RuleFinding = {
      tables: [table],
      text: `One statement writes the rows of ${table} and locks them until the end${time}. Instead: op.backfill.`,
    };
    return found;
  },
};

/** The statements of an operation as their words and signs, without blanks and comments. */
function readStatements({ sql }: Operation): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of sql.flatMap((text) => tokenize(`${text};`))) {
    if (token.text === ";") statements.push([]);
    else if (token.kind !== "space" && token.kind !== "comment") statements.at(-1)?.push(token);
  }
  return statements.filter(({ length }) => length > 0);
}

/** The table whose rows an operation changes, or the first one that a statement does which begins with UPDATE or DELETE. */
function findWritten({ operation, before, about }: ReviewedStep): string | undefined {
  const { custom, target, outsideTransaction } = operation;
  if (does(operation, "update", "table") && !outsideTransaction) return target?.name;
  if (custom !== "statement" || target !== undefined) return undefined;
  const written = readStatements(operation).flatMap((tokens) => readWritten(tokens, about.own) ?? []);
  return written.find((table) => before.tables?.some(({ name }) => name === table));
}

function readWritten(tokens: readonly Token[], own: string): string | undefined {
  const words = tokens.slice(0, 2).map(nameOfToken);
  const start = words[0] === "update" ? 1 : 2;
  if (start === 2 && (words[0] !== "delete" || words[1] !== "from")) return undefined;
  const [first, dot, second] = tokens.slice(start + Number(nameOfToken(tokens[start]) === "only"));
  const [one, other] = [nameOfToken(first), dot?.text === "." ? nameOfToken(second) : undefined];
  if (one === undefined) return undefined;
  return other === undefined ? qualifiedName(one) : qualifiedName(other, one === own ? undefined : one);
}

/** The tables that a revision creates. */
export function listCreated(operations: readonly ReviewedRevision["downgrade"][number][]): ReadonlySet<string> {
  return new Set(operations.flatMap((one) => (does(one, "create", "table") ? (one.target?.name ?? []) : [])));
}
