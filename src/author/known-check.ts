import { findOtherAnswer } from "../compare/ask-again.ts";
import type { NotedAnswer, Notes } from "../database.ts";
import { isObject } from "../load/objects.ts";
import { hashJson } from "../state/hash-json.ts";
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
  const name = ["findings", await session.label(), (await session.schema()) ?? ""];
  const files = hashJson([session.settings, session.files()]);
  const known = await session.keeper.recall(name);
  if (isKnown(known) && known.files === files && (await isSame(session, known.noted))) {
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
  if (notes !== undefined && reason === undefined)
    await session.keeper.remember(name, toPlain({ files, noted: notes.noted, said }));
  return { checked, said };
}

async function isSame(session: Session, noted: readonly NotedAnswer[]): Promise<boolean> {
  const connection = await session.connection();
  const other = await timed("catalog", () => findOtherAnswer(connection, noted));
  if (other !== undefined) noteTiming(`The database has changed since the last check, as this says: ${clip(other)}`);
  return other === undefined;
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
