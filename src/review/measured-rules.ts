import { nameRelation } from "../shadow/seen.ts";
import type { RelationFacts } from "../shadow/sight.ts";
import { hasWord, joinNames } from "../words.ts";
import { phraseBlock } from "./blocking.ts";
import type { ReviewedStep } from "./finding.ts";
import {
  blocksOthers,
  findInTables,
  listMeasured,
  listNewColumns,
  listNewConstraints,
  type MeasuredColumn,
  type MeasuredTable,
  pairColumns,
} from "./measured.ts";
import type { FindMeasured, MeasuredRule } from "./rule.ts";
import { phraseDuration, type Work } from "./sizes.ts";

const FOREVER = "The statement takes a moment. What is gone is gone for good.";
const WAIT = "Reads and writes wait, and so do all queries that come behind them.";
const QUIET = "When it is small, or not in use at that time.";
const REWRITTEN = "As long as PostgreSQL writes it and its indexes again: roughly 40 MB in a second.";

export const truncated: MeasuredRule = {
  level: "error",
  evidence: "measured",
  what: "A statement or code of a person removes all rows of a table, with TRUNCATE.",
  long: FOREVER,
  why: "A downgrade cannot bring the rows back.",
  instead: "Delete only the rows that are no longer needed, or copy them to another table first.",
  accept: "When the rows are in a backup or in another table, or can be made again.",
  measured: { lock: "ACCESS EXCLUSIVE", work: ["rewrite"] },
  findMeasured: findInTables(({ name, isEmptied }) => (isEmptied ? `All rows of ${name} are removed.` : undefined)),
};

export const cascaded: MeasuredRule = {
  level: "error",
  evidence: "measured",
  what: "A statement takes more than it names, with CASCADE: views, foreign keys or tables that depend on it, or the rows of tables that refer to it.",
  long: FOREVER,
  why: "What goes depends on the database in which it runs, and its name is not in the revision.",
  instead: "Leave out CASCADE, and name everything that is to go.",
  accept: "When you looked at what goes, in every database.",
  measured: { lock: "ACCESS EXCLUSIVE", work: [] },
  findMeasured: (step) => {
    const taken = listTaken(step);
    const [first] = taken;
    if (first === undefined) return [];
    const text = `It also takes what it does not name: ${taken.map(({ what }) => what).join(", ")}. Instead: leave out CASCADE and name them.`;
    return [{ tables: [first.table], text }];
  },
};

/** What is gone or emptied although the statement does not name it. The names in code are not known. */
function listTaken(step: ReviewedStep): readonly { readonly table: string; readonly what: string }[] {
  const { measured, operation } = step;
  if (measured === undefined || operation.custom !== "statement") return [];
  const { before, after, own } = measured;
  const text = operation.sql.join(";");
  const isNamed = ({ name }: Pick<RelationFacts, "name">) => hasWord(text, name);
  const show = (one: RelationFacts) => nameRelation(one, own);
  const whole = [...before.values()].filter((one) => KINDS[one.kind] !== undefined && !isNamed(one));
  const gone = whole.filter(({ oid }) => !after.has(oid));
  const emptied = listMeasured(step).filter((one) => one.isEmptied && !isNamed(one.before));
  const cut = whole.flatMap((one) => {
    const left = new Set(after.get(one.oid)?.constraints?.map(({ oid }) => oid));
    const lost = after.has(one.oid) ? (one.constraints ?? []).filter(({ oid }) => !left.has(oid)) : [];
    return lost.map(({ name }) => ({ table: show(one), what: `the constraint ${name} of ${show(one)}` }));
  });
  return [
    ...gone.map((one) => ({ table: show(one), what: `the ${KINDS[one.kind]} ${show(one)}` })),
    ...emptied.map(({ name }) => ({ table: name, what: `the rows of ${name}` })),
    ...cut,
  ];
}

const KINDS: Readonly<Partial<Record<RelationFacts["kind"], string>>> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
};

/** Sequences whose next number is lower than before. */
export const measuredRestart: FindMeasured = (step) => {
  const { measured, operation } = step;
  if (measured === undefined || operation.custom === undefined) return [];
  const { before, after, own } = measured;
  const restarted = [...before.values()].filter(({ oid, last }) => {
    const now = after.get(oid);
    return last !== null && now !== undefined && (now.last ?? last) < last;
  });
  return restarted.map((sequence) => {
    const owner = before.get(sequence.of ?? -1);
    const text = `${nameRelation(sequence, own)} begins again, so numbers are given out a second time. Instead: leave out RESTART.`;
    return { tables: [nameRelation(owner ?? sequence, own)], text };
  });
};

export const matviewRefreshed: MeasuredRule = {
  level: "size",
  evidence: "measured",
  what: "A materialized view is computed again, under an ACCESS EXCLUSIVE lock.",
  long: "As long as its query takes, and as PostgreSQL writes its rows: roughly 40 MB in a second.",
  why: WAIT,
  instead: "Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index over the view.",
  accept: QUIET,
  measured: { lock: "ACCESS EXCLUSIVE", work: ["rewrite", "build", "scan"] },
  findMeasured: findInTables((table, step) => {
    if (table.before.kind !== "m" || !table.work.includes("rewrite")) return undefined;
    return `${phraseBlock(step, table.name, "rewrite", "while it is computed again")} Instead: REFRESH MATERIALIZED VIEW CONCURRENTLY.`;
  }),
};

export const vacuumedFull: MeasuredRule = {
  level: "size",
  evidence: "measured",
  what: "PostgreSQL writes a whole table and its indexes again, under an ACCESS EXCLUSIVE lock, although no column changes: VACUUM FULL, CLUSTER, another tablespace.",
  long: REWRITTEN,
  why: WAIT,
  instead: "Plain VACUUM lets others read and write. To give space back without blocking, use pg_repack.",
  accept: QUIET,
  measured: { lock: "ACCESS EXCLUSIVE", work: ["rewrite"] },
  findMeasured: findInTables((table, step) => {
    const isPlain =
      table.before.kind === "r" && listNewColumns(table).length === 0 && !pairColumns(table).some(isRetyped);
    if (!isRewritten(table) || !isPlain) return undefined;
    return `${phraseBlock(step, table.name, "rewrite", "while it is rewritten")} Instead: plain VACUUM.`;
  }),
};

function isRewritten({ work, isEmptied }: MeasuredTable): boolean {
  return work.includes("rewrite") && !isEmptied;
}

function isRetyped({ old, now }: MeasuredColumn): boolean {
  return now !== undefined && now.type !== old.type;
}

/** What rules about operations find in statements and code of a person. */
export const measuredRetype: FindMeasured = findInTables((table, step) => {
  const found = pairColumns(table).find(isRetyped);
  if (!isRewritten(table) || found === undefined) return undefined;
  const { old, now } = found;
  const why = `while it is rewritten: ${old.name} becomes ${now?.type}, from ${old.type}`;
  return `${phraseBlock(step, table.name, "rewrite", why)} Instead: expand and contract, in two revisions with a second column.`;
});

/** A rewrite by a new column. */
function measuredColumn(isIt: (column: ReturnType<typeof listNewColumns>[number]) => boolean): FindMeasured {
  return findInTables((table, step) => {
    const column = listNewColumns(table).find(isIt);
    if (!isRewritten(table) || column === undefined) return undefined;
    return phraseBlock(step, table.name, "rewrite", `while every row gets a value for the new column ${column.name}`);
  });
}

const SEQUENCE = /^nextval\(/;

export const measuredGenerated = measuredColumn(({ generated }) => generated !== "");
export const measuredIdentity = measuredColumn(({ identity }) => identity !== "");
export const measuredSerial = measuredColumn(({ default: value }) => SEQUENCE.test(value ?? ""));
export const measuredDefault = measuredColumn(
  ({ generated, identity, default: value }) => generated === "" && identity === "" && !SEQUENCE.test(value ?? ""),
);

/** An index that is built under a lock. */
function measuredBuild(isIt: (table: MeasuredTable) => boolean): FindMeasured {
  return findInTables((table, step) => {
    const isBuilt = table.work.includes("build") && !table.work.includes("rewrite") && blocksOthers(table);
    if (!isBuilt || !isIt(table)) return undefined;
    return phraseWait(table, step, "build", "while an index is built");
  });
}

export const measuredUnique = measuredBuild((table) => listNewConstraints(table, "u").length > 0);
export const measuredPrimaryKey = measuredBuild((table) => listNewConstraints(table, "p").length > 0);
export const measuredExclusion = measuredBuild((table) => listNewConstraints(table, "x").length > 0);
export const measuredIndex = measuredBuild(
  (table) => !["u", "p", "x"].some((type) => listNewConstraints(table, type).length > 0),
);

/** A scan under a lock. */
function measuredScan(isIt: (table: MeasuredTable) => boolean, why: string): FindMeasured {
  return findInTables((table, step) => {
    const isScanned = table.work.length > 0 && table.work.every((one) => one === "scan") && blocksOthers(table);
    if (!isScanned || !isIt(table)) return undefined;
    return phraseWait(table, step, "scan", why);
  });
}

export const measuredForeignKey = measuredScan(
  (table) => listNewConstraints(table, "f").length > 0,
  "while its rows are checked against the foreign key",
);
export const measuredCheck = measuredScan(
  (table) => listNewConstraints(table, "c").length > 0,
  "while its rows are checked",
);
export const measuredNotNull = measuredScan(
  (table) => pairColumns(table).some(({ old, now }) => now?.notNull === true && !old.notNull),
  "while its rows are checked for NULL",
);

export const measuredUpdate: FindMeasured = findInTables((table, step) => {
  const { now, before, name } = table;
  if (now === undefined || now.updated + now.deleted <= before.updated + before.deleted) return undefined;
  const time = phraseDuration(step.sizeOf(name), "rewrite");
  return `One step writes rows of ${name} and locks them until the end${time}. Instead: op.backfill.`;
});

export const measuredTableDrop: FindMeasured = findInTables(({ before, now, name }) =>
  before.kind === "r" && now === undefined ? `All rows of ${name} are lost.` : undefined,
);

export const measuredColumnDrop: FindMeasured = findInTables((table) => {
  const gone = pairColumns(table).filter(({ now }) => now === undefined);
  if (table.now === undefined || gone.length === 0) return undefined;
  return `The values of ${joinNames(gone.map(({ old }) => `${table.name}.${old.name}`))} are lost.`;
});

export const measuredColumnRename: FindMeasured = findInTables((table) => {
  const found = pairColumns(table).find(({ old, now }) => now !== undefined && now.name !== old.name);
  if (found === undefined) return undefined;
  return `Code that still uses ${table.name}.${found.old.name} fails from now on: the name is now ${found.now?.name}.`;
});

export const measuredTableRename: FindMeasured = findInTables(({ name, before, now }) => {
  if (now === undefined || (now.name === before.name && now.schema === before.schema)) return undefined;
  return `Code that still uses ${name} fails from now on: the name is now ${now.name}.`;
});

function phraseWait(table: MeasuredTable, step: ReviewedStep, work: Work, why: string): string {
  if (table.lock === "ACCESS EXCLUSIVE") return phraseBlock(step, table.name, work, why);
  return `Writes to ${table.name} wait ${why}${phraseDuration(step.sizeOf(table.name), work)}.`;
}
