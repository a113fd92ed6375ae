import { setImmediate as nextTurn } from "node:timers/promises";
import { findOtherAnswers } from "../compare/ask-again.ts";
import { type CatalogPrint, isCovered, takePrint } from "../compare/catalog-print.ts";
import type { Connection } from "../connection/connect.ts";
import type { DatabaseQuestion, NotedAnswer, Notes } from "../database.ts";
import { isObject } from "../load/objects.ts";
import { hashJson } from "../state/hash-json.ts";
import { once } from "../state/once.ts";
import type { Session } from "../state/session.ts";
import { noteTiming, timed } from "../timings.ts";
import type { Checked } from "./check.ts";

/** What a check found, or what an earlier one said where nothing has changed since. */
export type CheckedOrKnown<Said> =
  | { readonly checked: Checked; readonly said: Said }
  | { readonly checked?: never; readonly said: Said };

/** What is kept of a check that found nothing. */
interface KnownCheck {
  /** The hash of the configuration and of the revision files. */
  readonly files: string;
  /** All that the database was asked. */
  readonly noted: readonly NotedAnswer[];
  readonly said: unknown;
}

/**
 * Checks the project, unless an earlier check found everything in order and nothing that it read has changed: the same
 * questions to the files, the environment and the database have the same answers.
 * @param session the project and the database
 * @param say what to say about a check, as plain data; the same is said again where nothing has changed
 */
export async function checkUnlessKnown<Said>(
  session: Session,
  say: (checked: Checked) => Promise<Said>,
): Promise<CheckedOrKnown<Said>> {
  const connection = await session.connection();
  const files = once(() => hashJson([session.settings, session.files()]));
  const known = await findKnown(session, connection, files);
  if (known !== undefined) {
    noteTiming("Nothing has changed since the last check.");
    return { said: known.said as Said };
  }
  const endNotes = connection.startNotes?.();
  // Imported where it is needed: it loads all that compares.
  const { check } = await import("./check.ts");
  const checked = await check(session);
  const notes = endNotes?.();
  const said = await say(checked);
  const reason = whyNotKept(checked, notes);
  if (notes === undefined || reason !== undefined) return { checked, said };
  const { noted } = notes;
  const isKept = await session.keeper.remember(
    await nameFor(session, "findings"),
    toPlain({ files: files(), noted, said }),
  );
  if (isKept) await storePrint(session, noted);
  return { checked, said };
}

/**
 * Finds the last check, if nothing that it read has changed. The server takes its print while the files are read.
 * @param readFiles reads the files, without a pause, and hashes them
 */
async function findKnown(
  session: Session,
  connection: Connection,
  readFiles: () => string,
): Promise<KnownCheck | undefined> {
  const kept = (await session.keeper.recall(await nameFor(session, "print"))) as KeptPrint | undefined;
  const asked = kept?.isConfirmed === true ? findOtherAnswers(connection, kept.noted) : undefined;
  // Before the files are read, the question has to be on its way.
  if (asked !== undefined) await Promise.race([asked, nextTurn()]);
  const known = await session.keeper.recall(await nameFor(session, "findings"));
  const files = readFiles();
  const others = await timed("catalog", async () => asked);
  if (!isKnown(known) || known.files !== files) return undefined;
  const print = kept?.of === hashJson(known.noted) ? kept : undefined;
  return (await isSame(session, known, print, print && others)) ? known : undefined;
}

async function nameFor(session: Session, what: "findings" | "print"): Promise<readonly string[]> {
  return [what, await session.label(), (await session.schema()) ?? ""];
}

/** A print of the catalogs, and what else has to be asked where it is the same. */
interface KeptPrint extends CatalogPrint {
  /** The hash of all questions with the answers that they had with this print. */
  readonly of: string;
  /**
   * All questions had these answers again in a later command, with the same print. In one command alone another session may
   * change the catalogs: PostgreSQL prints expressions from what is committed in that moment, not from the snapshot.
   */
  readonly isConfirmed: boolean;
}

/**
 * Whether the database has the same answers.
 * @param print the print that the catalogs had with these answers
 * @param others what has another answer of that print and of what it does not cover, if that was asked
 */
async function isSame(
  session: Session,
  { noted }: KnownCheck,
  print: KeptPrint | undefined,
  others: readonly DatabaseQuestion[] | undefined,
): Promise<boolean> {
  if (others?.length === 0) {
    noteTiming("No row of the system catalogs has been written since then.");
    return true;
  }
  const changed = others?.find(({ how }) => how !== "print");
  if (changed !== undefined) return noteChanged(changed);
  const connection = await session.connection();
  const prints = print?.noted.filter(({ question }) => question.how === "print") ?? [];
  const found = await timed("catalog", () => findOtherAnswers(connection, [...noted, ...prints]));
  const other = found.find(({ how }) => how !== "print");
  if (other !== undefined) return noteChanged(other);
  if (print === undefined || found.length > 0) await storePrint(session, noted);
  else if (!print.isConfirmed)
    await session.keeper.store(await nameFor(session, "print"), { ...print, isConfirmed: true });
  return true;
}

function noteChanged({ sql }: DatabaseQuestion): false {
  noteTiming(`The database has changed since the last check, as this says: ${clip(sql)}`);
  return false;
}

async function storePrint(session: Session, noted: readonly NotedAnswer[]): Promise<void> {
  const { schema } = await session.server();
  const connection = await session.connection();
  const print = await timed("catalog", () => takePrint(connection, schema));
  if (print === undefined) return;
  const rest = noted.filter(({ question }) => !isCovered(question, print));
  const kept: KeptPrint = { ...print, noted: [...print.noted, ...rest], of: hashJson(noted), isConfirmed: false };
  await session.keeper.store(await nameFor(session, "print"), toPlain(kept));
}

/** Only that everything is in order is worth keeping. */
function whyNotKept({ inSync, unloadable }: Checked, notes: Notes | undefined): string | undefined {
  if (!inSync || unloadable.length > 0) return "something is not in order";
  const isWhole = notes?.noted.some(({ question }) => question.how === "first");
  const problem = notes?.problem ?? (isWhole ? undefined : "its session was used before");
  if (problem !== undefined) noteTiming(`The check is not kept: ${problem}.`);
  return problem;
}

function isKnown(value: unknown): value is KnownCheck {
  return isObject(value) && typeof value["files"] === "string" && Array.isArray(value["noted"]);
}

/** Without what JSON cannot hold. */
function toPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function clip(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 100);
}
