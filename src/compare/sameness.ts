import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { ComparedText, TextPair } from "./compared-text.ts";
import { isSamePlan, type Planned, planTexts } from "./planner.ts";
import { type Printed, printText } from "./printer.ts";
import { inProbe } from "./probe.ts";
import { findReach, type Reach, readUntrusted, type Untrusted } from "./untrusted.ts";

/** An expression that PostgreSQL could not read, and its message. */
export interface Unreadable {
  readonly where: string;
  readonly text: string;
  readonly message: string;
}

/** An expression that was compared with less than the planner, and how. */
export interface Unplanned {
  readonly where: string;
  readonly text: string;
  readonly as: "printed" | "text" | "unknown";
}

/** What the server says about pairs of texts. */
export interface SameTexts {
  /** Whether the texts of a pair mean the same; a pair is absent if that cannot be found out. */
  readonly same: ReadonlyMap<TextPair, boolean>;
  readonly unreadable: readonly UnreadableText[];
  readonly unplanned: readonly Unplanned[];
}

interface UnreadableText {
  readonly asked: ComparedText;
  readonly message: string;
}

type Answers = Pick<SameTexts, "same" | "unreadable">;

const NO_ANSWERS: Answers = { same: new Map(), unreadable: [] };

/**
 * Finds out which texts mean the same. The planner decides where that calls no function of another role. Otherwise the
 * parser decides, by way of a temporary object. If reading a text would call such a function, only the letters count.
 * @param db the connection, in no transaction
 * @param server where it is connected
 * @param pairs texts that may mean the same
 */
export async function compareTexts(db: Database, server: ServerInfo, pairs: readonly TextPair[]): Promise<SameTexts> {
  if (pairs.length === 0) return { ...NO_ANSWERS, unplanned: [] };
  const untrusted = await readUntrusted(db);
  const { planned, parsed, unread } = groupByReach(pairs, untrusted);
  const plans = planned.length === 0 ? NO_ANSWERS : await comparePlans(db, server, planned);
  const isPrinted = untrusted.temporary && parsed.length > 0;
  const prints = isPrinted ? await comparePrinted(db, server, parsed) : NO_ANSWERS;
  const letters = unread.map((pair) => [pair, pair.live.text === pair.model.text] as const);
  return {
    same: new Map([...plans.same, ...prints.same, ...letters]),
    unreadable: [...plans.unreadable, ...prints.unreadable],
    unplanned: [...listTexts(unread).map(asUnplanned("text")), ...listUnplanned(listTexts(parsed), untrusted)],
  };
}

/** A temporary object shows all that matters of a query; of an expression it does not, as the planner would. */
function listUnplanned(parsed: readonly ComparedText[], { temporary }: Untrusted): readonly Unplanned[] {
  if (!temporary) return parsed.map(asUnplanned("unknown"));
  return parsed.filter(({ how }) => how === "expression").map(asUnplanned("printed"));
}

function asUnplanned(as: Unplanned["as"]): (text: ComparedText) => Unplanned {
  return ({ where, text }) => ({ where, text, as });
}

function listTexts(pairs: readonly TextPair[]): readonly ComparedText[] {
  return [...new Set(pairs.flatMap(({ live, model }) => [live, model]))];
}

/** A pair may go as far as both of its texts. */
function groupByReach(pairs: readonly TextPair[], untrusted: Untrusted): Readonly<Record<Reach, readonly TextPair[]>> {
  const reaches = new Map(listTexts(pairs).map((text) => [text, findTextReach(untrusted, text)]));
  const isReached = (reach: Reach) => (pair: TextPair) => findPairReach(reaches, pair) === reach;
  return {
    planned: pairs.filter(isReached("planned")),
    parsed: pairs.filter(isReached("parsed")),
    unread: pairs.filter(isReached("unread")),
  };
}

function findPairReach(reaches: ReadonlyMap<ComparedText, Reach>, { live, model }: TextPair): Reach {
  return lowerReach(reaches.get(live) ?? "unread", reaches.get(model) ?? "unread");
}

const REACHES: readonly Reach[] = ["unread", "parsed", "planned"];

function lowerReach(a: Reach, b: Reach): Reach {
  return REACHES.indexOf(a) < REACHES.indexOf(b) ? a : b;
}

/** Only expressions are planned: to plan a query plans the relations in it too. */
function findTextReach(untrusted: Untrusted, { sql, columns, how }: ComparedText): Reach {
  const from = typeof how === "object" && "from" in how ? how.from : "";
  const reach = findReach(untrusted, [sql, ...columns.map(({ type }) => type), from].join("\n"));
  if (typeof how === "object" && "probe" in how && how.callsFunctions) return reach === "planned" ? "parsed" : "unread";
  return how === "expression" ? reach : lowerReach(reach, "parsed");
}

async function comparePlans(db: Database, server: ServerInfo, pairs: readonly TextPair[]): Promise<Answers> {
  return await inProbe(db, server, "READ ONLY", async () => {
    const forms = await planTexts(db, listTexts(pairs));
    const same = new Map<TextPair, boolean>();
    for (const pair of pairs) same.set(pair, await haveSamePlan(db, pair, forms.get(pair.live), forms.get(pair.model)));
    return { same, unreadable: listUnreadable(forms) };
  });
}

async function haveSamePlan(
  db: Database,
  { live, model }: TextPair,
  one: Planned | undefined,
  other: Planned | undefined,
): Promise<boolean> {
  if (one === undefined || other === undefined || !("answer" in one && "answer" in other)) return false;
  if (one.answer === other.answer) return true;
  return await isSamePlan(db, [one.answer, other.answer], [...live.columns, ...model.columns]);
}

async function comparePrinted(db: Database, server: ServerInfo, pairs: readonly TextPair[]): Promise<Answers> {
  return await inProbe(db, server, "READ WRITE", async () => {
    const forms = new Map<ComparedText, Printed>();
    for (const text of listTexts(pairs)) forms.set(text, await printText(db, text));
    const same = pairs.map((pair) => [pair, haveCommonForm(forms.get(pair.live), forms.get(pair.model))] as const);
    return { same: new Map(same), unreadable: listUnreadable(forms) };
  });
}

function haveCommonForm(one: Printed | undefined, other: Printed | undefined): boolean {
  if (one === undefined || other === undefined || !("answer" in one && "answer" in other)) return false;
  return one.answer.some((form) => other.answer.includes(form));
}

function listUnreadable(forms: ReadonlyMap<ComparedText, Planned | Printed>): readonly UnreadableText[] {
  return [...forms].flatMap(([asked, form]) => collect("message" in form && { asked, message: form.message }));
}
