import { isDeepStrictEqual } from "node:util";
import { storedType } from "../kinds/column-types.ts";
import { isKnownSentence } from "../kinds/known-sentences.ts";
import { does, mayWriteRows } from "../kinds/targets.ts";
import {
  type Call,
  type CallTarget,
  callTarget,
  isSameTarget,
  isSibling,
  type NewName,
  readNewName,
} from "../revision/calls.ts";
import { bareName } from "../sql.ts";
import { hasWord } from "../words.ts";
import { isCalled, listMade, type Made } from "./made.ts";
import { selectForm } from "./question-form.ts";

/** The rest of a question, without its lines. */
export interface Around {
  readonly text: string;
  /** The commented lines. */
  readonly ifNo: readonly Call[];
  /** The commented lines of the other direction, and those that its questions name. They create what this direction drops. */
  readonly back: readonly Call[];
  /** Every line of the other direction that would run, and that the tool or a person wrote. */
  readonly opposite?: readonly Call[];
}

const OPTIONS_BY_HAND = ["ifExists", "ifNotExists", "notValid", "concurrently", "usingIndex"];

/** Whether only a person can have written a call: the tool uses neither such operations nor such options. */
export function isByHand(call: Call): boolean {
  const { args, target } = call;
  if (target === undefined || call.byHand || mayWriteRows(call)) return true;
  const options = Object.keys(Object(args.at(-1)));
  return args.length > 1 && OPTIONS_BY_HAND.some((one) => options.includes(one));
}

/**
 * Selects the lines below a question that the tool wrote. A person may have put others between them, which must stay. A
 * line is the tool's if the commented lines of this or the other direction do the same in their way. Without commented
 * lines, it is the tool's if it has the form in which the tool asks about such an object. If the text is the tool's, it
 * names the object, and none is the tool's if none is about it.
 * @param lines the lines, in their order
 */
export function selectToolLines<Line extends { readonly call: Call }>(
  lines: readonly Line[],
  around: Around,
): readonly Line[] {
  const possible = dropRepeated(lines).filter(({ call }) => !isByHand(call));
  const [asked] = [...possible].sort((a, b) => rateCall(around.text, b.call) - rateCall(around.text, a.call));
  if (asked === undefined) return [];
  if (rateCall(around.text, asked.call) === 0 && isKnownSentence(around.text)) return [];
  if (around.ifNo.length === 0) return selectWithoutIfNo(possible, asked);
  const chains = findChains(possible);
  const known = { ...around, made: around.ifNo.flatMap(listMade), lines: possible.map(({ call }) => call) };
  return dropUnsure(possible).filter((line) => {
    if (line === asked) return true;
    const chain = chains.find((one) => one.lines.includes(line));
    if (chain === undefined) return isDoneIfNo(line.call, known);
    return chain.lines.includes(asked) || followsRename(chain.name, known);
  });
}

/** The tool writes a line once, so a repeated one is a person's. */
function dropRepeated<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ call }, at) => lines.findIndex((one) => isSameCall(one.call, call)) === at);
}

/** Of lines that differ only in how they convert values, one is the tool's, but it is unknown which one. All stay. */
function dropUnsure<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Line[] {
  return lines.filter(
    ({ call }) => !lines.some((one) => one.call !== call && isSameCall(withoutUsing(one.call), withoutUsing(call))),
  );
}

function withoutUsing(call: Call): Call {
  if (!does(call, "alter", "column")) return call;
  const [table, column, changes] = call.args;
  const { using: _, ...others } = Object(changes);
  return { ...call, args: [table, column, others] };
}

/** Whether two calls do the same. */
export function isSameCall(a: Call, b: Call): boolean {
  return a.name === b.name && isDeepStrictEqual(a.args, b.args);
}

function selectWithoutIfNo<Line extends { readonly call: Call }>(
  possible: readonly Line[],
  asked: Line,
): readonly Line[] {
  if (readNewName(asked.call) !== undefined) return possible.filter(({ call }) => readNewName(call) !== undefined);
  return selectForm(possible.slice(possible.indexOf(asked)), asked.call);
}

interface Known extends Around {
  /** What the commented lines create. */
  readonly made: readonly Made[];
  readonly lines: readonly Call[];
}

/**
 * Selects the lines elsewhere that an answer no makes pointless: they change a part of a table that the commented lines
 * create as it should be.
 * @param lines lines that belong to no question
 */
export function selectIdleLines<Line extends { readonly call: Call }>(
  lines: readonly Line[],
  around: Omit<Around, "text">,
): readonly Line[] {
  const made = around.ifNo.flatMap(listMade);
  const tables = new Set(made.filter(({ kind }) => kind === "table").map(({ name }) => name));
  if (tables.size === 0) return [];
  const known = { ...around, text: "", made, lines: lines.map(({ call }) => call) };
  return lines.filter(({ call }) => {
    const { owner = "" } = callTarget(call) ?? {};
    return tables.has(owner) && !isByHand(call) && isDoneIfNo(call, known);
  });
}

/** Whether the text of a question names the object of a call. */
export function isNamed(text: string, call: Call): boolean {
  return isKnownSentence(text) && rateCall(text, call) > 0;
}

/** Rates how surely a text is about the object of a call, from 0 to 4. */
function rateCall(text: string, call: Call): number {
  const target = callTarget(call);
  if (target === undefined || target.name === "" || does(call, "comment")) return 0;
  const rename = readNewName(call);
  if (rename !== undefined) return rateRename(text, rename);
  const { kind, owner, name } = target;
  if (!hasWord(text, name)) return 0;
  if (owner !== "") return hasWord(text, owner) ? 2 : 1;
  return kind === "table" && !does(call, "drop") ? 0 : 1;
}

function rateRename(text: string, { from, to }: NewName): number {
  if (!hasWord(text, from)) return 0;
  return hasWord(text, to) ? 4 : 3;
}

interface Chain<Line> {
  readonly name: NewName;
  readonly lines: readonly Line[];
}

/** Finds new names with the lines that give them. Several lines give one name by way of a temporary name. */
function findChains<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Chain<Line>[] {
  const chains: Chain<Line>[] = [];
  for (const line of lines) {
    const next = readNewName(line.call);
    if (next === undefined) continue;
    const at = chains.findIndex(({ name }) => isSibling(name, next) && name.to === next.from);
    const earlier = chains[at];
    if (earlier === undefined) chains.push({ name: next, lines: [line] });
    else chains[at] = { name: { ...earlier.name, to: next.to }, lines: [...earlier.lines, line] };
  }
  return chains;
}

/**
 * Whether the commented lines drop the renamed object and create it under its new name, or alter it instead. An object
 * that is dropped with its table has no line of its own for that, but the other direction creates it. A table that they
 * create never has the old name.
 */
function followsRename(name: NewName, known: Known): boolean {
  const { made, ifNo, back } = known;
  const { kind, owner, from, to } = name;
  if (kind === "enum value") return ifNo.some((call) => replacesValue(call, name));
  const [old, next] = [from, to].map((name) => ({ kind, owner, name }));
  const makes = made.some((one) => isSameTarget(one, next));
  const drops = ifNo.some((call) => does(call, "drop") && isSameTarget(callTarget(call), old));
  const alters = ifNo.some((call) => does(call, "alter") && isSameTarget(callTarget(call), next));
  const comesBack = createsOneCalled(back, kind, from);
  return (makes && (drops || comesBack || isLacking({ kind, owner, name: from }, known))) || alters;
}

/** Whether the enum type gets another list, with the new name of the value and without the old one. */
function replacesValue(call: Call, { owner, from, to }: NewName): boolean {
  const values = call.args[1];
  if (!does(call, "alter", "enum type") || call.target?.name !== owner || !Array.isArray(values)) return false;
  return values.includes(to) && !values.includes(from);
}

/** Whether the commented lines do what this line does, or the other direction takes it back. */
function isDoneIfNo(call: Call, known: Known): boolean {
  if (known.ifNo.some((one) => isSameCall(one, call))) return true;
  const target = callTarget(call);
  if (target === undefined) return false;
  const items = known.made.filter((one) => isSameTarget(one, target)).map(({ item }) => item);
  if (does(call, "alter", "column")) return items.some((item) => agrees(call, item, known.lines));
  if (does(call, "comment")) return items.some((item) => Object(item).comment === (call.args.at(-1) ?? undefined));
  if (target.kind === "enum type") return items.length > 0;
  if (does(call, "create")) return items.some((item) => isDeepStrictEqual(item, call.args[1]));
  return isOfMade(call, target, known);
}

/** Whether a sequence belongs to a table that the commented lines create, or a dropped object comes back, or is never there. */
function isOfMade(call: Call, target: CallTarget, known: Known): boolean {
  const { kind, name } = target;
  const { made, back, lines } = known;
  const isOfTable = (one: Made) => one.kind === "table" && startsWithTable(name, one.name);
  if (kind === "sequence" && made.some(isOfTable)) return true;
  if (!does(call, "drop")) return false;
  if (createsOneCalled(back, kind, name)) return true;
  const earlier = lines.slice(0, lines.indexOf(call)).flatMap(listMade);
  return isLacking(target, known) && !earlier.some((one) => isSameTarget(one, target));
}

/** Whether a table that the commented lines create lacks a part that the table had before, since the other direction creates it. */
function isLacking(part: CallTarget, { made, opposite = [] }: Known): boolean {
  const isOfNew = made.some((one) => one.kind === "table" && one.name === part.owner);
  if (!isOfNew || made.some((one) => isSameTarget(one, part))) return false;
  return createsOneCalled(opposite, part.kind, part.name);
}

function createsOneCalled(calls: readonly Call[], kind: string, name: string): boolean {
  return calls.flatMap(listMade).some((one) => one.kind === kind && isCalled(one, name));
}

function startsWithTable(sequence: string, table: string): boolean {
  return bareName(sequence).startsWith(bareName(table));
}

type Properties = Readonly<Record<string, unknown>>;

/** Whether a column has what `alterColumn` gives it, by the name of the property. */
const AGREEMENTS = new Map<string, (column: Properties, value: unknown, defaultComesBack: boolean) => boolean>([
  ["using", () => true],
  ["type", (column, value) => storedType(String(value)) === storedType(String(column["type"]))],
  ["nullable", (column, value) => value === (column["nullable"] ?? false)],
  [
    "default",
    (column, value, defaultComesBack) =>
      (value ?? undefined) === column["default"] || (value === null && defaultComesBack),
  ],
  ["collation", (column, value) => value === (column["collation"] ?? "default")],
  ["setGenerated", (column, value) => value === column["generatedIdentity"]],
]);

/** Whether a column that the commented lines create has what the call gives it. */
function agrees({ args }: Call, item: unknown, lines: readonly Call[]): boolean {
  const column: Properties = Object(item);
  const changes: Properties = Object(args[2]);
  const defaultComesBack = lines.some(
    (one) => does(one, "alter", "column") && one.args[1] === args[1] && typeof Object(one.args[2]).default === "string",
  );
  return Object.entries(changes).every(([key, value]) => {
    const agreesIn = AGREEMENTS.get(key);
    return agreesIn?.(column, value, defaultComesBack) ?? (value ?? undefined) === column[key];
  });
}
