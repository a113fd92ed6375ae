import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { kindOf } from "./on-disk.ts";
import { answer, type Environment, parseInquiry } from "./questions.ts";

/** What is in a folder: its path without links, and what is at each name. */
interface Listing {
  readonly real: string;
  readonly kinds: ReadonlyMap<string, string>;
}

/**
 * Makes a function that answers many questions as `answer` does. What it needs to know of a folder it reads once, so it is for
 * questions that are asked at one time.
 */
export function createAnswers(env: Environment): (question: string) => string {
  const known = new Map<string, string>();
  const listings = new Map<string, Listing | undefined>();
  const list = (folder: string) => {
    if (!listings.has(folder)) listings.set(folder, listFolder(folder));
    return listings.get(folder);
  };
  return (question) => {
    const before = known.get(question);
    if (before !== undefined) return before;
    const inquiry = parseInquiry(question);
    const [how, path = ""] = inquiry;
    const answered = answerByListing(how, path, list) ?? answer(inquiry, env);
    known.set(question, answered);
    return answered;
  };
}

/** What a listing does not say, as about a link, or a name in other letters, is asked of the file itself. */
function answerByListing(how: string, path: string, list: (folder: string) => Listing | undefined): string | undefined {
  if (how !== "real" && how !== "kind" && how !== "linkKind") return undefined;
  const name = basename(path);
  const listing = list(dirname(path));
  const kind = listing?.kinds.get(name);
  if (listing === undefined || (kind !== "file" && kind !== "folder")) return undefined;
  return how === "real" ? join(listing.real, name) : kind;
}

function listFolder(folder: string): Listing | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return { real: realpathSync.native(folder), kinds: new Map(entries.map((entry) => [entry.name, kindOf(entry)])) };
  } catch {
    return undefined;
  }
}
