import * as operations from "../kinds/operations.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import { NOT_PLAIN } from "./header.ts";

/** A call of an operation, recorded or read from a file's text. */
export type Call = Pick<Operation, "name" | "args" | "target" | "custom" | "note">;

/** What a call is about: the column `title` of `mall`. */
export interface CallTarget {
  readonly kind: OperationTarget["kind"];
  /** The table; "" for what belongs to none. */
  readonly owner: string;
  readonly name: string;
}

/** A new name, or the same name in another schema. */
export interface NewName extends Omit<CallTarget, "name"> {
  readonly from: string;
  readonly to: string;
}

const MAKERS = new Map(Object.entries(operations as Readonly<Record<string, unknown>>));

/**
 * A call as it is written in a file. It has no target where its arguments are no literals, or not those of the operation.
 * @param name the method on `op`
 * @param args what is read of the arguments, with `NOT_PLAIN` for what is no literal
 * @returns `undefined` if there is no such operation
 */
export function readCall(name: string, args: readonly unknown[]): Call | undefined {
  const make = MAKERS.get(name) as ((...args: readonly unknown[]) => Operation) | undefined;
  if (make === undefined) return undefined;
  try {
    const { target, custom, note } = make(...args.map(readable));
    return {
      name,
      args,
      ...(target !== undefined && { target }),
      ...(custom !== undefined && { custom }),
      ...(note !== undefined && { note }),
    };
  } catch {
    return { name, args };
  }
}

/** What is no literal is read as an empty list: it may be one of rows or columns, and no name can be made of it. */
function readable(value: unknown): unknown {
  if (value === NOT_PLAIN) return [];
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
}

/** What a call is about; a value is a part of its enum type. */
export function callTarget({ target }: Pick<Call, "target">): CallTarget | undefined {
  if (target === undefined) return undefined;
  const { kind, table = "", name } = target;
  return kind === "enum value" ? { kind: "enum type", owner: "", name: table } : { kind, owner: table, name };
}

/** The new name that a call gives, if it gives one. */
export function readNewName({ target }: Pick<Call, "target">): NewName | undefined {
  if (target?.to === undefined) return undefined;
  const { kind, table: owner = "", name: from, to } = target;
  return { kind, owner, from, to };
}

/** What has another name after some calls; a way round over a third name does not count. */
export function newNames(calls: readonly Call[]): readonly NewName[] {
  const names = calls.flatMap((call) => readNewName(call) ?? []).reduce<readonly NewName[]>(withNewName, []);
  return names.filter(({ from, to }) => from !== to);
}

function withNewName(known: readonly NewName[], next: NewName): readonly NewName[] {
  const earlier = known.find((one) => isSibling(one, next) && one.to === next.from);
  if (earlier === undefined) return [...known, next];
  return known.map((one) => (one === earlier ? { ...one, to: next.to } : one));
}

/** Whether two things stand in one list: the columns of one table. */
export function isSibling(a: Omit<CallTarget, "name"> | undefined, b: Omit<CallTarget, "name"> | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.owner === b.owner;
}

/** Whether two calls are about the same thing, as far as one of each can be known. */
export function isSameTarget(a: CallTarget | undefined, b: CallTarget | undefined): boolean {
  return isSibling(a, b) && a?.name === b?.name;
}

/** The same thing by the name it has after the renames. */
export function followRenames<T extends CallTarget>(target: T, names: readonly NewName[]): T {
  const kind = target.kind === "enum type" ? "enum type" : "table";
  const owner = target.owner === "" ? "" : followRenames({ kind, owner: "", name: target.owner }, names).name;
  const found = names.find((one) => isSibling(one, { ...target, owner }) && one.from === target.name);
  return { ...target, owner, name: found?.to ?? target.name };
}
