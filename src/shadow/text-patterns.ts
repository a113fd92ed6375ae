import type { Random } from "./random.ts";

/** How often `*` and `+` repeat at most, beyond what they need, unless a text of some length is asked for. */
const SPARE = 3;
/** How often a text is made until it has a length. */
const MEASURING = 60;
/** The text in the place of `%` of LIKE is shorter than this. */
const LONG = 15;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const WORD = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}_`;
const CLASSES: Readonly<Record<string, string>> = { d: DIGITS, w: WORD, s: " ", D: LETTERS, W: "-", S: LETTERS };
const POSIX: Readonly<Record<string, string>> = {
  alpha: LETTERS,
  lower: LETTERS,
  upper: LETTERS.toUpperCase(),
  digit: DIGITS,
  alnum: LETTERS + DIGITS,
  xdigit: `${DIGITS}abcdef`,
  space: " ",
};

/** A text that a regular expression matches, as far as this simple reader knows its syntax. PostgreSQL judges it. */
export function makeMatch(pattern: string, random: Random, spare = SPARE): string {
  const reader = { pattern: pattern.replace(/^\(\?[a-z]+\)/, ""), at: 0, spare };
  return readAlternatives(reader, random);
}

/** The same with a length, if the pattern has such texts. */
export function makeMatchOf(length: number, pattern: string, random: Random): string {
  let text = makeMatch(pattern, random, length);
  for (let at = 0; at < MEASURING && [...text].length !== length; at++) text = makeMatch(pattern, random, length);
  return text;
}

/** A text that matches the pattern of LIKE. */
export function makeLike(pattern: string, random: Random): string {
  return pattern.replace(/\\(.)|%|_/gs, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    return found === "_" ? "x" : Array.from({ length: random.below(LONG) }, () => random.pick([...DIGITS])).join("");
  });
}

interface Reader {
  readonly pattern: string;
  at: number;
  readonly spare: number;
}

function readAlternatives(reader: Reader, random: Random): string {
  const all = [readSequence(reader, random)];
  while (reader.pattern[reader.at] === "|") {
    reader.at += 1;
    all.push(readSequence(reader, random));
  }
  return random.pick(all) ?? "";
}

function readSequence(reader: Reader, random: Random): string {
  let text = "";
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern[reader.at] ?? "")) {
    const make = readAtom(reader, random);
    const [least, most] = readQuantifier(reader);
    const count = least + random.below(most - least + 1);
    for (let done = 0; done < count; done++) text += make();
  }
  return text;
}

/** Characters that mean something else than themselves, and how what they mean is read. */
const SPECIAL: Readonly<Record<string, (reader: Reader, random: Random) => () => string>> = {
  "^": () => () => "",
  $: () => () => "",
  ".": (_, random) => () => random.pick([...WORD]) ?? "",
  "(": readGroup,
  "[": readClass,
  "\\": readEscape,
};

function readAtom(reader: Reader, random: Random): () => string {
  const char = reader.pattern[reader.at++] ?? "";
  return SPECIAL[char]?.(reader, random) ?? (() => char);
}

function readEscape(reader: Reader, random: Random): () => string {
  const escaped = reader.pattern[reader.at++] ?? "";
  if ("AZmMyY".includes(escaped)) return () => "";
  const set = CLASSES[escaped] ?? escaped;
  return () => random.pick([...set]) ?? "";
}

function readGroup(reader: Reader, random: Random): () => string {
  if (reader.pattern.startsWith("?:", reader.at)) reader.at += 2;
  const isLookahead = /^\?<?[=!]/.test(reader.pattern.slice(reader.at, reader.at + 3));
  const start = reader.at;
  const skip = () => {
    reader.at = start;
    const text = readAlternatives(reader, random);
    reader.at += 1;
    return text;
  };
  skip();
  const end = reader.at;
  if (isLookahead) return () => "";
  return () => {
    const text = skip();
    reader.at = end;
    return text;
  };
}

function readClass(reader: Reader, random: Random): () => string {
  const rest = reader.pattern.slice(reader.at);
  const [whole = "", negated = "", inside = ""] = /^(\^?)((?:\]?)(?:\[:\w+:\]|\\.|[^\]])*)\]/s.exec(rest) ?? [];
  reader.at += whole.length;
  const chars = inside
    .replace(/\[:(\w+):\]/g, (_, name: string) => POSIX[name] ?? "")
    .replace(/\\(.)/g, (_, name: string) => CLASSES[name] ?? name)
    .replace(/(.)-(.)/gs, (_, from: string, to: string) => listBetween(from, to));
  const set = negated === "" ? [...chars] : [...WORD].filter((char) => !chars.includes(char));
  return () => random.pick(set) ?? "";
}

function listBetween(from: string, to: string): string {
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return String.fromCharCode(
    ...Array.from({ length: Math.max(0, Math.min(last - first, 200) + 1) }, (_, at) => first + at),
  );
}

function readQuantifier(reader: Reader): readonly [least: number, most: number] {
  const { spare } = reader;
  const rest = reader.pattern.slice(reader.at);
  const [found = "", sign = "", least = "", comma = "", most = ""] =
    /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest) ?? [];
  reader.at += found.length;
  if (found === "") return [1, 1];
  if (sign === "?") return [0, 1];
  if (sign !== "") return sign === "+" ? [1, 1 + spare] : [0, spare];
  if (comma === "") return [Number(least), Number(least)];
  return [Number(least), most === "" ? Number(least) + spare : Number(most)];
}
