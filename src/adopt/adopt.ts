import { join } from "node:path";
import { revise } from "../author/revise.ts";
import { stamp } from "../author/stamp.ts";
import { writeFormatted } from "../author/write-formatted.ts";
import { compare } from "../compare/compare.ts";
import { findKeptNames } from "../compare/kept-names.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { bases } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import { findQuestions } from "../state/open-questions.ts";
import { countQuestions, type LoadedRevision, loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readKnownChecksum } from "../state/state.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import type { Carried } from "./baseline.ts";
import { type AddedConfig, type ConfigEdit, chooseFolder, planConfig, writeConfig } from "./choose-folder.ts";
import { type BaselineOptions, type Drafted, draft, prove, readBack } from "./draft.ts";
import { inFolder } from "./in-folder.ts";
import { type LiveDatabase, readLiveDatabase } from "./live.ts";
import { noteRowsLeftOut } from "./lookup-rows.ts";
import { noteIgnored, readTypeormState, refusePending, type TypeormState } from "./pending.ts";
import type { BaselineProof } from "./prove-baseline.ts";

/** How a database is adopted. */
export interface AdoptOptions extends BaselineOptions {
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The command line names the folder of the revisions. */
  readonly isFolderGiven?: boolean;
  readonly ignorePending?: boolean;
  /** Names that TypeORM computes replace those of the database. */
  readonly renameAll?: boolean;
  /** Write nothing. */
  readonly dryRun?: boolean;
  /** Called before each step that takes long. */
  readonly onStep?: (text: string) => void;
}

/** A file of a revision. */
export interface WrittenRevision {
  readonly revision: string;
  readonly file: string;
}

/** What became of a database that is adopted. */
export interface Adopted {
  readonly baseline: WrittenRevision;
  readonly carried: readonly Carried[];
  readonly notCarried: readonly (Carried & { readonly why: string })[];
  readonly proved: boolean;
  readonly stamped: boolean;
  /** The revision that leads from the database to the models, where they differ. */
  readonly next?: WrittenRevision & { readonly todos: number };
  /** Whether models and database differ. */
  readonly differs: boolean;
  /** Where it was proved; empty if it was not proved again. */
  readonly on: string;
  /** The database was adopted before. */
  readonly wasAdopted: boolean;
  /** The file in which the configuration was written. */
  readonly config?: string;
  /** How many names of the database are kept. */
  readonly keptNames: number;
  /** Tables of the database that no model declares; the configuration excludes them. */
  readonly leftAlone: readonly string[];
  /** Whether the project has migrations of TypeORM. */
  readonly hasMigrations: boolean;
  readonly notes: readonly string[];
}

/** What `adopt --json` prints. */
export type AdoptOutput = Pick<Adopted, "baseline" | "carried" | "notCarried" | "proved" | "stamped" | "next">;

/**
 * Makes the history of a database that has its tables already: a baseline that is proved, and the database stamped with
 * it. No object of the database is touched.
 * @param session the project and the database
 * @throws RemodelError `TYPEORM_PENDING`, `FOLDER_TYPEORM`, `BASELINE_UNPROVED`, `EXTENSION_MISSING`, `CANCELLED`,
 * `USAGE`
 */
export async function adopt(session: Session, options: AdoptOptions): Promise<Adopted> {
  const project = await session.project();
  const request = { project, cwd: options.cwd, folder: session.folder, isGiven: options.isFolderGiven === true };
  const { folder, configured } = chooseFolder(request);
  const place = inFolder(session, folder);
  const typeorm = await readTypeormState(await session.connection(), await session.server(), project);
  if (!options.ignorePending) refusePending(typeorm, project.file);
  const earlier = await findEarlier(place);
  const exclude = place.settings.exclude.filter((name) => earlier?.left.includes(name) !== true);
  const whole = inFolder(place, folder, { exclude });
  const live = await readLiveDatabase(whole);
  const drafted =
    earlier === undefined ? await draft(whole, live, typeorm, options) : await readBack(whole, live, earlier.base);
  options.onStep?.("Proving the baseline in a throwaway database");
  const { on, notes } = await proveUnlessChanged(earlier, () => prove(whole, live, drafted, options));
  const about = earlier === undefined ? noteIgnored(typeorm) : noteRowsLeftOut(drafted.carried, options.rows);
  const found = { drafted, live, typeorm, notes: [...about, ...notes], on };
  const config: AddedConfig = configured === undefined || earlier !== undefined ? {} : { migrations: configured };
  return await write(place, found, { ...options, config, earlier });
}

/** What an earlier run has left. */
interface Earlier {
  readonly base: LoadedRevision;
  /** The tables that it left alone. */
  readonly left: readonly string[];
  /** The database has it. */
  readonly isApplied: boolean;
  /** The database has more revisions than the baseline. */
  readonly isAhead: boolean;
  /** The operations of the baseline are those that ran here, or that made what the database had when it was adopted. */
  readonly wasProved: boolean;
}

async function findEarlier(session: Session): Promise<Earlier | undefined> {
  if (session.graph().revisions.size === 0) return undefined;
  const applied = await readKnownIds(session);
  const base = await loadRevision(session.loader, findBase(session, applied));
  const { id } = base.revision;
  const checksum = await readKnownChecksum(await session.connection(), await session.state(), id);
  const isAhead = applied.some((one) => one !== id);
  const isApplied = applied.includes(id);
  return { base, left: listLeftBefore(session, base), isApplied, isAhead, wasProved: checksum === base.checksum };
}

/** Proves a baseline, but for a database that has changed since it was adopted: then nothing is wrong with its baseline. */
async function proveUnlessChanged(
  earlier: Earlier | undefined,
  proveNow: () => Promise<BaselineProof>,
): Promise<Pick<BaselineProof, "on" | "notes">> {
  if (earlier?.isAhead) return { on: "", notes: [] };
  try {
    return await proveNow();
  } catch (error) {
    const isUnproved = error instanceof RemodelError && error.code === "BASELINE_UNPROVED";
    if (isUnproved && earlier?.isApplied === false) throw explainOther(error, earlier.base.revision);
    if (!isUnproved || !earlier?.wasProved) throw error;
    return { on: "", notes: [CHANGED] };
  }
}

/** A revision that is not applied need not be a baseline. */
function explainOther({ code, message, details, cause }: RemodelError, { id }: Revision): RemodelError {
  return new RemodelError(code, message, {
    hint: `Nothing was written. ${id} is the only revision in the folder, and this database does not have it. To apply it, run: remodel upgrade\nTo make another baseline, delete its file first.`,
    ...dropUndefined({ details, cause }),
  });
}

const CHANGED =
  "The database has changed since it was adopted, so its baseline no longer makes all that it has. The baseline itself was not edited. To compare the models with the database, run: remodel check";

/** The tables that the baseline makes, and that an earlier run excluded. */
function listLeftBefore(session: Session, { upgrade }: LoadedRevision): readonly string[] {
  const made = new Set(
    upgrade.flatMap(({ operation }) => (does(operation, "create", "table") ? [operation.target?.name] : [])),
  );
  return session.settings.exclude.filter((name) => made.has(name)).sort();
}

/**
 * The base of a history that is there already.
 * @throws RemodelError `USAGE` for a history to which the database does not belong yet
 */
function findBase(session: Session, applied: readonly string[]): Revision {
  const graph = session.graph();
  const [base, ...others] = bases(graph);
  const isOurs = base !== undefined && others.length === 0 && (graph.revisions.size === 1 || applied.includes(base.id));
  if (isOurs) return base;
  throw new RemodelError("USAGE", `There are revisions in ${session.folder} already, so adopt adds nothing.`, {
    hint: "If the database already has everything that they create, use remodel stamp head; if not, remodel upgrade. To find out, run: remodel check",
  });
}

/** What is known once the baseline is proved. */
interface Found {
  readonly drafted: Drafted;
  readonly live: LiveDatabase;
  readonly typeorm: TypeormState;
  readonly notes: readonly string[];
  readonly on: string;
}

interface WriteOptions extends AdoptOptions {
  readonly config: AddedConfig;
  readonly earlier: Earlier | undefined;
}

async function write(session: Session, found: Found, options: WriteOptions): Promise<Adopted> {
  const { drafted, typeorm, notes, on } = found;
  const proved = on !== "" || options.earlier?.wasProved === true;
  const { id, name, text } = drafted;
  // What a database has that has changed since, its baseline need not have.
  const { carried, notCarried } = on === "" ? { carried: [], notCarried: [] } : drafted;
  const { keptNames, leftAlone } = await readWithoutModel(session, options);
  const added = extendConfig(session, options, { keptNames, leftAlone });
  const edit = planConfig(await session.project(), options.cwd, added);
  const wasAdopted = (await readKnownIds(session)).includes(id);
  const hasMigrations = typeorm.migrations.length > 0;
  const known = { carried, notCarried, on, proved, wasAdopted, keptNames, leftAlone, hasMigrations, notes };
  const settings = { ...session.settings, ...(added.keepNames && { keepNames: true }) };
  const changed = { ...settings, exclude: [...settings.exclude, ...leftAlone] };
  const place = inFolder(session, session.folder, changed);
  const file = join(session.folder, name);
  if (options.dryRun) {
    const { upgrade } = await compare(place);
    return { ...known, baseline: { revision: id, file }, stamped: false, differs: upgrade.length > 0 };
  }
  if (options.earlier === undefined) writeAll(session, name, text, edit);
  const stamped = inFolder(place, place.folder);
  if (!wasAdopted) await stampProved(stamped, id);
  const next = await writeNext(stamped);
  const config = edit === undefined ? {} : { config: edit.file };
  return { ...known, baseline: { revision: id, file }, stamped: true, ...config, ...next };
}

/** The configuration that is added: names that the models do not give are kept, and tables that no model declares left alone. */
function extendConfig(
  { settings }: Session,
  { config, earlier }: WriteOptions,
  { keptNames, leftAlone }: Pick<Adopted, "keptNames" | "leftAlone">,
): AddedConfig {
  return {
    ...config,
    ...(keptNames > 0 && !settings.keepNames && { keepNames: true as const }),
    ...(earlier === undefined && leftAlone.length > 0 && { exclude: leftAlone }),
  };
}

async function stampProved(session: Session, id: string): Promise<void> {
  const { checksum } = await loadRevision(session.loader, session.graph().given.get(id)!);
  await stamp(session, [id], { onlyEmpty: true, proved: new Map([[id, checksum]]) });
}

function writeAll(session: Session, name: string, text: string, edit: ConfigEdit | undefined): void {
  writeFormatted(session, name, text);
  if (edit !== undefined) writeConfig(edit);
}

/**
 * What the database has that no model declares, and that stays as it is: names of constraints and indexes that would only
 * change to those that TypeORM computes, and, where the history is new, whole tables. Whether a table was renamed is a
 * question of the next revision.
 */
async function readWithoutModel(
  session: Session,
  { renameAll, earlier }: Pick<WriteOptions, "renameAll" | "earlier">,
): Promise<Pick<Adopted, "keptNames" | "leftAlone">> {
  const { upgrade, live } = await compare(inFolder(session, session.folder, { keepNames: false }));
  const tables = upgrade.flatMap(({ question }) => (question?.asks === "unknown table" ? [question.subject.name] : []));
  return { keptNames: renameAll ? 0 : findKeptNames(upgrade, live).length, leftAlone: earlier?.left ?? tables.sort() };
}

/** Writes the revision that leads to the models, unless it is there already. */
async function writeNext(session: Session): Promise<Pick<Adopted, "next" | "differs">> {
  const applied = new Set(await readKnownIds(session));
  const [pending] = [...session.graph().revisions.values()].filter(({ id }) => !applied.has(id));
  if (pending !== undefined) {
    const text = session.files().find(({ file }) => file === pending.file)?.text ?? "";
    const todos = countQuestions(findQuestions(pending.file, text));
    return { differs: true, next: { revision: pending.id, file: pending.file, todos } };
  }
  const revised = await revise(session, { message: "Models", autogenerate: true });
  if (!("revision" in revised)) return { differs: false };
  const { revision, questions } = revised;
  return { differs: true, next: { revision: revision.id, file: revision.file, todos: questions } };
}
