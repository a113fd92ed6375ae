import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { type Accept, accepts, findDoubt, findDowngradeDoubt, type Rows, type Unsure } from "../compare/accept.ts";
import { countRows } from "../compare/count-rows.ts";
import { readUntrusted } from "../compare/untrusted.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Revision } from "../history/revision.ts";
import type { Reply } from "../questions/answer.ts";
import type { OpenQuestion } from "../questions/edit.ts";
import { path } from "../sql.ts";
import { findDeleted, findQuestions, writeAnswers } from "../state/open-questions.ts";
import type { OpenTodo } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { joinNames } from "../words.ts";
import type { Given, GivenAnswers, Resolved } from "./given-answers.ts";
import { replaceFile } from "./replace.ts";
import { resolveRevisions } from "./todos.ts";

interface Draft {
  readonly revision: Revision;
  readonly before: string;
  readonly text: string;
  readonly answered: readonly Given[];
  readonly deleted: readonly string[];
  readonly unsure: readonly Unsure[];
}

/**
 * Answers questions in the files of revisions: all of the given answers, or none.
 * @param session the project; its database is asked only for names that are relative to it
 * @param name one revision; by default all revisions
 * @param options see {@link GivenAnswers}
 * @throws RemodelError `USAGE` for an id that is unknown or is in several files, or that has two answers
 */
export async function resolveQuestions(
  session: Session,
  name: string | undefined,
  options: GivenAnswers = {},
): Promise<Resolved> {
  const { answers = [], accept = [] } = options;
  const known = new Map(answers.map(({ id, answer }) => [id, answer]));
  const twice = answers.find(({ id, answer }) => !isDeepStrictEqual(known.get(id), answer));
  if (twice)
    throw new RemodelError("USAGE", `There are two answers to ${twice.id}.`, {
      hint: "Give --answer once for each ID.",
    });
  const drafts: Draft[] = [];
  for (const revision of await resolveRevisions(session, name))
    drafts.push(await drafted(session, revision, known, accept));
  refuseUnknown([...known.keys()], drafts);
  for (const { revision, before, text } of drafts) if (text !== before) replaceFile(revision.file, before, text);
  return {
    answered: drafts.flatMap(({ answered }) => answered),
    deleted: drafts.flatMap(({ revision: { file }, deleted: lines }) => collect(lines.length > 0 && { file, lines })),
    todos: drafts.flatMap(({ revision, text }) => todosIn(revision, text)),
    unsure: drafts.flatMap(({ unsure }) => unsure),
  };
}

/** Answers again until no answer is left: lines that were comments may contain further questions. */
async function drafted(
  session: Session,
  revision: Revision,
  known: ReadonlyMap<string, Reply>,
  accept: readonly Accept[],
): Promise<Draft> {
  const { id: name, file } = revision;
  const before = readFileSync(file, "utf8");
  const answered: Given[] = [];
  const deleted: string[] = [];
  const accepted: Unsure[] = [];
  let text = before;
  for (;;) {
    const open = findQuestions(file, text);
    const { taken, unsure } = await acceptOpen(
      session,
      open.filter((one) => !known.has(one.id)),
      accept,
    );
    const said = open.flatMap(({ id }) => {
      const answer = known.get(id);
      return collect(answer !== undefined && ([id, answer] as const));
    });
    const round = new Map([...said, ...taken.map((id) => [id, "yes"] as const)]);
    accepted.push(...unsure.filter((one) => !one.open));
    refuseValues(round, open);
    if (round.size === 0)
      return { revision, before, text, answered, deleted, unsure: [...accepted, ...unsure.filter(({ open }) => open)] };
    deleted.push(...findDeleted(file, text, round));
    text = writeAnswers(file, text, round);
    answered.push(...[...round].map(([id, reply]) => ({ revision: name, file, id, ...describeReply(reply) })));
  }
}

/** Says what was given, for the result. */
export function describeReply(reply: Reply): Pick<Given, "answer" | "value"> {
  return typeof reply === "string" ? { answer: reply } : { answer: "yes", value: reply.expression };
}

/** Refuses an expression for a question whose lines need none. */
function refuseValues(replies: ReadonlyMap<string, Reply>, open: readonly OpenQuestion[]): void {
  for (const [id, reply] of replies) {
    if (typeof reply === "string" || open.some((one) => one.id === id && one.takesValue)) continue;
    throw new RemodelError("USAGE", `The question ${id} needs no value. Nothing was written.`, {
      hint: `Run: remodel resolve --answer ${id}=yes`,
    });
  }
}

/** Finds the questions that are accepted by their kind. An answer for upgrade is an answer for downgrade too. */
async function acceptOpen(
  session: Session,
  open: readonly OpenQuestion[],
  accept: readonly Accept[],
): Promise<{ readonly taken: readonly string[]; readonly unsure: readonly Unsure[] }> {
  const wanted = open.filter(({ about }) => accepts(accept, about));
  const found: { readonly id: string; readonly unsure: Unsure }[] = [];
  for (const one of wanted) {
    const up = one.direction === "upgrade";
    const unsure = up ? await findDoubt(one, rowsOf(session)) : findDowngradeDoubt(one);
    if (unsure !== undefined) found.push({ id: one.id, unsure });
  }
  const refused = new Set(found.flatMap(({ id, unsure }) => collect(unsure.open && id)));
  return {
    taken: wanted.map(({ id }) => id).filter((id) => !refused.has(id)),
    unsure: found.filter(({ id, unsure }) => unsure.open || !refused.has(id)).map(({ unsure }) => unsure),
  };
}

function refuseUnknown(ids: readonly string[], drafts: readonly Draft[]): void {
  for (const id of ids) {
    const places = drafts.filter(({ answered }) => answered.some((one) => one.id === id));
    if (places.length === 1) continue;
    if (places.length === 0)
      throw new RemodelError("USAGE", `No open question has the id ${id}. Nothing was written.`, {
        hint: "To list the ids, run: remodel todo --json",
      });
    const names = places.map(({ revision }) => revision.id);
    throw new RemodelError("USAGE", `The question ${id} is open in ${joinNames(names)}. Nothing was written.`, {
      hint: `Name the revision. Run: remodel resolve ${names[0]} --answer ${id}=…`,
    });
  }
}

/** The open questions of a file, as `todo` lists them. */
function todosIn({ id: revision, file }: Revision, text: string): readonly OpenTodo[] {
  return findQuestions(file, text).map(({ id, line, direction, text, query }) => ({
    id,
    revision,
    file,
    line,
    direction,
    text,
    ...dropUndefined({ query }),
  }));
}

/** The open questions of a revision's file as it is now. */
export function readOpenTodos(revision: Revision): readonly OpenTodo[] {
  return todosIn(revision, readFileSync(revision.file, "utf8"));
}

/** A question as it is shown to a person, once for both directions. */
export interface QuestionToAsk extends OpenQuestion {
  readonly file: string;
  /** The numbers of its lines in the file. */
  readonly lines: readonly number[];
}

/** The questions of a revision file as it is now. */
export function readQuestions(file: string): readonly QuestionToAsk[] {
  const open = findQuestions(file, readFileSync(file, "utf8"));
  const first = open.filter(({ id }, at) => open.findIndex((one) => one.id === id) === at);
  return first.map((one) => ({
    ...one,
    file,
    lines: open.filter(({ id }) => id === one.id).map(({ line }) => line),
  }));
}

/** Answers one question in the file as it is now. */
export function answerOne(file: string, id: string, answer: Reply): void {
  const before = readFileSync(file, "utf8");
  replaceFile(file, before, writeAnswers(file, before, new Map([[id, answer]])));
}

/**
 * Counts the rows that a question's query finds in the database.
 * @returns `undefined` where that is not known: there is no database, or no such column yet
 */
export async function countQuestion(session: Session, query: string): Promise<number | undefined> {
  const db = await session.connection().catch((error: unknown) => {
    if (WITHOUT_DATABASE.includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  });
  if (db === undefined) return undefined;
  return await countRows(db, await session.server(), query, await readUntrusted(db));
}

/** Counts no rows of a table that a revision renames first: under its new name it is not found yet. */
function rowsOf(session: Session): Rows {
  return {
    count: (query) => countQuestion(session, query),
    isEmpty: async (table) => (await countQuestion(session, `SELECT 1 FROM ${path(table)} LIMIT 1`)) === 0,
  };
}

const WITHOUT_DATABASE = ["DATABASE_UNREACHABLE", "CONFIG_NOT_FOUND", "PEER_MISSING"];
