import { createRequire } from "node:module";
import { type CompareOptions, type Comparison, compare } from "../compare/compare.ts";
import { type Drift, readDrift } from "../compare/drift.ts";
import { readSurroundings } from "../compare/surroundings.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { addRevision } from "../history/add.ts";
import { isRelative } from "../history/names.ts";
import type { Revision } from "../history/revision.ts";
import { isFolderOfTypeorm } from "../load/typeorm-migrations.ts";
import { fileName, newId, refuseBuilt } from "../revision/folder.ts";
import { type Draft, renderRevision } from "../revision/render.ts";
import { folderOfTypeorm } from "../revision/typeorm-files.ts";
import type { Change } from "../schema/operation.ts";
import { findQuestions } from "../state/open-questions.ts";
import { countQuestions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { refuseUnlessAtHead } from "../state/sync-status.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import { refuseIdleAnswers } from "./answers.ts";
import { writeFormatted } from "./write-formatted.ts";

/** What a new revision should be. */
export interface ReviseOptions extends CompareOptions {
  readonly message: string;
  /** Fill it with the difference between the models and the database. */
  readonly autogenerate?: boolean;
  /** Names of the revisions that it follows; by default the head. */
  readonly head?: readonly string[];
  /** It may follow a revision that another one follows already. */
  readonly splice?: boolean;
  readonly branchLabels?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly revisionId?: string;
  /** Rewrites the changes of `upgrade` before they are written. */
  readonly rewrite?: (upgrade: readonly Change[]) => Promise<readonly Change[]>;
  /** Write nothing. */
  readonly dryRun?: boolean;
}

/** A revision that was written; with a dry run, that would be written. */
export interface Revised {
  readonly revision: Revision;
  readonly text: string;
  /** How many questions it asks, in either direction. */
  readonly questions: number;
  readonly comparison?: Comparison;
  /** Changes of the database that no revision made; this revision may contain them. */
  readonly drift?: Drift;
}

/**
 * Writes a new revision file, empty or with the difference between the models and the database.
 * @param session the project and the database
 * @param options see {@link ReviseOptions}
 * @returns the revision; only the comparison if models and database agree, since nothing is written then
 * @throws RemodelError `FOLDER_TYPEORM`, `NOT_AT_HEAD`, `DATABASE_AHEAD`, `GRAPH_HEADS`, `REVISION_DUPLICATE`, `USAGE` for answers to nothing
 */
export async function revise(
  session: Session,
  options: ReviseOptions,
): Promise<Revised | { readonly comparison: Comparison }> {
  refuseBuilt(session.folder);
  const added = await planRevision(session, options);
  if (options.autogenerate) return await reviseByComparison(session, options, added);
  if (options.renamed?.length || options.dropped?.length) throw needsAutogenerate();
  return write(session, options, { ...added, upgrade: [], downgrade: [] });
}

/** The new revision in the history, still without operations. */
async function planRevision(
  session: Session,
  { message, head, splice, branchLabels, dependsOn, revisionId }: ReviseOptions,
): Promise<Revision> {
  const isRelativeToDatabase = [...(head ?? []), ...(dependsOn ?? [])].some(isRelative);
  const current = isRelativeToDatabase ? await readKnownIds(session) : undefined;
  const added = {
    id: revisionId ?? newId(),
    message,
    file: "",
    ...dropUndefined({ down: head }),
    ...(branchLabels?.length && { branchLabels }),
    ...(dependsOn?.length && { dependsOn }),
  };
  return addRevision(session.graph(), added, {
    ...(splice && { splice }),
    ...dropUndefined({ current }),
  }).revision;
}

async function reviseByComparison(
  session: Session,
  options: ReviseOptions,
  added: Revision,
): Promise<Revised | { readonly comparison: Comparison }> {
  await refuseFolderOfTypeorm(session);
  await refuseUnlessAtHead(session);
  const { comparison, drift } = await compareAtHead(session, options);
  refuseIdleAnswers(comparison, options);
  if (comparison.upgrade.length === 0) return { comparison };
  const { downgrade } = comparison;
  const upgrade = (await options.rewrite?.(comparison.upgrade)) ?? comparison.upgrade;
  const revised = write(session, options, { ...added, upgrade, downgrade });
  return { ...revised, comparison, ...dropUndefined({ drift }) };
}

/** The options are kept for the next command, so for this TypeORM need not be loaded. */
async function refuseFolderOfTypeorm({ options, home, folder }: Session): Promise<void> {
  const project = { dataSource: { options: await options() }, folder: home };
  if (isFolderOfTypeorm(project, folder)) throw folderOfTypeorm(folder);
}

/** Writes the file, unless the run is dry. */
function write(session: Session, { message, dryRun }: ReviseOptions, draft: Draft): Revised {
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const rendered = renderRevision(draft, morph);
  const name = fileName(draft.id, message, session.settings.fileTemplate);
  const { file, text } = dryRun ? { file: "", text: rendered } : writeFormatted(session, name, rendered);
  const { upgrade: _, downgrade: __, ...revision } = draft;
  return { revision: { ...revision, file }, text, questions: countQuestions(findQuestions(file, text)) };
}

/** Compares the models with a database that has every revision, also while its catalog is read. */
async function compareAtHead(
  session: Session,
  options: CompareOptions,
): Promise<{ readonly comparison: Comparison; readonly drift: Drift | undefined }> {
  const surroundings = await readSurroundings(session);
  const atSnapshot = () => refuseUnlessAtHead(session);
  const comparison = await compare(session, options, { surroundings, atSnapshot });
  return { comparison, drift: await readDrift(session, surroundings) };
}

function needsAutogenerate(): RemodelError {
  return new RemodelError("USAGE", "These answers need --autogenerate, which compares the models with the database.", {
    hint: "Add --autogenerate.",
  });
}
