import { collect } from "../../collect.ts";
import { maskSecrets } from "../../printable.ts";
import type { Args } from "../args.ts";
import { LIMIT_FLAGS } from "../limits.ts";

/** The options with values that the command that goes on repeats. */
const VALUES = [
  "dataSource",
  "url",
  "migrations",
  "wave",
  "budget",
  "concurrency",
  "per-server",
  "shard",
  "timeout",
  "deadline",
  "report",
  "journal",
  "accept-loss",
  "queue",
  "like",
  "on",
  ...LIMIT_FLAGS,
];
const FLAGS = ["allow-drift", "no-preflight", "no-journal"];

/** From so many tenants on, the command that goes on does not name them. */
const MOST_NAMED = 5;

/**
 * The command that goes on after a run that did not reach all tenants.
 * @param command `fleet upgrade`
 * @param left the tenants that are not where they should be
 */
export function nextCommand(command: string, args: Args, left: readonly string[]): string {
  const target = collect(args["target"] !== undefined && String(args["target"]));
  const named = left.length <= MOST_NAMED;
  const select = named ? left : list(args["select"]);
  const words = [
    ...target,
    ...repeat("select", select),
    ...repeat("except", named ? [] : list(args["except"])),
    ...VALUES.flatMap((name) => repeat(name, list(args[name]).map(maskSecrets))),
    ...FLAGS.filter((name) => args[name] === true).map((name) => `--${name}`),
  ];
  return ["remodel", command, ...words.map(quoteForShell)].join(" ");
}

function list(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return [value].flat().map(String);
}

function repeat(name: string, values: readonly string[]): readonly string[] {
  // After a space, the command would take such a value for an option.
  return values.flatMap((value) => (value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value]));
}

/** A word as a POSIX shell reads it. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
