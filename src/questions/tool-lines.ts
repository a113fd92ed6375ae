import { isDeepStrictEqual } from "node:util";
import { tableKinds } from "../kinds/all.ts";
import { isSerial, storedType } from "../kinds/column-types.ts";
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
import type { Column } from "../schema/schema.ts";
import { bareName, sequenceName, siblingName } from "../sql.ts";
import { hasWord } from "../words.ts";

/** What is known of a question besides its lines. */
export interface Around {
  readonly text: string;
  /** The commented lines. */
  readonly ifNo: readonly Call[];
  /** What the other direction has in comments, which is how it makes what this one drops. */
  readonly back: readonly Call[];
}

/** Something that calls make. */
interface Made extends CallTarget {
  /** How it is defined, if that is known. */
  readonly item?: unknown;
}

const OPTIONS_BY_HAND = ["ifExists", "ifNotExists", "notValid", "concurrently", "usingIndex"];

/** Whether only a person can have written a call: the tool uses neither such operations nor such options. */
export function isByHand(call: Call): boolean {
  const { args, target } = call;
  if (target === undefined || mayWriteRows(call)) return true;
  if (does(call, "alter", "constraint") || does(call, "rename", "schema")) return true;
  const options = Object.keys(Object(args.at(-1)));
  return args.length > 1 && OPTIONS_BY_HAND.some((one) => options.includes(one));
}

/**
 * The lines below a question that the tool wrote. A person may have put others between them: those are nobody's to
 * delete. A line is the tool's if the commented lines, here or in the other direction, do the same in their way; without
 * commented lines, if it has the form in which the tool asks about such a thing.
 * @param lines the lines, in their order
 */
export function toolLines<Line extends { readonly call: Call }>(
  lines: readonly Line[],
  around: Around,
): readonly Line[] {
  const possible = firstOfEqual(lines).filter(({ call }) => !isByHand(call));
  const [asked] = [...possible].sort((a, b) => nearness(around.text, b.call) - nearness(around.text, a.call));
  if (asked === undefined) return [];
  const isRename = readNewName(asked.call) !== undefined;
  if (around.ifNo.length === 0)
    return isRename
      ? possible.filter(({ call }) => readNewName(call) !== undefined)
      : ofOneForm(possible.slice(possible.indexOf(asked)), asked.call);
  const chains = chainsOf(possible);
  const known = { ...around, made: around.ifNo.flatMap(madeBy), lines: possible.map(({ call }) => call) };
  return possible.filter((line) => {
    if (line === asked) return true;
    const chain = chains.find((one) => one.lines.includes(line));
    if (chain !== undefined) return chain.lines.includes(asked) || followsRename(chain.name, known);
    return isDoneOtherwise(line.call, known);
  });
}

/** The tool writes a line once: one that is repeated below is a person's. */
function firstOfEqual<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ call }, at) => lines.findIndex((one) => isSameCall(one.call, call)) === at);
}

function isSameCall(a: Call, b: Call): boolean {
  return a.name === b.name && isDeepStrictEqual(a.args, b.args);
}

interface Known extends Around {
  readonly made: readonly Made[];
  readonly lines: readonly Call[];
}

/** How surely the text is about what the call is about. */
function nearness(text: string, call: Call): number {
  const next = readNewName(call);
  const { kind, owner, name = "" } = callTarget(call) ?? {};
  if (does(call, "comment") || name === "") return 0;
  if (next !== undefined) {
    if (hasWord(text, next.from)) return hasWord(text, next.to) ? 4 : 3;
    return 0;
  }
  if (!hasWord(text, name)) return 0;
  if (!owner) return kind === "table" && !does(call, "drop") ? 0 : 1;
  return hasWord(text, owner) ? 2 : 1;
}

interface Chain<Line> {
  readonly name: NewName;
  readonly lines: readonly Line[];
}

/** New names with the lines that give them: some go by way of a third name. */
function chainsOf<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Chain<Line>[] {
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
 * Whether the commented lines drop what is renamed here and make it under its new name, or alter it in its place. What
 * goes with its table is not dropped by a line of its own, but the other direction makes it.
 */
function followsRename(name: NewName, { made, ifNo, back }: Known): boolean {
  const { kind, owner, from, to } = name;
  if (kind === "enum value") return ifNo.some((call) => replacesValue(call, name));
  const [old, next] = [from, to].map((name) => ({ kind, owner, name }));
  const makes = made.some((one) => isSameTarget(one, next));
  const drops = ifNo.some((call) => does(call, "drop") && isSameTarget(callTarget(call), old));
  const alters = ifNo.some((call) => does(call, "alter") && isSameTarget(callTarget(call), next));
  const comesBack = back.flatMap(madeBy).some((one) => one.kind === kind && one.name === from);
  return (makes && (drops || comesBack)) || alters;
}

/** Whether the enum type gets another list, with the new name of the value and without the old one. */
function replacesValue(call: Call, { owner, from, to }: NewName): boolean {
  const values = call.args[1];
  if (!does(call, "alter", "enum type") || call.target?.name !== owner || !Array.isArray(values)) return false;
  return values.includes(to) && !values.includes(from);
}

/** Whether the commented lines do what this line does, or the other direction takes it back. */
function isDoneOtherwise(call: Call, { made, ifNo, back, lines }: Known): boolean {
  if (ifNo.some((one) => isSameCall(one, call))) return true;
  const target = callTarget(call);
  if (target === undefined) return false;
  const same = made.filter((one) => isSameTarget(one, target));
  if (does(call, "alter", "column")) return same.some(({ item }) => agrees(call, item, lines));
  if (does(call, "comment")) return same.some(({ item }) => Object(item).comment === call.args.at(-1));
  if (does(call, "create") && target.kind !== "enum type")
    return same.some(({ item }) => isDeepStrictEqual(item, call.args[1]));
  if (target.kind === "enum type") return same.length > 0;
  if (target.kind === "sequence") return made.some((one) => one.kind === "table" && startsAs(target.name, one.name));
  return does(call, "drop") && back.flatMap(madeBy).some((one) => one.kind === target.kind && one.name === target.name);
}

function startsAs(sequence: string, table: string): boolean {
  return bareName(sequence).startsWith(bareName(table));
}

/** Whether a column that is made has what the call gives it. */
function agrees({ args }: Call, item: unknown, lines: readonly Call[]): boolean {
  const column = Object(item) as Partial<Column>;
  const changes = Object(args[2]) as Readonly<Record<string, unknown>>;
  const comesBack = lines.some(
    (one) => does(one, "alter", "column") && one.args[1] === args[1] && typeof Object(one.args[2]).default === "string",
  );
  return Object.entries(changes).every(([key, value]) => {
    if (key === "using") return true;
    if (key === "type") return storedType(String(value)) === storedType(String(column.type));
    if (key === "nullable") return value === (column.nullable ?? false);
    if (key === "default") return (value ?? undefined) === column.default || (value === null && comesBack);
    if (key === "setGenerated") return value === column.generatedIdentity;
    return (value ?? undefined) === (column as Readonly<Record<string, unknown>>)[key];
  });
}

/** What a call makes: a table with all that stands inside, a column with its sequence, or one thing. */
function madeBy(call: Call): readonly Made[] {
  const [first, second] = call.args;
  const target = callTarget(call);
  if (target === undefined || !does(call, "create") || call.target?.kind === "enum value") return [];
  if (target.kind === "table") {
    const inside = Object(second) as Readonly<Record<string, unknown>>;
    const owner = String(first);
    const named = (list: unknown, kind: CallTarget["kind"]) =>
      (Array.isArray(list) ? list : [list].filter(Boolean)).map((item) => ({
        kind,
        owner,
        name: nameOf(item),
        item,
      }));
    const constraints = tableKinds.filter(({ isConstraint }) => isConstraint);
    const columns = named(inside["columns"], "column");
    return [
      { ...target, item: second },
      ...columns,
      ...columns.flatMap((one) => sequencesOf(owner, one.item)),
      ...constraints.flatMap(({ list }) => named(inside[list], "constraint")),
    ];
  }
  if (target.kind === "column") return [{ ...target, item: second }, ...sequencesOf(String(first), second)];
  return [{ ...target, item: second }];
}

function sequencesOf(table: string, item: unknown): readonly Made[] {
  const { name, type, sequence, generatedIdentity } = Object(item) as Column;
  if (typeof name !== "string" || typeof type !== "string") return [];
  if (!isSerial(type) && generatedIdentity === undefined) return [];
  return [{ kind: "sequence", owner: "", name: siblingName(table, sequence ?? sequenceName(table, name)) }];
}

function nameOf(item: unknown): string {
  const { name } = Object(item) as { name?: unknown };
  return typeof name === "string" ? name : "";
}

/**
 * The form of a question without commented lines: each part of it stands once. Where two lines may be the same part, the
 * tool wrote one of them, but which one cannot be known: both stay.
 */
function ofOneForm<Line extends { readonly call: Call }>(lines: readonly Line[], asked: Call): readonly Line[] {
  const target = callTarget(asked);
  if (target === undefined) return [];
  const parts = new Map<string, Line[]>();
  for (const line of lines) {
    const part = partOf(line.call, target, new Set(parts.keys()));
    if (part !== undefined) parts.set(part, [...(parts.get(part) ?? []), line]);
  }
  const sure = [...parts.values()].filter((found) =>
    found.every(({ call }) => isDeepStrictEqual(call, found[0]?.call)),
  );
  return lines.filter((line) => sure.some(([first]) => first === line));
}

/** Which part of the form a line is: what is dropped comes before what is made. */
function partOf(call: Call, asked: CallTarget, seen: ReadonlySet<string>): string | undefined {
  const target = callTarget(call);
  if (target === undefined || call.target === undefined) return undefined;
  const { effect } = call.target;
  if (target.kind === "sequence") return asked.kind === "column" && seen.has("type") ? `${effect} sequence` : undefined;
  if (target.kind === "enum type" && asked.kind === "table")
    return seen.has("drop") ? `enum ${target.name}` : undefined;
  if (!isSameTarget(target, asked) || effect === "comment") return undefined;
  if (!does(call, "alter", "column")) return seenBefore(effect, seen);
  const changes = Object(call.args[2]) as Readonly<Record<string, unknown>>;
  if (changes["type"] !== undefined) return isSerial(String(changes["type"])) && seen.has("type") ? "serial" : "type";
  const [key = ""] = Object.keys(changes);
  if (key !== "default") return key === "nullable" || seen.has("type") ? key : undefined;
  if (changes[key] === null) return seen.has("type") ? undefined : "no default";
  return seen.has("no default") && seen.has("type") ? key : undefined;
}

function seenBefore(part: string, seen: ReadonlySet<string>): string | undefined {
  return part === "drop" && seen.size > 0 ? undefined : part;
}
