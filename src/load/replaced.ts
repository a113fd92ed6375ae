import { fileURLToPath } from "node:url";
import { joinTexts } from "../collect.ts";
import { isObserved, listObservers } from "./observers.ts";

/** A function of Node or of JavaScript. */
export type AnyFunction = (...args: readonly unknown[]) => unknown;

/** Puts back what was replaced. */
export type Undo = () => void;

/** The folder of this code. */
const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));
/** The compiler and the search for files look at the clock, and nothing of it is in their results. */
const OWN_PACKAGES = /\/node_modules\/(?:ts-morph|@ts-morph\/common|tinyglobby|fdir)\//;
/** What TypeORM does, and packages for it, depends on neither. */
const TYPEORM = /\/node_modules\/typeorm(?:-[\d.]+)?\//;
/** TypeORM makes an instance of each entity only to see whether a relation is initialized. */
const HARMLESS_WORK = /\bEntityMetadataValidator\b/;

/** Replaces a function of an object until it is undone. */
export function replace(object: object, name: string | symbol, make: (original: AnyFunction) => unknown): Undo {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const original: unknown = Reflect.get(object, name);
  if (!isFunction(original) || before?.configurable === false) return () => undefined;
  Object.defineProperty(object, name, { value: make(original), configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
}

/** Replaces a property by one whose value is another one each time, or is not known here, until it is undone. */
export function replaceValue(object: object, name: string, what: string): Undo {
  const before = Object.getOwnPropertyDescriptor(object, name);
  if (before === undefined || before.configurable !== true) return () => undefined;
  let { value } = before;
  Object.defineProperty(object, name, {
    get() {
      refuse(what);
      return before.get === undefined ? value : Reflect.apply(before.get, this, []);
    },
    set(given: unknown) {
      value = given;
    },
    configurable: true,
    enumerable: before.enumerable === true,
  });
  return () => {
    Object.defineProperty(object, name, before.get === undefined ? { ...before, value } : before);
  };
}

/** The same function, whose result is another one each time only for some arguments. */
export function refusingIf(
  original: AnyFunction,
  what: string,
  is: (self: unknown, args: readonly unknown[]) => boolean,
): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      if (isObserved() && is(self, args)) refuse(what);
      return Reflect.apply(target, self, args);
    },
  });
}

/** The same function, whose result is another one each time, or is not known here. */
export function refusing(original: AnyFunction, what: string): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      refuse(what);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      refuse(what);
      return Reflect.construct(target, args, newTarget);
    },
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return isFunction(value) && name !== "prototype" ? refusing(value, what) : value;
    },
  });
}

/**
 * Keeps a reason why a result cannot be expected another time, unless the caller is known not to let it into one. It is
 * called by the function that is there instead of one of Node's.
 */
export function refuse(what: string): void {
  if (!isObserved()) return;
  const [direct = ""] = listCallers(1);
  if (isOwn(direct) || OWN_PACKAGES.test(direct)) return;
  const callers = listCallers(Number.POSITIVE_INFINITY);
  if (callers.some((line) => HARMLESS_WORK.test(line))) return;
  const cause = callers.find((line) => isHarmless(line) || !isPassedOn(line)) ?? direct;
  if (isHarmless(cause)) return;
  const [, file] = CALLER.exec(cause) ?? [];
  const reason = joinTexts(what, file !== undefined && `: ${file}`);
  for (const { reasons } of listObservers()) reasons.add(reason);
}

const CALLER = /(?:file:\/\/)?((?:\/|[A-Z]:)[^()]+?)(?::\d+)?\)?$/;

/** A package works for its caller. */
function isPassedOn(line: string): boolean {
  return line.includes("/node_modules/") || isOwn(line);
}

/** The lines of the stack from the code on that called what {@link refuse} is called by, without those of Node. */
function listCallers(most: number): readonly string[] {
  const { stackTraceLimit } = Error;
  const called = { stack: "" };
  Error.stackTraceLimit = most === 1 ? stackTraceLimit : most;
  Error.captureStackTrace(called, refuse);
  Error.stackTraceLimit = stackTraceLimit;
  const isCaller = (line: string) => /[/\\]/.test(line) && !/\bnode:/.test(line);
  return called.stack.split("\n").slice(2).filter(isCaller).slice(0, most);
}

function isHarmless(line: string): boolean {
  return TYPEORM.test(line) || OWN_PACKAGES.test(line);
}

function isOwn(line: string): boolean {
  return line.includes(OWN_FOLDER);
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}
