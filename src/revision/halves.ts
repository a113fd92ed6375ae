import { type Call, isOfSame, type NewName, newNameOf, newNames, targetOf } from "./calls.ts";

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
export function contradictionIn(upgrade: readonly Call[], downgrade: readonly Call[]): Contradiction | undefined {
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
        text: `${printed(fact.call)} and ${printed(call)} cannot both be right: they are two answers to one question.`,
        hint: "Keep the rename, or else what is dropped and added; delete the other in upgrade and downgrade.",
      };
    }
    facts = factsAfter(facts, call);
  }
  return undefined;
}

function isRename(call: Call): boolean {
  const family = newNameOf(call)?.family;
  return family === "Table" || family === "Column";
}

/** The names that have to be there before a call, and those that must not be. */
function needsOf(call: Call): readonly (readonly [key: string, present: boolean])[] {
  const rename = isRename(call) ? newNameOf(call) : undefined;
  if (rename !== undefined)
    return [
      [keyOf(rename, rename.from), true],
      [keyOf(rename, rename.to), false],
    ];
  if (!/^(add|create|drop)(Column|Table)$/.test(call.name)) return [];
  const target = targetOf(call);
  return [[keyOf(target, target.name), call.name.startsWith("drop")]];
}

/** After a call everything is the other way round; statements of one's own may change anything. */
function factsAfter(facts: ReadonlyMap<string, Fact>, call: Call): ReadonlyMap<string, Fact> {
  if (call.name === "run" || (call.name === "sql" && /\b(?:alter|create|drop)\b/i.test(String(call.args[0]))))
    return new Map();
  const next = new Map(facts);
  for (const [key, present] of needsOf(call)) {
    next.set(key, { call, present: !present });
    const inside = `Column\0${key.slice(key.lastIndexOf("\0") + 1)}\0`;
    if (key.startsWith("Table")) for (const one of facts.keys()) if (one.startsWith(inside)) next.delete(one);
  }
  return next;
}

function keyOf({ family, owner }: Pick<NewName, "family" | "owner">, name: string): string {
  return [family, owner, name].join("\0");
}

/** A rename, and in the other direction not the rename back, but a drop of its new name or an add of its old one. */
function oneSided(
  direction: Contradiction["direction"],
  calls: readonly Call[],
  others: readonly Call[],
): Contradiction | undefined {
  const other = direction === "upgrade" ? "downgrade" : "upgrade";
  const [names, back] = [newNames(calls), newNames(others)];
  for (const rename of names.filter(({ family }) => family === "Table" || family === "Column")) {
    const owners = [rename.owner, ...[...names, ...back].flatMap((one) => otherName(one, rename.owner))];
    const isHere = (one: Pick<NewName, "family" | "owner">) =>
      owners.some((owner) => isOfSame(one, { ...rename, owner }));
    if (back.some((one) => isHere(one) && one.from === rename.to && one.to === rename.from)) continue;
    const at = others.findIndex((call) => {
      const target = targetOf(call);
      if (!isHere(target)) return false;
      if (/^drop(Column|Table)$/.test(call.name)) return target.name === rename.to;
      return /^(add|create)(Column|Table)$/.test(call.name) && target.name === rename.from;
    });
    if (at < 0) continue;
    const what = rename.owner === "" ? rename.from : `${rename.owner}.${rename.from}`;
    return {
      direction: other,
      at,
      text: `${direction} renames ${what} to ${rename.to}, but ${other} has ${printed(others[at]!)}.`,
      hint: "Give both directions the same answer: the rename and the rename back, or what is dropped and added.",
    };
  }
  return undefined;
}

/** A table's name on the other side of its rename. */
function otherName({ family, from, to }: NewName, table: string): readonly string[] {
  if (family !== "Table") return [];
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
