import type { ArgumentsCamelCase } from "yargs";
import { collect } from "../collect.ts";
import { parseDuration } from "../durations.ts";
import { RemodelError } from "../errors.ts";
import type { SessionOptions } from "../state/session.ts";
import { findNearestWords } from "../words.ts";
import { translateWord } from "./other-words.ts";

/** The arguments of a command, parsed by yargs. */
export type Args = ArgumentsCamelCase<Record<string, unknown>>;

/** An option with a value. */
export const TEXT = { type: "string", requiresArg: true } as const;

/** An option that may be given several times, each time with one or more values. */
export const TEXT_LIST = { ...TEXT, array: true } as const;

/** Reads an option or a positional with one value; undefined if it is absent. */
export function readText(args: Args, name: string): string | undefined {
  const value = args[name];
  if (value === undefined) return undefined;
  return String(value);
}

/** Reads one that yargs demands or gives a default. */
export function requireText(args: Args, name: string): string {
  return String(args[name]);
}

/** Reads an option or a positional with several values; none if it is absent. */
export function readTexts(args: Args, name: string): readonly string[] {
  const value = args[name];
  if (!Array.isArray(value)) return [];
  return value.map(String);
}

/** Reads an option without a value. */
export function readFlag(args: Args, name: string): boolean {
  return args[name] === true;
}

/**
 * Reads an option that is a whole number.
 * @param flag its name on the command line, without `--`
 * @param least the smallest number that it may be
 * @throws RemodelError `USAGE`
 */
export function readCount(args: Args, flag: string, least = 0): number | undefined {
  const text = readText(args, flag);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count;
  throw unreadable(flag, text, `Write a whole number, ${least} or more: --${flag} 8`);
}

/**
 * Reads an option that is a duration.
 * @param flag its name on the command line, without `--`
 * @returns milliseconds
 * @throws RemodelError `USAGE`
 */
export function readDuration(args: Args, flag: string): number | undefined {
  const text = readText(args, flag);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw unreadable(flag, text, `Write milliseconds, or a number with a unit: --${flag} 500ms, 10s, 25m, 1h`);
}

function unreadable(flag: string, text: string, hint: string): RemodelError {
  return new RemodelError("USAGE", `--${flag} cannot be ${JSON.stringify(text)}.`, { hint });
}

/**
 * Says in our own words which value an option or a positional does not have.
 * @param message what yargs says
 * @param known what can be typed there
 */
export function choiceError(message: string, { positionals }: KnownWords): RemodelError | undefined {
  const [, option, given, choices = ""] = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message) ?? [];
  if (option === undefined) return undefined;
  const name = positionals.includes(option) ? option : `--${option}`;
  return new RemodelError("USAGE", `${name} cannot be ${given}.`, {
    hint: `Write one of ${choices.replaceAll('"', "")}.`,
  });
}

/** What yargs says about what is missing, and how we say it. */
const MISSING: readonly (readonly [pattern: RegExp, say: (what: string, command: string, usage: string) => string])[] =
  [
    [/^Not enough arguments following: (\S+)$/, (name) => `--${name} needs a value.`],
    [/^Missing required argument: (\S+)$/, (name) => `--${name} is missing.`],
    [
      /^Not enough non-option arguments: (.*)$/,
      (_, command, usage) => `${command} needs ${usage.replace(/^\S+ /, "")}.`,
    ],
  ];

/**
 * Says in our own words what else is wrong with a command line.
 * @param message what yargs says
 * @param argv the words after `remodel`
 * @param known what can be typed there
 */
export function usageError(message: string, argv: readonly string[], { within, usage = "" }: KnownWords): RemodelError {
  const command = argv.slice(0, argv[0] === "fleet" ? 2 : 1).join(" ");
  const said = MISSING.flatMap(([pattern, say]) => {
    const [, what] = pattern.exec(message) ?? [];
    return collect(what !== undefined && say(what, command, usage));
  });
  return new RemodelError("USAGE", said[0] ?? message, { hint: `${within.join(" ")} --help` });
}

/** What can be typed at a place of the command line. */
export interface KnownWords {
  readonly commands: readonly string[];
  /** The names of options, without `--`. */
  readonly options: readonly string[];
  /** The names of what is typed without one. */
  readonly positionals: readonly string[];
  /** The command that is typed, with what comes after it: `downgrade <target>`. */
  readonly usage?: string;
  /** The program and the commands that are typed already, such as `remodel fleet`. */
  readonly within: readonly string[];
}

/**
 * Says which command or option a person may have meant.
 * @param message what yargs says
 * @param argv the words after `remodel`
 * @param known what can be typed there
 */
export function unknownError(message: string, argv: readonly string[], known: KnownWords): RemodelError | undefined {
  const { commands, options, within } = known;
  const [, word] = /^Unknown (?:argument|command)s?: (.*?)(?:, .*)?$/.exec(message) ?? [];
  if (word === undefined) return undefined;
  const find = (words: readonly string[]) => {
    const translated = translateWord(word, words);
    return translated.length > 0 ? translated : findNearestWords(word, words);
  };
  const near = [...find(commands), ...find(options).map((name) => `--${name}`)].slice(0, 3);
  const meant = near.length === 0 ? "" : `Did you mean ${near.join(" or ")}? `;
  return new RemodelError("USAGE", `Unknown ${nameUnknown(word, argv, commands)}.`, {
    hint: `${meant}To see what there is, run: ${within.join(" ")} --help`,
  });
}

function nameUnknown(word: string, argv: readonly string[], commands: readonly string[]): string {
  if (argv.includes(word)) return `${commands.length > 0 ? "command" : "argument"}: ${word}`;
  return `option: ${word.length === 1 ? "-" : "--"}${word}`;
}

/** What the options that all commands have say about the project and its database. */
export function readSessionOptions(args: Args): Omit<SessionOptions, "cwd"> {
  const names = ["dataSource", "url", "migrations", "schema"];
  const given = names.map((name) => [name, readText(args, name)]).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(readFlag(args, "fresh") && { fresh: true }) };
}
