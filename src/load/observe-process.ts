import fs from "node:fs";
import { parseEnv } from "node:util";
import { isObserved, listObservers, observe } from "./observers.ts";
import { answer, MISSING } from "./questions.ts";
import { type AnyFunction, refuse, refusing, refusingIf, replace, replaceValue, type Undo } from "./replaced.ts";

const CLOCK = "the clock";

/** A date as near to the beginning of the process as this may be what code got for the time of its run. */
const NEAR_MS = 60_000;

/**
 * Observes that code asks what time it is. `Date` itself stays what it is, since TypeORM compares the types of columns with
 * it: so code may make a date of now, but not read it. A given date is another one.
 */
export function observeClock(): readonly Undo[] {
  const { timeOrigin } = performance;
  const { now } = Date;
  const time = Date.prototype.getTime;
  const isNow = (date: unknown) => {
    const at = date instanceof Date ? Reflect.apply(time, date, []) : Number.NaN;
    return at > timeOrigin - NEAR_MS && at < now() + NEAR_MS;
  };
  const methods = [...Object.getOwnPropertyNames(Date.prototype), Symbol.toPrimitive].filter(
    (one) => one !== "constructor",
  );
  return [
    replace(Date, "now", (original) => refusing(original, CLOCK)),
    ...methods.map((name) => replace(Date.prototype, name, (original) => refusingIf(original, CLOCK, isNow))),
    ...observeFormats(isNow),
  ];
}

/** Without a date, the formats of `Intl` take that of now. */
function observeFormats(isNow: (date: unknown) => boolean): readonly Undo[] {
  const { prototype } = Intl.DateTimeFormat;
  const isOfNow = (_: unknown, [date]: readonly unknown[]) => date === undefined || isNow(date);
  const format = Object.getOwnPropertyDescriptor(prototype, "format");
  Object.defineProperty(prototype, "format", {
    ...format,
    get() {
      const bound: AnyFunction = Reflect.apply(format?.get ?? Object, this, []);
      return refusingIf(bound, CLOCK, isOfNow);
    },
  });
  return [
    () => void (format && Object.defineProperty(prototype, "format", format)),
    replace(prototype, "formatToParts", (original) => refusingIf(original, CLOCK, isOfNow)),
  ];
}

/** Observes which environment variables code reads and sets. A list of all of them depends on each. */
export function observeEnvironment(): Undo {
  const real = process.env;
  const all = answer(["environment"]);
  let current: NodeJS.ProcessEnv = new Proxy(real, {
    get(target, name) {
      readVariable(target, name);
      return Reflect.get(target, name);
    },
    has(target, name) {
      readVariable(target, name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      readVariable(target, name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      observe(["environment"], () => all);
      return Reflect.ownKeys(target);
    },
    set: (target, name, value) => writeVariable(target, name, String(value)),
    defineProperty: (target, name, { value }) => writeVariable(target, name, String(value)),
    deleteProperty: (target, name) => writeVariable(target, name, undefined),
  });
  const observed = current;
  Object.defineProperty(process, "env", {
    get: () => current,
    set(given: NodeJS.ProcessEnv) {
      refuse("an environment of its own");
      current = given;
    },
    configurable: true,
    enumerable: true,
  });
  return () => {
    const value = current === observed ? real : current;
    Object.defineProperty(process, "env", { value, configurable: true, enumerable: true, writable: true });
  };
}

/** What the code has set itself is no question to the world. */
function readVariable(target: NodeJS.ProcessEnv, name: string | symbol): void {
  if (typeof name !== "string" || listObservers().some(({ set }) => set.has(name))) return;
  observe(["variable", name], () => target[name] ?? MISSING);
}

function writeVariable(target: NodeJS.ProcessEnv, name: string | symbol, value: string | undefined): boolean {
  if (isObserved() && typeof name === "string") {
    readVariable(target, name);
    for (const { set } of listObservers()) set.set(name, value);
  }
  return value === undefined ? Reflect.deleteProperty(target, name) : Reflect.set(target, name, value);
}

/** Properties of the process that are others for each command. */
const OF_THE_COMMAND = {
  argv: "the arguments of the command",
  pid: "the process",
  ppid: "the process",
  stdin: "what is typed",
};

/** Observes what code reads of the process besides its environment. */
export function observeCommand(): readonly Undo[] {
  return [
    ...Object.entries(OF_THE_COMMAND).map(([name, what]) => replaceValue(process, name, what)),
    replace(process, "loadEnvFile", () => loadEnvFile),
  ];
}

/** As Node does it, where nothing sees it: what is set already stays. */
function loadEnvFile(path: unknown = ".env"): void {
  const text = fs.readFileSync(path instanceof URL ? path : String(path), "utf8");
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value;
}
