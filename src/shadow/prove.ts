import { collect } from "../collect.ts";
import { compare } from "../compare/compare.ts";
import { RemodelError } from "../errors.ts";
import { downgrade, upgrade } from "../run/run.ts";
import { shortName } from "../sql.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type Accepted, listTaken } from "./accepted.ts";
import { compareCatalogs, describeChanges } from "./compare-catalogs.ts";
import { findUndeclared } from "./declared-losses.ts";
import { describeWorkDifference, findUndeclaredWork } from "./declared-work.ts";
import { type ColumnFate, type ContentFates, findColumnFates } from "./fates.ts";
import type { Filled } from "./fill.ts";
import { findReturned, findUpgradeLosses, isDifferent, type LostColumns, listFates, nameColumn } from "./losses.ts";
import { createRunMeter, type RunMeter } from "./measure-run.ts";
import type { NotedCatalog } from "./noted-catalog.ts";
import { listOwnTables } from "./own-tables.ts";
import type { Grade, NotProved, Proof } from "./proof.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { tryTo } from "./try-to.ts";

/** Where a revision is tried: the database is at the revisions before it, and its tables are filled. */
export interface Trial {
  /** The project with the throwaway as its database. */
  readonly session: Session;
  readonly loaded: LoadedRevision;
  readonly filled: Filled;
  readonly noted: NotedCatalog;
  /** What may be lost. */
  readonly accepted: Accepted;
  /** The models belong to this revision: it is the only head. */
  readonly isHead: boolean;
}

/** What is measured while the revision runs. */
type Measuring = Trial & { readonly meter: RunMeter };

/** The way up: what was before and after it. */
interface Upgraded {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly fates: ContentFates;
}

/** The way back, and up again. */
interface Back {
  /** Columns that have the values from before the upgrade again. */
  readonly restored: ReadonlySet<string>;
  /** Columns that have not. */
  readonly missing: ReadonlyMap<string, ReadonlySet<string>>;
  readonly grade?: "irreversible";
  readonly labels: readonly string[];
  readonly notProved: readonly NotProved[];
}

/** See `leaveOutRows`. */
const IF_ROWS =
  'These rows are made up. If your databases have none like them, write op.accept("rows-in-the-way", "the reason") before the operation.';

/** Proves a revision: up, down, and up again. The database is upgraded afterwards if all of it could be run. */
export async function proveRevision(tried: Trial): Promise<Proof> {
  const { session, loaded, filled, noted } = tried;
  const { id, message } = loaded.revision;
  const { schema: own } = await session.server();
  const meter = createRunMeter({ own, leave: await listOwnTables(session) });
  const trial = { ...tried, meter };
  const base = { revision: id, message, tables: filled.filled, isTried: true as const };
  const unfilled = filled.unfilled.map(({ table, reason }) => ({ table, reason: `it could not be filled: ${reason}` }));
  const before = await readSnapshot(session, noted.schema());
  const failure = await tryTo(
    "The upgrade failed",
    () => upgrade(session, id, { observer: { ...meter.observer("upgrade"), ...noted.next() } }),
    IF_ROWS,
  );
  if (failure !== undefined) return { ...base, proved: false, notProved: [...unfilled, failure] };
  const after = await readSnapshot(session, noted.schema());
  const up = { before, after, fates: findColumnFates(before.content, after.content) };
  const differing = trial.isHead ? await compareWithModels(session) : [];
  const back = await goBack(trial, up);
  const lost = await findUpgradeLosses(await session.connection(), up.fates, back);
  const work = findUndeclaredWork(meter.steps(), own);
  const notProved = [
    ...unfilled,
    ...work.map((one) => ({ table: one.on, reason: describeWorkDifference(one) })),
    ...differing,
    ...findUndeclared(up.fates, lost, addTaken(trial, before), own),
    ...back.notProved,
  ];
  return {
    ...base,
    proved: notProved.length === 0,
    upgrade: gradeUpgrade(lost, own),
    ...(back.notProved.length === 0 && { downgrade: gradeDowngrade(back, lost, own) }),
    fates: up.fates,
    notProved,
    work,
  };
}

function addTaken({ accepted, meter }: Measuring, { content }: Snapshot): Accepted {
  const names = new Set([...accepted.names, ...listTaken(accepted, meter.steps(), content)]);
  return { ...accepted, names };
}

function gradeUpgrade(lost: LostColumns, own: string): Grade {
  const loses = [...lost.keys()].map((name) => shortName(name, own));
  return { grade: loses.length === 0 ? "lossless" : "loses", loses };
}

/** What the upgrade lost is not lost by the downgrade. */
function gradeDowngrade({ grade, labels, missing }: Back, lost: LostColumns, own: string): Grade {
  if (grade !== undefined || labels.length > 0) return { grade: "irreversible", loses: labels };
  const loses = [...missing.keys()].filter((name) => !lost.has(name)).map((name) => shortName(name, own));
  return { grade: loses.length === 0 ? "lossless" : "loses", loses };
}

async function goBack(trial: Measuring, up: Upgraded): Promise<Back> {
  const { session, loaded, meter, noted } = trial;
  const none = {
    restored: new Set<string>(),
    missing: new Map<string, ReadonlySet<string>>(),
    labels: [],
    notProved: [],
  };
  if (loaded.downgrade.some(({ operation }) => operation.note === "no way back"))
    return { ...none, grade: "irreversible" };
  const failure = await tryTo("The downgrade failed", () =>
    downgrade(session, "-1", { observer: { ...meter.observer("downgrade"), ...noted.next() } }),
  );
  if (failure !== undefined) return { ...none, notProved: [failure] };
  const down = await readSnapshot(session, noted.schema());
  const { schema: own } = await session.server();
  const returned = findReturned(up.before.content, down.content);
  const { statements, labels } = compareCatalogs(down.schema, up.before.schema);
  const differing = [
    ...describeDifference("After the downgrade the catalog is not the one before the upgrade", statements),
    ...returned.misplaced.map((fate) => describeMisplaced(fate, own)),
  ];
  const again = await tryTo("The second upgrade failed", () =>
    upgrade(session, loaded.revision.id, { observer: noted.next() }),
  );
  if (again !== undefined) return { ...none, ...returned, labels, notProved: [...differing, again] };
  const last = await readSnapshot(session, noted.schema());
  return { ...returned, labels, notProved: [...differing, ...compareAgain(up, last, returned.missing)] };
}

function describeMisplaced({ table, column, to = "" }: ColumnFate, own: string): NotProved {
  return { table, reason: `the values of ${column} are in ${shortName(to, own)} after the downgrade` };
}

/** The second upgrade must give the same as the first, but for what the way back lost and for new values. */
function compareAgain(up: Upgraded, again: Snapshot, missing: Back["missing"]): readonly NotProved[] {
  const { statements } = compareCatalogs(again.schema, up.after.schema);
  const fresh = up.fates.created.map(nameColumn);
  const gone = listFates(up.fates).filter((fate) => missing.has(nameColumn(fate)));
  const left = new Set([...fresh, ...gone.map((fate) => fate.to ?? nameColumn(fate))]);
  const changed = listFates(findColumnFates(up.after.content, again.content)).filter(
    (fate) => isDifferent(fate) && !left.has(nameColumn(fate)),
  );
  return [
    ...describeDifference("The second upgrade gives another catalog than the first", statements),
    ...findMoreRows(up.after.content, again.content),
    ...changed.map(({ table, column }) => ({ table, reason: `${column} has other values after the second upgrade` })),
  ];
}

/** Rows that the downgrade left, and that the second upgrade inserted again. */
function findMoreRows(first: Snapshot["content"], again: Snapshot["content"]): readonly NotProved[] {
  return again.flatMap(({ name: table, rows: { length } }) => {
    const before = first.find(({ name }) => name === table)?.rows.length ?? length;
    const reason = `it has ${before} rows after the first upgrade, and ${length} after the second`;
    return collect(length > before && { table, reason });
  });
}

/**
 * Reads the models of a project. It may have revisions and no models: revisions and a URL are enough for a run.
 * @returns whether there are any
 * @throws RemodelError such as `MODELS_EMPTY`
 */
export async function readOwnModels(session: Session): Promise<boolean> {
  if (!(await hasModels(session))) return false;
  await session.models();
  return true;
}

async function compareWithModels(session: Session): Promise<readonly NotProved[]> {
  if (!(await readOwnModels(session))) return [];
  const { upgrade: changes } = await compare(session);
  return describeDifference("The models still differ from the catalog", describeChanges(changes));
}

async function hasModels(session: Session): Promise<boolean> {
  try {
    await session.project();
    return true;
  } catch (error) {
    if (error instanceof RemodelError && error.code === "CONFIG_NOT_FOUND") return false;
    throw error;
  }
}

function describeDifference(what: string, statements: readonly string[]): readonly NotProved[] {
  if (statements.length === 0) return [];
  const [first, ...more] = statements;
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return [{ reason: `${what}. It lacks: ${first}${rest}` }];
}
