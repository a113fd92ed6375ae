import { isDeepStrictEqual } from "node:util";
import { dropUndefined } from "../given.ts";
import * as operations from "../kinds/operations.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import { NOT_PLAIN } from "./header.ts";

/** A call of an operation, recorded or read from a file's text. */
export type Call = Pick<Operation, "name" | "args" | "target" | "byHand" | "custom" | "note" | "endsTransaction">;

/** The object of a call, such as the column `title` of `mall`. */
export interface CallTarget {
  readonly kind: OperationTarget["kind"];
  /** The table; "" for an object that belongs to none. */
  readonly owner: string;
  readonly name: string;
}

/** A new name, or the same name in another schema. */
export interface NewName extends Omit<CallTarget, "name"> {
  readonly from: string;
  readonly to: string;
}

const MAKERS = new Map<string, unknown>(Object.entries(operations));

/**
 * Reads a call in a file. It has no target if its arguments are not literals, or not arguments of the operation.
 * @param name the method on `op`
 * @param args the arguments, with `NOT_PLAIN` for what is not a literal
 * @returns `undefined` if there is no such operation
 */
export function readCall(name: string, args: readonly unknown[]): Call | undefined {
  if (typeof MAKERS.get(name) !== "function") return undefined;
  const operation = makeOperation(name, args.map(replaceNotPlain));
  if (operation === undefined) return { name, args };
  const { target, byHand, custom, note, endsTransaction } = operation;
  return { name, args, ...dropUndefined({ target, byHand, custom, note, endsTransaction }) };
}

/** Whether a call in a file recorded an operation, which also has the names that the call leaves out. */
export function isCallOf({ name, args }: Call, operation: Pick<Operation, "name" | "args">): boolean {
  if (name !== operation.name) return false;
  if (isDeepStrictEqual(args, operation.args)) return true;
  return isDeepStrictEqual(makeOperation(name, args)?.args, operation.args);
}

/** @returns `undefined` if there is no such operation, or its arguments are wrong */
function makeOperation(name: string, args: readonly unknown[]): Operation | undefined {
  const make = MAKERS.get(name);
  if (typeof make !== "function") return undefined;
  try {
    return Reflect.apply(make, undefined, args);
  } catch {
    return undefined;
  }
}

/** Replaces what is not a literal by an empty list. It may be a list of rows or columns, and it cannot be a name. */
function replaceNotPlain(value: unknown): unknown {
  if (value === NOT_PLAIN) return [];
  if (Array.isArray(value)) return value.map(replaceNotPlain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaceNotPlain(one)]));
}

/** Reads which object a call is about. A value counts as a part of its enum type. */
export function callTarget({ target }: Pick<Call, "target">): CallTarget | undefined {
  if (target === undefined) return undefined;
  const { kind, table = "", name } = target;
  if (kind === "enum value") return { kind: "enum type", owner: "", name: table };
  return { kind, owner: table, name };
}

/** Reads the new name that a call gives, if it gives one. */
export function readNewName({ target }: Pick<Call, "target">): NewName | undefined {
  if (target?.to === undefined) return undefined;
  const { kind, table: owner = "", name: from, to } = target;
  return { kind, owner, from, to };
}

/** Lists the objects that have another name after some calls. Temporary names do not count. */
export function listNewNames(calls: readonly Call[]): readonly NewName[] {
  const names: NewName[] = [];
  /** The places of the names in the list, by what has them now. */
  const places = new Map<string, readonly number[]>();
  for (const next of calls.flatMap((call) => readNewName(call) ?? [])) {
    const [place = names.length, ...others] = places.get(makeKey(next, next.from)) ?? [];
    places.set(makeKey(next, next.from), others);
    const holders = places.get(makeKey(next, next.to)) ?? [];
    places.set(
      makeKey(next, next.to),
      [...holders, place].sort((a, b) => a - b),
    );
    names[place] = { ...(names[place] ?? next), to: next.to };
  }
  return names.filter(({ from, to }) => from !== to);
}

/** New names, by what had the old ones. */
export type NewNameIndex = ReadonlyMap<string, NewName>;

/** Finds new names by what had the old ones. Where several had one name, the first one counts. */
export function indexNewNames(names: readonly NewName[]): NewNameIndex {
  return new Map(names.toReversed().map((name) => [makeKey(name, name.from), name]));
}

/** A text that is the same for one object only: its kind, its owner and its name. */
export function makeKey({ kind, owner }: Omit<CallTarget, "name">, name: string): string {
  return [kind, owner, name].join("\0");
}

/** Whether two objects have the same kind and owner, as the columns of one table have. */
export function isSibling(a: Omit<CallTarget, "name"> | undefined, b: Omit<CallTarget, "name"> | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.owner === b.owner;
}

/** Whether two objects are the same and both known. */
export function isSameTarget(a: CallTarget | undefined, b: CallTarget | undefined): boolean {
  return isSibling(a, b) && a?.name === b?.name;
}

/** Gives an object, and its table, the names that they have after some renames. */
export function followRenames<T extends CallTarget>(target: T, names: NewNameIndex): T {
  const owner = target.owner === "" ? "" : followRenames(readOwner(target), names).name;
  const found = names.get(makeKey({ ...target, owner }, target.name));
  return { ...target, owner, name: found?.to ?? target.name };
}

function readOwner({ kind, owner }: CallTarget): CallTarget {
  return { kind: kind === "enum type" ? kind : "table", owner: "", name: owner };
}
