import { isObserved, listObservers, observe } from "./observers.ts";
import { answer, MISSING } from "./questions.ts";
import { refuse, refusing, type Undo } from "./replaced.ts";

const CLOCK = "the clock";

/** Observes that code asks what time it is. A given date is none. */
export function observeClock(): Undo {
  const { Date: Clock } = globalThis;
  globalThis.Date = new Proxy(Clock, {
    construct(target, args, newTarget) {
      if (args.length === 0) refuse(CLOCK);
      return Reflect.construct(target, args, newTarget);
    },
    apply(target, self, args) {
      refuse(CLOCK);
      return Reflect.apply(target, self, args);
    },
    get: (target, name) => (name === "now" ? refusing(() => target.now(), CLOCK) : Reflect.get(target, name)),
  });
  return () => {
    globalThis.Date = Clock;
  };
}

/** Observes which environment variables code reads and sets. A list of all of them depends on each. */
export function observeEnvironment(): Undo {
  const real = process.env;
  const all = answer(["environment"]);
  process.env = new Proxy(real, {
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
  return () => {
    process.env = real;
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

/** Observes that code reads the words of the command line, which are others for each command. */
export function observeArguments(): Undo {
  let { argv } = process;
  Object.defineProperty(process, "argv", {
    get() {
      refuse("the arguments of the command");
      return argv;
    },
    set: (value: string[]) => {
      argv = value;
    },
    configurable: true,
  });
  return () =>
    Object.defineProperty(process, "argv", { value: argv, configurable: true, writable: true, enumerable: true });
}
