import type { Database } from "../database.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { ComparedText } from "./asked.ts";
import { isPlannedAlike, type Planned, planTexts } from "./planner.ts";
import { type Printed, printed } from "./printer.ts";
import { probing } from "./probe.ts";
import { type Reach, reachOf, readUntrusted, type Untrusted } from "./untrusted.ts";

/** An expression that PostgreSQL could not read, and what it said. */
export interface Unreadable {
  readonly where: string;
  readonly text: string;
  readonly message: string;
}

/** An expression that was compared with less than the planner, and why. */
export interface Unplanned {
  readonly where: string;
  readonly text: string;
  readonly as: "printed" | "text" | "unknown";
}

/** What the server says of texts. */
export interface ServerAnswers {
  /** Whether two texts mean the same; `undefined` where that cannot be found out here. */
  readonly same: (one: string, other: string) => boolean | undefined;
  readonly unreadable: readonly Unreadable[];
  readonly unplanned: readonly Unplanned[];
}

/**
 * Finds out which texts mean the same. The planner is asked wherever it calls nobody else's function; else the parser,
 * by way of a temporary object; what would call such a function as soon as it is read is compared as a text.
 * @param db the connection, in no transaction
 * @param server where it stands
 * @param asked the texts, by their keys
 * @param pairs the keys of texts that may mean the same
 */
export async function canonical(
  db: Database,
  server: ServerInfo,
  asked: ReadonlyMap<string, ComparedText>,
  pairs: readonly (readonly [string, string])[],
): Promise<ServerAnswers> {
  if (pairs.length === 0) return { same: () => undefined, unreadable: [], unplanned: [] };
  const untrusted = await readUntrusted(db);
  const reaches = new Map([...asked].map(([key, one]) => [key, reachIn(untrusted, one)]));
  const reachOfPair = ([a, b]: readonly [string, string]) => lower(reaches.get(a)!, reaches.get(b)!);
  const keysOf = (reach: Reach) => [...new Set(pairs.filter((pair) => reachOfPair(pair) === reach).flat())];
  const plans = await plan(
    db,
    server,
    asked,
    pairs.filter((pair) => reachOfPair(pair) === "planned"),
  );
  const prints = untrusted.temporary ? await print(db, server, asked, keysOf("parsed")) : new Map<string, Printed>();
  const same = (one: string, other: string) => {
    const reach = reachOfPair([one, other]);
    if (reach === "unread") return asked.get(one)!.text === asked.get(other)!.text;
    if (reach === "parsed" && !untrusted.temporary) return undefined;
    return reach === "planned" ? plans.same(one, other) : haveCommonForm(prints.get(one), prints.get(other));
  };
  const unplanned = [
    ...keysOf("unread").map((key) => unplannedOf(asked.get(key)!, "text")),
    ...(untrusted.temporary
      ? keysOf("parsed")
          .filter((key) => asked.get(key)!.how === "expression")
          .map((key) => unplannedOf(asked.get(key)!, "printed"))
      : keysOf("parsed").map((key) => unplannedOf(asked.get(key)!, "unknown"))),
  ];
  return { same, unreadable: [...unreadableIn(asked, plans.found), ...unreadableIn(asked, prints)], unplanned };
}

function unplannedOf({ where, text }: ComparedText, as: Unplanned["as"]): Unplanned {
  return { where, text, as };
}

const REACHES: readonly Reach[] = ["unread", "parsed", "planned"];

function lower(a: Reach, b: Reach): Reach {
  return REACHES[Math.min(REACHES.indexOf(a), REACHES.indexOf(b))]!;
}

/** A query is never planned, since that plans what its relations have too; a constraint cannot be only parsed. */
function reachIn(untrusted: Untrusted, { sql, columns, how }: ComparedText): Reach {
  const from = typeof how === "object" ? how.from : "";
  const reach = reachOf(untrusted, [sql, ...columns.map(({ type }) => type), from].join("\n"));
  if (how === "exclusion") return reach === "planned" ? "parsed" : "unread";
  return how === "expression" ? reach : lower(reach, "parsed");
}

interface Plans {
  readonly found: ReadonlyMap<string, Planned>;
  readonly same: (one: string, other: string) => boolean;
}

async function plan(
  db: Database,
  server: ServerInfo,
  asked: ReadonlyMap<string, ComparedText>,
  pairs: readonly (readonly [string, string])[],
): Promise<Plans> {
  const found = new Map<string, Planned>();
  const alike = new Set<string>();
  if (pairs.length > 0)
    await probing(db, server, "READ ONLY", async () => {
      const keys = [...new Set(pairs.flat())];
      const forms = await planTexts(
        db,
        keys.map((key) => asked.get(key)!),
      );
      for (const key of keys) found.set(key, forms.get(asked.get(key)!)!);
      for (const pair of pairs) {
        const [a, b] = pair.map((key) => found.get(key)!) as [Planned, Planned];
        if (!("answer" in a && "answer" in b)) continue;
        const columns = pair.flatMap((key) => asked.get(key)!.columns);
        if (a.answer === b.answer || (await isPlannedAlike(db, [a.answer, b.answer], columns)))
          alike.add(JSON.stringify(pair));
      }
    });
  return { found, same: (one, other) => alike.has(JSON.stringify([one, other])) };
}

async function print(
  db: Database,
  server: ServerInfo,
  asked: ReadonlyMap<string, ComparedText>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Printed>> {
  const found = new Map<string, Printed>();
  if (keys.length > 0)
    await probing(db, server, "READ WRITE", async () => {
      for (const key of keys) found.set(key, await printed(db, asked.get(key)!));
    });
  return found;
}

function haveCommonForm(one: Printed | undefined, other: Printed | undefined): boolean {
  if (one === undefined || other === undefined || !("answer" in one && "answer" in other)) return false;
  return one.answer.some((form) => other.answer.includes(form));
}

function unreadableIn(
  asked: ReadonlyMap<string, ComparedText>,
  found: ReadonlyMap<string, Planned | Printed>,
): readonly Unreadable[] {
  return [...found].flatMap(([key, form]) => {
    const { where, text } = asked.get(key)!;
    return "message" in form ? [{ where, text, message: form.message }] : [];
  });
}
