import type { Argv } from "yargs";
import yargs from "yargs";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { KnownWords } from "./args.ts";
import type { Command, CommandGroup } from "./command.ts";

/** What a word may be, besides a fixed list. */
export type ValueKind = "revision" | "tenant";

/** The commands that words are completed for. */
export interface CommandLine {
  readonly commands: readonly Command[];
  readonly groups: readonly CommandGroup[];
  /** Adds the options that all commands have. */
  readonly options: (yargs: Argv) => Argv;
}

/** Reads what the project has of a kind: the ids and labels of revisions, the names and labels of tenants. */
export type ReadValues = (kind: ValueKind, words: readonly string[]) => Promise<readonly string[]>;

/** Names of options and of positional arguments whose value is a revision, or a tenant. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  revision: "revision",
  revisions: "revision",
  target: "revision",
  range: "revision",
  head: "revision",
  "depends-on": "revision",
  onto: "revision",
  base: "revision",
  sql: "revision",
  to: "revision",
  select: "tenant",
  except: "tenant",
  tenant: "tenant",
};

/**
 * Finds the words that the last of the given words may become.
 * @param words what was typed after `remodel`; the last one may be empty
 */
export async function completeWords(
  words: readonly string[],
  line: CommandLine,
  read: ReadValues,
): Promise<readonly string[]> {
  const typed = joinSplit(words);
  const last = typed.at(-1) ?? "";
  const before = typed.slice(0, -1);
  const found = await listCandidates(before, last, line, read);
  const fitting = [...new Set(found)].filter((word) => word.startsWith(last));
  // bash takes the part after = or : as a word of its own.
  const cut = last.length - (words.at(-1) ?? "").replace(/^[=:]$/, "").length;
  return fitting.map((word) => word.slice(cut));
}

/** bash splits `tier=pilot` into three words. */
function joinSplit(words: readonly string[]): readonly string[] {
  const isSign = (word = "") => ["=", ":"].includes(word);
  const joined: string[] = [];
  for (const [at, word] of words.entries())
    if (at > 0 && (isSign(word) || isSign(words[at - 1]))) joined.push(`${joined.pop() ?? ""}${word}`);
    else joined.push(word);
  return joined;
}

async function listCandidates(
  before: readonly string[],
  last: string,
  line: CommandLine,
  read: ReadValues,
): Promise<readonly string[]> {
  const { command, group } = findCommand(before, line);
  const [, inner, after] = /^(--[\w-]+)=(.*)$/.exec(last) ?? [];
  const [flag, value] = [inner ?? before.at(-1) ?? "", after];
  const parser = addOptions(line, group, command);
  const option = readOptions(parser).find(({ flags, takesValue }) => takesValue && flags.includes(flag));
  const valuesOf = ({ choices, name }: Pick<Option, "choices" | "name">) =>
    KINDS[name] === undefined ? choices : readOfKind(KINDS[name], { before, last: value ?? last, read });
  if (option !== undefined) {
    const values = await valuesOf(option);
    return value === undefined ? values : values.map((one) => `${flag}=${one}`);
  }
  const positionals = listPositionals(command);
  if (last.startsWith("-"))
    return readOptions(parser).flatMap(({ name, flags }) => (positionals.includes(name) ? [] : flags));
  if (command === undefined) return listCommands(line, group);
  const choices = Object(readParser(parser)["choices"]);
  const all = await Promise.all(positionals.map((name) => valuesOf({ name, choices: choices[name] ?? [] })));
  return all.flat();
}

function listPositionals({ usage }: Pick<Command, "usage"> = { usage: "" }): readonly string[] {
  return [...usage.matchAll(/[<[]([\w-]+)/g)].flatMap(([, name]) => name ?? []);
}

/** The commands of a group; without one, all commands and groups. */
function listCommands({ commands, groups }: CommandLine, group: CommandGroup | undefined): readonly string[] {
  return (group?.commands ?? [...commands, ...groups]).map(nameOf);
}

/** Lists what can be typed where a word is unknown. */
export function listWords(line: CommandLine, words: readonly string[]): KnownWords {
  const { command, group } = findCommand(words, line);
  const commands = command === undefined ? listCommands(line, group) : [];
  const options = readOptions(addOptions(line, group, command)).map(({ name }) => name);
  const within = ["remodel", ...collect(group?.name, command && nameOf(command))];
  const positionals = [...(command?.usage ?? "").matchAll(/[<[]([\w-]+)/g)].map(([, name = ""]) => name);
  return { commands, options, positionals, within, ...dropUndefined({ usage: command?.usage }) };
}

/** Of a range `A:B`, the second revision is completed. */
async function readOfKind(
  kind: ValueKind,
  { before, last, read }: { before: readonly string[]; last: string; read: ReadValues },
): Promise<readonly string[]> {
  const values = await read(kind, before);
  const start = kind === "revision" ? last.slice(0, last.lastIndexOf(":") + 1) : "";
  return values.map((one) => `${start}${one}`);
}

function nameOf(one: Command | CommandGroup): string {
  return "usage" in one ? (one.usage.split(" ")[0] ?? "") : one.name;
}

/** Finds the command among the words; other words may come before it, such as an option with its value. */
function findCommand(
  words: readonly string[],
  { commands, groups }: CommandLine,
): { readonly command?: Command | undefined; readonly group?: CommandGroup | undefined } {
  for (const [at, word] of words.entries()) {
    const command = commands.find((one) => nameOf(one) === word);
    if (command !== undefined) return { command };
    const group = groups.find((one) => one.name === word);
    const rest = words.slice(at + 1);
    if (group !== undefined) return { group, command: group.commands.find((one) => rest.includes(nameOf(one))) };
  }
  return {};
}

function addOptions({ options }: CommandLine, group: CommandGroup | undefined, command: Command | undefined): Argv {
  const common = options(yargs().version(false));
  const grouped = group?.options(common) ?? common;
  return command?.options?.(grouped) ?? grouped;
}

/** An option as it is typed. */
interface Option {
  readonly name: string;
  /** `--message` and `-m`. */
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What yargs knows about the options. It has no public function for that. */
function readParser(parser: Argv): Readonly<Record<string, unknown>> {
  return Object(parser).getOptions?.() ?? {};
}

function readOptions(parser: Argv): readonly Option[] {
  const { key, alias, boolean, choices, hiddenOptions } = readParser(parser);
  const hidden = readList(hiddenOptions);
  const names = Object.keys(Object(key)).filter((name) => !hidden.includes(name));
  const booleans = readList(boolean);
  return names.map((name) => {
    const short: readonly string[] = Object(alias)[name] ?? [];
    return {
      name,
      flags: [name, ...short].map((one) => (one.length === 1 ? `-${one}` : `--${one}`)),
      takesValue: !booleans.includes(name),
      choices: Object(choices)[name] ?? [],
    };
  });
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
