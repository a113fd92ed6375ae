import { collect } from "../collect.ts";
import { does, mayWriteRows } from "../kinds/targets.ts";
import { type Call, callTarget, isSameTarget, makeKey, type NewName, readNewName } from "./calls.ts";

/** Finds the operations of a list that an operation takes back: their places, in order. */
export type Counterparts = (call: Call) => readonly number[];

/** Finds the places of operations that may be what is asked for. */
type Candidates = (call: Call) => readonly number[];

/** Indexes a list, so that not every pair of operations has to be compared. */
export function indexCounterparts(calls: readonly Call[]): Counterparts {
  const indexes = [indexObjects(calls), indexStatements(calls)];
  return (call) => {
    const candidates = new Set(indexes.flatMap((find) => find(call)));
    const isUndone = (done: Call | undefined) => done !== undefined && undoes(call, done);
    return [...candidates].filter((at) => isUndone(calls[at])).sort((a, b) => a - b);
  };
}

/** Whether an operation takes back what another one does. */
export function undoes(call: Call, done: Call): boolean {
  if (isStatement(call) && isStatement(done)) return undoesText(wordsOf(call), wordsOf(done));
  if (mayWriteRows(call) || mayWriteRows(done)) return false;
  const [rename, back] = [readNewName(done), readNewName(call)];
  if (rename === undefined && back === undefined) return undoesObject(call, done);
  return rename !== undefined && back !== undefined && isWayBack(rename, back);
}

/** 1 for what a call makes, -1 for what it drops; to add a value only alters its enum type. */
export function directionOf(call: Call): number {
  if (call.target?.kind !== "enum value" && does(call, "create")) return 1;
  return does(call, "drop") ? -1 : 0;
}

/** Whether one creates what the other drops; an object goes with its table. */
function undoesObject(call: Call, done: Call): boolean {
  if (directionOf(call) !== -directionOf(done)) return false;
  const [a, b] = [callTarget(call), callTarget(done)];
  if (isSameTarget(a, b)) return true;
  return directionOf(call) === 1 && b?.kind === "table" && b.name === a?.owner;
}

function isWayBack(rename: NewName, back: NewName): boolean {
  return rename.kind === back.kind && rename.from === back.to && rename.to === back.from;
}

function indexObjects(calls: readonly Call[]): Candidates {
  const places = new Map<string, number[]>();
  for (const [at, call] of calls.entries()) for (const key of keysOf(call)) put(places, key, at);
  return (call) => soughtKeysOf(call).flatMap((key) => places.get(key) ?? []);
}

/** What an operation is found by. */
function keysOf(call: Call): readonly string[] {
  const [target, rename] = [callTarget(call), readNewName(call)];
  if (rename !== undefined) return [renameKey(rename.kind, rename.from, rename.to)];
  if (target === undefined) return [];
  return [makeKey(target, target.name), ...collect(target.kind === "table" && partsKey(target.name))];
}

/** What is looked for by the operation that may take it back. */
function soughtKeysOf(call: Call): readonly string[] {
  const [target, rename] = [callTarget(call), readNewName(call)];
  if (rename !== undefined) return [renameKey(rename.kind, rename.to, rename.from)];
  return target === undefined ? [] : [makeKey(target, target.name), partsKey(target.owner)];
}

function renameKey(kind: string, from: string, to: string): string {
  return ["rename", kind, from, to].join("\0");
}

/** The key of a table for its parts, which go with it. */
function partsKey(table: string): string {
  return ["parts", table].join("\0");
}

function put(places: Map<string, number[]>, key: string, at: number): void {
  const list = places.get(key);
  if (list === undefined) places.set(key, [at]);
  else list.push(at);
}

/** A statement that makes something is found by each of its words, and one that drops something by its rarest word. */
function indexStatements(calls: readonly Call[]): Candidates {
  const made = new Map<string, number[]>();
  const named = new Map<string, number[]>();
  const dropped = new Map<string, number[]>();
  const statements = [...calls.entries()].filter(([, call]) => isStatement(call));
  for (const [at, call] of statements)
    for (const word of ownWordsOf(call)) put(isDrop(wordsOf(call)) ? named : made, word, at);
  for (const [at, call] of statements) if (isDrop(wordsOf(call))) put(dropped, rarest(ownWordsOf(call), named), at);
  return (call) => {
    if (!isStatement(call)) return [];
    const words = ownWordsOf(call);
    if (isDrop(wordsOf(call))) return made.get(rarest(words, made)) ?? [];
    return words.flatMap((word) => dropped.get(word) ?? []);
  };
}

/** The word that fewest have. */
function rarest(words: readonly string[], places: ReadonlyMap<string, readonly number[]>): string {
  const count = (word: string) => places.get(word)?.length ?? 0;
  return words.reduce((least, word) => (count(word) < count(least) ? word : least), NO_WORD);
}

/** Every statement has it, also one without a word of its own. */
const NO_WORD = "";

/** Words that the one statement needs and the other does not. */
const FREE = new Set(["drop", "if", "exists", "not", "concurrently", "cascade", "restrict", "only", "column"]);

function isStatement(call: Call): boolean {
  return call.custom === "statement";
}

/** A drop names nothing that the statement which made it does not name. */
function undoesText(words: ReadonlySet<string>, done: ReadonlySet<string>): boolean {
  return isDropOf(words, done) || isDropOf(done, words);
}

function isDropOf(dropped: ReadonlySet<string>, made: ReadonlySet<string>): boolean {
  if (!isDrop(dropped) || isDrop(made) || !(made.has("create") || made.has("add"))) return false;
  return [...dropped].every((word) => FREE.has(word) || made.has(word));
}

function isDrop(words: ReadonlySet<string>): boolean {
  return words.has("drop");
}

/** The words of each statement: they are asked for again and again. */
const known = new WeakMap<Call, ReadonlySet<string>>();

function wordsOf(call: Call): ReadonlySet<string> {
  const words =
    known.get(call) ??
    new Set(
      String(call.args[0])
        .toLowerCase()
        .match(/[\p{L}\p{N}_$]+/gu),
    );
  known.set(call, words);
  return words;
}

/** Those that the other statement has to have too. */
function ownWordsOf(call: Call): readonly string[] {
  return [NO_WORD, ...[...wordsOf(call)].filter((word) => !FREE.has(word))];
}
