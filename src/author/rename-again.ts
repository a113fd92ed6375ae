import { readFileSync } from "node:fs";
import type { Comparison } from "../compare/compare.ts";
import type { RenameAnswers } from "../diff/rename-candidates.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { buildGraph } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import { phraseQuestion } from "../kinds/question-text.ts";
import { readHeaders } from "../revision/folder.ts";
import type { Operation } from "../schema/operation.ts";
import { findQuestions } from "../state/open-questions.ts";
import { createStateReaders, type Session } from "../state/session.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import { joinNames } from "../words.ts";
import { replaceFile } from "./replace.ts";
import { readOpenTodos } from "./resolve.ts";
import { type Revised, type ReviseOptions, revise } from "./revise.ts";
import { resolveRevisions } from "./todos.ts";
import { formatFile, isFormattedAlike } from "./write-formatted.ts";

/**
 * Does {@link renameAgain} for the one revision that has open questions.
 * @param name the revision; by default the only one
 * @returns the revision
 * @throws RemodelError `USAGE` if no revision has open questions, or several have
 */
export async function renameInOpen(
  session: Session,
  name: string | undefined,
  renamed: readonly Rename[],
): Promise<Revision> {
  const open = (await resolveRevisions(session, name)).filter((one) => readOpenTodos(one).length > 0);
  const [revision, ...others] = open;
  if (revision === undefined)
    throw new RemodelError("USAGE", "No question is open, so there is nothing to rename instead.", {
      hint: "Change the lines in the file: remodel edit REVISION",
    });
  if (others.length > 0)
    throw new RemodelError(
      "USAGE",
      `Questions are open in ${joinNames(open.map(({ id }) => id))}. Nothing was written.`,
      {
        hint: `Name the revision: remodel resolve ${revision.id} --rename …`,
      },
    );
  await renameAgain(session, revision, renamed);
  return revision;
}

/**
 * Writes a revision again with other renames than it has guessed. What was answered about other renames stays.
 * @param session the project and the database, which does not have the revision yet
 * @param revision the revision; no other one follows it
 * @param renamed what has been renamed, with the names of tables before the revision
 * @throws RemodelError `USAGE` for a file that has other lines than the tool writes, and what `revise` throws
 */
export async function renameAgain(session: Session, revision: Revision, renamed: readonly Rename[]): Promise<void> {
  const { file } = revision;
  await refuseFixed(session, revision);
  const place = withoutRevision(session, revision);
  const write = (answers: RenameAnswers) => writeAgain(place, revision, answers);
  const text = readFileSync(file, "utf8");
  const first = readSaid((await write({})).comparison, file, text);
  // What has been renamed decides about the guesses for the rest.
  const known = { renamed: first.renamed };
  const said = first.renamed.length === 0 ? first : readSaid((await write(known)).comparison, file, text, known);
  const { text: same } = await write(said);
  if (!isFormattedAlike(session, same, text)) throw editedError(revision, renamed);
  const isOther = (one: Rename) => !renamed.some((other) => other.table === one.table && hasName(one, other));
  const next = await write({ ...said, renamed: [...said.renamed.filter(isOther), ...renamed] });
  replaceFile(file, text, next.text);
  formatFile(session, file);
}

function hasName(one: Rename, other: Rename): boolean {
  return one.list === other.list && (one.from === other.from || one.to === other.to);
}

/** A revision that is applied, or that others follow, is compared with nothing any more. */
async function refuseFixed(session: Session, { id }: Revision): Promise<void> {
  const followers = session.graph().followers.get(id) ?? [];
  if (followers.length > 0)
    throw new RemodelError("USAGE", `${joinNames(followers)} follows ${id}, so it cannot be written again.`, {
      hint: `Change the lines in the file: remodel edit ${id}`,
    });
  if ((await readKnownIds(session)).includes(id))
    throw new RemodelError("USAGE", `${id} is applied in this database, so it cannot be written again.`, {
      hint: "Run: remodel downgrade -1",
    });
}

/** The session as it was before the revision was written. */
function withoutRevision(session: Session, { file }: Revision): Session {
  const files = session.files().filter((one) => one.file !== file);
  const graph = buildGraph(readHeaders(files));
  const parts = { ...session, files: () => files, graph: () => graph };
  return { ...parts, ...createStateReaders(parts) };
}

async function writeAgain(
  place: Session,
  { id, message, down, branchLabels, dependsOn, file }: Revision,
  answers: RenameAnswers,
): Promise<Revised & { readonly comparison: Comparison }> {
  const options: ReviseOptions = {
    message,
    autogenerate: true,
    revisionId: id,
    dryRun: true,
    ...dropUndefined({ head: down.length === 0 ? undefined : down, branchLabels, dependsOn }),
    ...answers,
  };
  const revised = await revise(place, options);
  if ("revision" in revised && revised.comparison !== undefined) return { ...revised, comparison: revised.comparison };
  throw new RemodelError("USAGE", `Models and database do not differ any more, so ${file} has nothing to ask.`, {
    hint: "Delete the file, or run: remodel check",
  });
}

/** What a person has said about the renames that the comparison guesses: those that are not open any more. */
function readSaid(
  { upgrade }: Comparison,
  file: string,
  text: string,
  { renamed = [] }: RenameAnswers = {},
): Required<RenameAnswers> {
  const open = findQuestions(file, text);
  const asked = new Set(open.map((one) => one.text));
  const guessed = open.flatMap(({ live }) => live).join("\n");
  const closed = upgrade.flatMap(({ question, operations, alternatives = [] }) => {
    if (question?.asks !== "rename" || question.also.length > 0 || asked.has(phraseQuestion(question))) return [];
    const { subject, from } = question;
    const { table } = subject;
    const candidates = [...operations.slice(0, 1), ...alternatives.map(({ operation }) => operation)];
    const kept = candidates.find((one) => text.includes(printCall(one)));
    if (kept !== undefined && guessed.includes(printCall(kept))) return [];
    const list = table === undefined ? ("tables" as const) : ("columns" as const);
    return [{ to: kept?.target?.to, was: { list, from, ...dropUndefined({ table }) } }];
  });
  return {
    renamed: [...renamed, ...closed.flatMap(({ to, was }) => (to === undefined ? [] : [{ ...was, to }]))],
    dropped: closed.flatMap(({ to, was: { table, from } }) => (to === undefined ? [nameOf(table, from)] : [])),
  };
}

function printCall({ name, args }: Operation): string {
  return `${name}(${args.map((one) => JSON.stringify(one)).join(", ")})`;
}

function nameOf(table: string | undefined, name: string): string {
  return table === undefined ? name : `${table}.${name}`;
}

function editedError({ file, id }: Revision, renamed: readonly Rename[]): RemodelError {
  const flags = renamed.map(({ table, from, to }) => `--rename ${nameOf(table, from)}=${to}`);
  return new RemodelError(
    "USAGE",
    `${file} has other answers or lines already, which would be lost. Nothing was written.`,
    {
      hint: `Change the lines in the file: remodel edit ${id}\nOr delete the file, and run: remodel revision --autogenerate -m MESSAGE ${flags.join(" ")}`,
      details: { file },
    },
  );
}
