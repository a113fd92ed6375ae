import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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
import { fileName, newId, type RevisionFile } from "../revision/folder.ts";
import { renderRevision } from "../revision/render.ts";
import type { Operation } from "../schema/operation.ts";
import { findQuestions } from "../state/open-questions.ts";
import { countQuestions, loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import { type Baseline, type Carried, makeBaseline } from "./baseline.ts";
import { type AddedConfig, type ConfigEdit, chooseFolder, planConfig, writeConfig } from "./choose-folder.ts";
import { inFolder } from "./in-folder.ts";
import { type LiveDatabase, readLiveDatabase } from "./live.ts";
import { noteRowsLeftOut, readLookupRows } from "./lookup-rows.ts";
import { noteIgnored, readTypeormState, refusePending, type TypeormState } from "./pending.ts";
import { proveBaseline } from "./prove-baseline.ts";
import { wrapMigrations } from "./wrap.ts";

/** How a database is adopted. */
export interface AdoptOptions {
  /** The folder the command is run in. */
  readonly cwd: string;
  readonly message?: string;
  readonly revisionId?: string;
  /** The command line names the folder of the revisions. */
  readonly isFolderGiven?: boolean;
  /** One revision that runs the old migration classes. */
  readonly wrap?: boolean;
  /** Lookup tables whose rows are taken along. */
  readonly rows?: readonly string[];
  /** Where it is proved: `pglite`, or the URL of a server. */
  readonly on?: string;
  readonly ignorePending?: boolean;
  /** Names that TypeORM computes replace those of the database. */
  readonly renameAll?: boolean;
  /** Write nothing. */
  readonly dryRun?: boolean;
  /** Called before each step that takes long. */
  readonly onStep?: (text: string) => void;
  /** Aborted: the proof ends at once, and nothing is written. */
  readonly signal?: AbortSignal;
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
  /** Where it was proved. */
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

/** What `adopt --json` prints. Files are relative to the folder in which it is run. */
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
  if (!options.ignorePending) refusePending(typeorm);
  const base = await findBase(place);
  const left = base && (await listLeftBefore(place, base));
  const exclude = place.settings.exclude.filter((name) => left?.includes(name) !== true);
  const whole = inFolder(place, folder, { exclude });
  const live = await readLiveDatabase(whole);
  const drafted = base === undefined ? await draft(whole, live, typeorm, options) : await readBack(whole, live, base);
  const isAhead = base !== undefined && (await readKnownIds(place)).some((id) => id !== base.id);
  options.onStep?.("Proving the baseline in a throwaway database");
  const proof = isAhead ? undefined : await prove(whole, live, drafted, options);
  const notes = [
    ...(base === undefined ? noteIgnored(typeorm) : []),
    ...(proof?.notes ?? []),
    ...(base === undefined ? [] : noteRowsLeftOut(drafted.carried, options.rows)),
  ];
  const found = { drafted, live, typeorm, notes, on: proof?.on ?? "" };
  const config: AddedConfig = configured === undefined || base !== undefined ? {} : { migrations: configured };
  return await write(place, found, { ...options, config, isAhead, left });
}

async function readUpgrade({ loader }: Session, revision: Revision): Promise<readonly Operation[]> {
  return (await loadRevision(loader, revision)).upgrade.map(({ operation }) => operation);
}

/** The tables that the baseline makes, and that an earlier run excluded. */
async function listLeftBefore(session: Session, base: Revision): Promise<readonly string[]> {
  const steps = await readUpgrade(session, base);
  const made = new Set(steps.flatMap((step) => (does(step, "create", "table") ? [step.target?.name] : [])));
  return session.settings.exclude.filter((name) => made.has(name)).sort();
}

/**
 * The base of a history that is there already.
 * @throws RemodelError `USAGE` for a history to which the database does not belong yet
 */
async function findBase(session: Session): Promise<Revision | undefined> {
  const graph = session.graph();
  if (graph.revisions.size === 0) return undefined;
  const [base, ...others] = bases(graph);
  const applied = await readKnownIds(session);
  const isOurs = base !== undefined && others.length === 0 && (graph.revisions.size === 1 || applied.includes(base.id));
  if (isOurs) return base;
  throw new RemodelError("USAGE", `There are revisions in ${session.folder} already, so adopt adds nothing.`, {
    hint: "If the database already has everything that they create, use remodel stamp head; if not, remodel upgrade. To find out, run: remodel check",
  });
}

/** A baseline with the file that it is, or is going to be. */
interface Drafted extends Pick<Baseline, "carried" | "notCarried" | "roles"> {
  readonly id: string;
  /** The name of the file. */
  readonly name: string;
  /** The text for the folder of the revisions, and for any other. */
  readonly text: string;
  readonly portable: string;
  /** The file, if it was written before. */
  readonly file?: string;
}

async function draft(
  session: Session,
  live: LiveDatabase,
  typeorm: TypeormState,
  options: AdoptOptions,
): Promise<Drafted> {
  const { revisionId = newId(), message = "Baseline", wrap } = options;
  const name = fileName(revisionId, message, session.settings.fileTemplate);
  const { notCarried, carried, roles, upgrade, downgrade } = await makeParts(session, live, options);
  const known = { id: revisionId, name, carried: wrap ? [] : carried, notCarried: wrap ? [] : notCarried, roles };
  if (wrap)
    return {
      ...known,
      ...wrapMigrations(await session.project(), session.folder, typeorm.migrations, { id: revisionId, message }),
    };
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const text = renderRevision({ id: revisionId, down: [], message, upgrade, downgrade }, morph);
  return { ...known, text, portable: text };
}

/** The baseline, with the tables that are left out among what is not carried. */
async function makeParts(session: Session, live: LiveDatabase, { rows = [] }: AdoptOptions): Promise<Baseline> {
  const server = await session.server();
  const nodes = await readLookupRows(await session.connection(), server, live, rows);
  const { schemas: declared } = await session.models();
  const made = makeBaseline({ schema: live.schema, found: live.found, own: server.schema, declared }, nodes);
  return { ...made, notCarried: [...made.notCarried, ...live.leftOut] };
}

/** A baseline that was written before. Of one that runs code, nothing more is known. */
async function readBack(session: Session, live: LiveDatabase, base: Revision): Promise<Drafted> {
  const { id, file } = base;
  const steps = await readUpgrade(session, base);
  const filled = steps.flatMap((step) => (does(step, "insert", "table") && step.target ? [step.target.name] : []));
  const rows = filled.filter((name) => live.schema.tables?.some((table) => table.name === name));
  const isWrapped = steps.some(({ custom }) => custom === "code");
  const { carried, notCarried, roles } = await makeParts(session, live, { cwd: "", rows });
  const text = session.files().find((one) => one.file === file)?.text ?? "";
  const known = isWrapped ? { carried: [], notCarried: [] } : { carried, notCarried };
  return { ...known, id, name: basename(file), text, portable: text, roles, file };
}

/** What a revision imports is found from the folder of the project only. */
async function prove(session: Session, live: LiveDatabase, drafted: Drafted, { on, wrap, signal }: AdoptOptions) {
  const { name, portable, roles, file: existing } = drafted;
  const place = { ...dropUndefined({ on, signal }), roles };
  if (existing !== undefined) return await proveBaseline(session, [{ file: existing, text: portable }], live, place);
  const home = wrap ? (await session.project()).folder : tmpdir();
  const folder = mkdtempSync(join(home, wrap ? ".remodel-adopt-" : "remodel-adopt-"));
  try {
    const file: RevisionFile = { file: join(folder, name), text: portable };
    writeFileSync(file.file, portable);
    return await proveBaseline(session, [file], live, place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  /** The database has more revisions than the baseline. */
  readonly isAhead: boolean;
  /** The tables that an earlier run left alone; `undefined` if there is no revision yet. */
  readonly left: readonly string[] | undefined;
}

async function write(session: Session, found: Found, options: WriteOptions): Promise<Adopted> {
  const { drafted, typeorm, notes, on } = found;
  const { carried, notCarried, id, name, text } = drafted;
  const { keptNames, leftAlone } = await readWithoutModel(session, options);
  const added = {
    ...options.config,
    ...(keptNames > 0 && !session.settings.keepNames && { keepNames: true as const }),
    ...(options.left === undefined && leftAlone.length > 0 && { exclude: leftAlone }),
  };
  const edit = planConfig(await session.project(), options.cwd, added);
  const wasAdopted = (await readKnownIds(session)).includes(id);
  const hasMigrations = typeorm.migrations.length > 0;
  const known = { carried, notCarried, on, proved: on !== "", wasAdopted, keptNames, leftAlone, hasMigrations, notes };
  const settings = { ...session.settings, ...(added.keepNames && { keepNames: true }) };
  const changed = { ...settings, exclude: [...settings.exclude, ...leftAlone] };
  const place = inFolder(session, session.folder, changed);
  const file = join(session.folder, name);
  if (options.dryRun) {
    const { upgrade } = await compare(place);
    return { ...known, baseline: { revision: id, file }, stamped: false, differs: upgrade.length > 0 };
  }
  if (options.left === undefined) writeAll(session, name, text, edit);
  const stamped = inFolder(place, place.folder);
  if (!wasAdopted) await stamp(stamped, [id], { onlyEmpty: true });
  const next = await writeNext(stamped);
  const config = edit === undefined ? {} : { config: edit.file };
  return { ...known, baseline: { revision: id, file }, stamped: true, ...config, ...next };
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
  { renameAll, left }: Pick<WriteOptions, "renameAll" | "left">,
): Promise<Pick<Adopted, "keptNames" | "leftAlone">> {
  const { upgrade, live } = await compare(inFolder(session, session.folder, { keepNames: false }));
  const tables = upgrade.flatMap(({ question }) => (question?.asks === "unknown table" ? [question.subject.name] : []));
  return { keptNames: renameAll ? 0 : findKeptNames(upgrade, live).length, leftAlone: left ?? tables.sort() };
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
