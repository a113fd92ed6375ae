import { does } from "../kinds/targets.ts";
import {
  type Call,
  type CallTarget,
  callTarget,
  isSameTarget,
  isSibling,
  type NewName,
  newNames,
  readNewName,
} from "../revision/calls.ts";
import { bareName } from "../sql.ts";
import { hasWord } from "../words.ts";

/** Why a revision cannot be what its author meant, and the operation that shows it. */
export interface Contradiction {
  readonly direction: "upgrade" | "downgrade";
  /** Which operation of that direction. */
  readonly at: number;
  readonly text: string;
  readonly hint: string;
}

interface Fact {
  readonly call: Call;
  readonly present: boolean;
}

/**
 * Finds an answer that was given by halves: a rename that is kept together with the drop or the add which stand for
 * the other answer, or a rename in one direction with a drop or an add of the same names in the other.
 * @param upgrade the operations of `upgrade`
 * @param downgrade the operations of `downgrade`
 */
export function findContradiction(upgrade: readonly Call[], downgrade: readonly Call[]): Contradiction | undefined {
  return (
    bothKept("upgrade", upgrade) ??
    bothKept("downgrade", downgrade) ??
    oneSided("upgrade", upgrade, downgrade) ??
    oneSided("downgrade", downgrade, upgrade)
  );
}

/** A name that a rename gave away is dropped, or one that it gave is added. */
function bothKept(direction: Contradiction["direction"], calls: readonly Call[]): Contradiction | undefined {
  let facts: ReadonlyMap<string, Fact> = new Map();
  for (const [at, call] of calls.entries()) {
    for (const [key, present] of needsOf(call)) {
      const fact = facts.get(key);
      if (fact === undefined || fact.present === present || !(isRename(call) || isRename(fact.call))) continue;
      return {
        direction,
        at,
        text: `${printed(fact.call)} and ${printed(call)} contradict each other: they are two answers to one question.`,
        hint: "Keep either the rename, or the drop and the addition. Delete the other in upgrade and downgrade.",
      };
    }
    facts = factsAfter(facts, call);
  }
  return undefined;
}

function isRename(call: Call): boolean {
  const name = readNewName(call);
  return name !== undefined && isAsked(name);
}

/** Whether the tool asks about new names of such a thing. */
function isAsked({ kind }: Pick<CallTarget, "kind">): boolean {
  return kind === "table" || kind === "column";
}

function makes(call: Call): boolean {
  return does(call, "create", "table") || does(call, "create", "column");
}

function drops(call: Call): boolean {
  return does(call, "drop", "table") || does(call, "drop", "column");
}

/** The names that have to be there before a call, and those that must not be. */
function needsOf(call: Call): readonly (readonly [key: string, present: boolean])[] {
  const rename = isRename(call) ? readNewName(call) : undefined;
  if (rename !== undefined)
    return [
      [keyOf(rename, rename.from), true],
      [keyOf(rename, rename.to), false],
    ];
  const target = callTarget(call);
  if (target === undefined || !(makes(call) || drops(call))) return [];
  const { ifExists, ifNotExists } = Object(call.args.at(-1));
  if (ifExists === true || ifNotExists === true) return [];
  return [[keyOf(target, target.name), drops(call)]];
}

/** After a call everything is the other way round; statements of one's own may change anything. */
function factsAfter(facts: ReadonlyMap<string, Fact>, call: Call): ReadonlyMap<string, Fact> {
  if (
    call.custom === "code" ||
    (call.custom === "statement" && /\b(?:alter|create|drop)\b/i.test(String(call.args[0])))
  )
    return new Map();
  const next = new Map(facts);
  for (const [key, present] of needsOf(call)) {
    next.set(key, { call, present: !present });
    const inside = `column\0${key.slice(key.lastIndexOf("\0") + 1)}\0`;
    if (key.startsWith("table")) for (const one of facts.keys()) if (one.startsWith(inside)) next.delete(one);
  }
  return next;
}

function keyOf({ kind, owner }: Pick<NewName, "kind" | "owner">, name: string): string {
  return [kind, owner, name].join("\0");
}

/**
 * A rename, and in the other direction not the rename back, but a drop of its new name or an add of its old one. What a
 * direction makes for itself on the way, or copies with statements of its own, is nobody's answer to a question.
 */
function oneSided(
  direction: Contradiction["direction"],
  calls: readonly Call[],
  others: readonly Call[],
): Contradiction | undefined {
  const other = direction === "upgrade" ? "downgrade" : "upgrade";
  const [names, back] = [newNames(calls), newNames(others)];
  const renames = names.filter(isAsked);
  for (const rename of renames.filter((one) => lasts(calls, one))) {
    const owners = [rename.owner, ...[...names, ...back].flatMap((one) => otherName(one, rename.owner))];
    const isHere = (one: Pick<NewName, "kind" | "owner">) =>
      owners.some((owner) => isSibling(one, { ...rename, owner }));
    if (back.some((one) => isHere(one) && one.from === rename.to && one.to === rename.from)) continue;
    const at = others.findIndex((call, index) => {
      const target = callTarget(call);
      if (target === undefined || !isHere(target)) return false;
      if (drops(call)) return target.name === rename.to && !isMade(others.slice(0, index), target);
      return makes(call) && target.name === rename.from && !isGone(others.slice(index + 1), target);
    });
    if (at < 0 || copies(others, rename)) continue;
    const what = rename.owner === "" ? rename.from : `${rename.owner}.${rename.from}`;
    return {
      direction: other,
      at,
      text: `${direction} renames ${what} to ${rename.to}, but ${other} has ${printed(others[at]!)}.`,
      hint: "Give both directions the same answer: either a rename and its reverse, or a drop and an addition.",
    };
  }
  return undefined;
}

/** Whether what was there before has the new name afterwards: a direction may rename what it made, or drop it later. */
function lasts(calls: readonly Call[], { from, to, ...one }: NewName): boolean {
  const first = calls.findIndex((call) => {
    const next = readNewName(call);
    return next !== undefined && isSibling(next, one) && next.from === from;
  });
  const last = calls.findLastIndex((call) => {
    const next = readNewName(call);
    return next !== undefined && isSibling(next, one) && next.to === to;
  });
  return !isMade(calls.slice(0, first), { ...one, name: from }) && !isGone(calls.slice(last + 1), { ...one, name: to });
}

/** Whether the calls add something, or give it its name. */
function isMade(calls: readonly Call[], target: CallTarget): boolean {
  return calls.some((call) => {
    const next = readNewName(call);
    if (next !== undefined) return isSibling(next, target) && next.to === target.name;
    return makes(call) && isSameTarget(callTarget(call), target);
  });
}

/** Whether the calls drop something, or give it another name. */
function isGone(calls: readonly Call[], target: CallTarget): boolean {
  return calls.some((call) => {
    const next = readNewName(call);
    if (next !== undefined) return isSibling(next, target) && next.from === target.name;
    return drops(call) && isSameTarget(callTarget(call), target);
  });
}

/** Whether a person copies the values from one name to the other, between what is added and what is dropped. */
function copies(calls: readonly Call[], { from, to, owner }: NewName): boolean {
  const added = calls.findIndex((call) => does(call, "create") && callTarget(call)?.name === from);
  const dropped = calls.findIndex((call) => does(call, "drop") && callTarget(call)?.name === to);
  if (added < 0) return false;
  return calls.slice(added + 1, dropped < 0 ? undefined : dropped).some((call) => {
    if (call.custom === "code") return true;
    if (call.custom === "statement") return [from, to].every((word) => hasWord(String(call.args[0]), bareName(word)));
    const table = call.target?.name;
    return (does(call, "update") && table === owner) || (does(call, "insert") && table === from);
  });
}

/** A table's name on the other side of its rename. */
function otherName({ kind, from, to }: NewName, table: string): readonly string[] {
  if (kind !== "table") return [];
  return from === table ? [to] : to === table ? [from] : [];
}

function printed({ name, args }: Call): string {
  const shown = args.filter((arg) => arg !== undefined).map((arg) => JSON.stringify(shortened(arg)));
  return `op.${name}(${shown.join(", ")})`;
}

function shortened(arg: unknown): unknown {
  const { name } = Object(arg) as { name?: unknown };
  return typeof arg === "object" && arg !== null ? (name === undefined ? "…" : { name }) : arg;
}
