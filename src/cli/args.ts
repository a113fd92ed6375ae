import type { ArgumentsCamelCase } from "yargs";

/** The arguments of a command, parsed by yargs. */
export type Args = ArgumentsCamelCase<Record<string, unknown>>;

/** An option with a value. */
export const TEXT = { type: "string", requiresArg: true } as const;

/** An option that may be given several times, each time with one or more values. */
export const TEXT_LIST = { ...TEXT, array: true } as const;

/** Reads an option or a positional with one value; undefined if it is absent. */
export function readText(args: Args, name: string): string | undefined {
  const value = args[name];
  return value === undefined ? undefined : String(value);
}

/** Reads one that yargs demands or gives a default. */
export function requireText(args: Args, name: string): string {
  return String(args[name]);
}

/** Reads an option or a positional with several values; none if it is absent. */
export function readTexts(args: Args, name: string): readonly string[] {
  const value = args[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Reads an option without a value. */
export function readFlag(args: Args, name: string): boolean {
  return args[name] === true;
}
