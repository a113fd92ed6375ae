import { groupBy } from "../group-by.ts";
import type { Direction } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import {
  type Call,
  type CallTarget,
  callTarget,
  isSameTarget,
  isSibling,
  listNewNames,
  makeKey,
  type NewName,
  readNewName,
} from "../revision/calls.ts";
import { bareName } from "../sql.ts";
import { hasWord } from "../words.ts";
import { type IndexedCalls, indexCalls } from "./indexed-calls.ts";

/** Why a revision cannot be what its author meant, and the operation that shows it. */
export interface Contradiction {
  readonly direction: Direction;
  /** The index of the operation in that direction. */
  readonly at: number;
  readonly text: string;
  readonly hint: string;
}

/** What a call says about a name. */
interface Fact {
  readonly call: Call;
  readonly present: boolean;
}

/** What the calls up to one say. The maps change from call to call: copies would take longer than all else. */
interface Facts {
  readonly byName: Map<string, Fact>;
  /** The keys in `byName` of the columns of each table. */
  readonly columns: Map<string, Set<string>>;
}

/**
 * Finds an answer that was given only in part: a rename that is kept together with a drop or an addition of the other
 * answer, or a rename in one direction with a drop or an addition of the same names in the other.
 * @param upgrade the operations of `upgrade`
 * @param downgrade the operations of `downgrade`
 */
export function findContradiction(upgrade: readonly Call[], downgrade: readonly Call[]): Contradiction | undefined {
  return (
    findBothKept("upgrade", upgrade) ??
    findBothKept("downgrade", downgrade) ??
    findOneSided("upgrade", upgrade, downgrade) ??
    findOneSided("downgrade", downgrade, upgrade)
  );
}

/** Finds a drop of a rename's old name, or an addition of its new name. */
function findBothKept(direction: Direction, calls: readonly Call[]): Contradiction | undefined {
  const facts: Facts = { byName: new Map(), columns: new Map() };
  for (const [at, call] of calls.entries()) {
    const fact = findOpposite(call, facts.byName);
    if (fact !== undefined)
      return {
        direction,
        at,
        text: `${printCallInShort(fact.call)} and ${printCallInShort(call)} contradict each other: they are two answers to one question.`,
        hint: "Keep either the rename, or the drop and the addition. Delete the other in upgrade and downgrade.",
      };
    addFacts(facts, call);
  }
  return undefined;
}

/** Finds a fact that is the opposite of what a call needs, if one of the two calls is a rename. */
function findOpposite(call: Call, facts: ReadonlyMap<string, Fact>): Fact | undefined {
  for (const [key, present] of listNeeds(call)) {
    const fact = facts.get(key);
    if (fact !== undefined && fact.present !== present && (isRename(call) || isRename(fact.call))) return fact;
  }
  return undefined;
}

function isRename(call: Call): boolean {
  const name = readNewName(call);
  return name !== undefined && isAsked(name);
}

/** Whether the tool asks about new names of such an object. */
function isAsked({ kind }: Pick<CallTarget, "kind">): boolean {
  return kind === "table" || kind === "column";
}

function makes(call: Call): boolean {
  return does(call, "create", "table") || does(call, "create", "column");
}

function drops(call: Call): boolean {
  return does(call, "drop", "table") || does(call, "drop", "column");
}

/** Lists the names that must exist before a call (`true`), and those that must not (`false`). */
function listNeeds(call: Call): readonly (readonly [key: string, present: boolean])[] {
  const name = readNewName(call);
  if (name !== undefined && isAsked(name))
    return [
      [makeKey(name, name.from), true],
      [makeKey(name, name.to), false],
    ];
  const target = callTarget(call);
  if (target === undefined || !(makes(call) || drops(call))) return [];
  const { ifExists, ifNotExists } = Object(call.args.at(-1));
  if (ifExists === true || ifNotExists === true) return [];
  return [[makeKey(target, target.name), drops(call)]];
}

/** After a call, what it needed is the other way round. A person's own statements may change anything. */
function addFacts({ byName, columns }: Facts, call: Call): void {
  if (mayChangeSchema(call)) {
    byName.clear();
    columns.clear();
    return;
  }
  for (const [key, present] of listNeeds(call)) {
    byName.set(key, { call, present: !present });
    const [kind, owner = "", name = ""] = key.split("\0");
    if (kind === "column") columns.set(owner, (columns.get(owner) ?? new Set()).add(key));
    if (kind !== "table") continue;
    for (const one of columns.get(name) ?? []) byName.delete(one);
    columns.delete(name);
  }
}

function mayChangeSchema({ custom, args }: Call): boolean {
  if (custom === "statement") return /\b(?:alter|create|drop)\b/i.test(String(args[0]));
  return custom === "code";
}

/**
 * Finds a rename without its reverse in the other direction, which has a drop of the new name or an addition of the old
 * one instead. It is no answer if a direction creates the object itself, or copies its rows with own statements.
 */
function findOneSided(
  direction: Direction,
  calls: readonly Call[],
  others: readonly Call[],
): Contradiction | undefined {
  const other = direction === "upgrade" ? "downgrade" : "upgrade";
  const [names, back] = [listNewNames(calls), listNewNames(others)];
  const [here, there] = [indexCalls(calls), indexCalls(others)];
  const otherNames = listOtherNames([...names, ...back]);
  const reversed = groupBy(back, (one) => makeKey(one, one.from));
  for (const rename of names.filter(isAsked)) {
    const owners = [rename.owner, ...(otherNames.get(rename.owner) ?? [])];
    if (hasReverse(reversed, rename, owners) || !lasts(here, rename)) continue;
    const [at, found] = findOtherAnswer(there, rename, owners) ?? [];
    if (at === undefined || found === undefined || copiesRows(others, rename)) continue;
    return {
      direction: other,
      at,
      text: `${direction} renames ${joinOwner(rename)} to ${rename.to}, but ${other} has ${printCallInShort(found)}.`,
      hint: "Give both directions the same answer: either a rename and its reverse, or a drop and an addition.",
    };
  }
  return undefined;
}

function joinOwner({ owner, from }: NewName): string {
  return owner === "" ? from : `${owner}.${from}`;
}

/** Whether an object has the kind of the renamed one, and is in the same table by any of that table's names. */
function isInOwners(one: Omit<CallTarget, "name">, { kind }: NewName, owners: readonly string[]): boolean {
  return one.kind === kind && owners.includes(one.owner);
}

/** @param renames those of the other direction, by the keys of the old names */
function hasReverse(
  renames: ReadonlyMap<string, readonly NewName[]>,
  rename: NewName,
  owners: readonly string[],
): boolean {
  return owners.some((owner) =>
    renames.get(makeKey({ ...rename, owner }, rename.to))?.some(({ to }) => to === rename.from),
  );
}

/** Finds the first call of the other direction that drops the new name, or adds the old one. */
function findOtherAnswer(
  others: IndexedCalls,
  rename: NewName,
  owners: readonly string[],
): readonly [at: number, call: Call] | undefined {
  const { kind } = rename;
  return owners
    .flatMap((owner) => [rename.to, rename.from].flatMap((name) => others.about({ kind, owner, name })))
    .filter(([at, call]) => isOtherAnswer(call, at, others, rename, owners))
    .sort(([a], [b]) => a - b)[0];
}

/** Whether a call of the other direction drops the new name, or adds the old one. */
function isOtherAnswer(
  call: Call,
  at: number,
  others: IndexedCalls,
  rename: NewName,
  owners: readonly string[],
): boolean {
  const target = callTarget(call);
  if (target === undefined || !isInOwners(target, rename, owners)) return false;
  if (drops(call)) return target.name === rename.to && !isMade(others, target, at);
  return makes(call) && target.name === rename.from && !isGone(others, target, at);
}

/**
 * Whether an object that existed before the calls has the new name after them. A direction may also rename what it has
 * created, or drop it later.
 */
function lasts(calls: IndexedCalls, { from, to, ...one }: NewName): boolean {
  const isOfSibling = (call: Call, name: "from" | "to", is: string) => {
    const next = readNewName(call);
    return isSibling(next, one) && next?.[name] === is;
  };
  const [first = 0] = calls.about({ ...one, name: from }).find(([, call]) => isOfSibling(call, "from", from)) ?? [];
  const [last = 0] = calls.about({ ...one, name: to }).findLast(([, call]) => isOfSibling(call, "to", to)) ?? [];
  return !isMade(calls, { ...one, name: from }, first) && !isGone(calls, { ...one, name: to }, last);
}

/** Whether the calls before one add an object, or give it its name. */
function isMade(calls: IndexedCalls, target: CallTarget, end: number): boolean {
  return calls.about(target).some(([at, call]) => {
    if (at >= end) return false;
    const next = readNewName(call);
    if (next !== undefined) return isSibling(next, target) && next.to === target.name;
    return makes(call) && isSameTarget(callTarget(call), target);
  });
}

/** Whether the calls after one drop an object, or give it another name. */
function isGone(calls: IndexedCalls, target: CallTarget, start: number): boolean {
  return calls.about(target).some(([at, call]) => {
    if (at <= start) return false;
    const next = readNewName(call);
    if (next !== undefined) return isSibling(next, target) && next.from === target.name;
    return drops(call) && isSameTarget(callTarget(call), target);
  });
}

/** Whether calls between the addition of the old name and the drop of the new name copy rows from one to the other. */
function copiesRows(calls: readonly Call[], rename: NewName): boolean {
  const added = calls.findIndex((call) => does(call, "create") && callTarget(call)?.name === rename.from);
  const dropped = calls.findIndex((call) => does(call, "drop") && callTarget(call)?.name === rename.to);
  if (added < 0) return false;
  return calls.slice(added + 1, dropped < 0 ? undefined : dropped).some((call) => mayCopyRows(call, rename));
}

function mayCopyRows(call: Call, { from, to, owner }: NewName): boolean {
  if (call.custom === "code") return true;
  if (call.custom === "statement") return [from, to].every((name) => hasWord(String(call.args[0]), bareName(name)));
  const table = call.target?.name;
  return (does(call, "update") && table === owner) || (does(call, "insert") && table === from);
}

/** Lists, for each table, the names on the other side of its renames. */
function listOtherNames(names: readonly NewName[]): ReadonlyMap<string, readonly string[]> {
  const others = new Map<string, string[]>();
  const add = (name: string, other: string) => void others.set(name, [...(others.get(name) ?? []), other]);
  for (const { from, to } of names.filter(({ kind }) => kind === "table")) {
    add(from, to);
    add(to, from);
  }
  return others;
}

function printCallInShort({ name, args }: Call): string {
  const shown = args.filter((arg) => arg !== undefined).map((arg) => JSON.stringify(shorten(arg)));
  return `op.${name}(${shown.join(", ")})`;
}

/** Keeps only the name of an object. */
function shorten(arg: unknown): unknown {
  if (typeof arg !== "object" || arg === null) return arg;
  const { name }: { readonly name?: unknown } = arg;
  if (name === undefined) return "…";
  return { name };
}
