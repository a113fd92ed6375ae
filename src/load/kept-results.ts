import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { homedir, hostname, release, tmpdir, userInfo } from "node:os";
import { isatty } from "node:tty";
import { isDeepStrictEqual } from "node:util";
import { createAnswers } from "./answer-all.ts";
import { hashTexts } from "./cache-folder.ts";
import { openCache } from "./compile-cache.ts";
import { isObject } from "./objects.ts";
import { describeInstallation } from "./observe-modules.ts";
import type { Observations } from "./observers.ts";
import { readOwnStamp } from "./own-version.ts";
import { answer, hashAnswers } from "./questions.ts";

/** Results of code of the project, which are used again while everything that the code has read is the same. */
export interface KeptResults {
  /** @returns the result; undefined if there is none, or if anything that it depends on has changed */
  readonly find: (name: readonly string[]) => KeptResult | undefined;
  /** @returns why the result is not kept; undefined if it is */
  readonly keep: (name: readonly string[], result: unknown, observations: Observations) => string | undefined;
}

/** A result, and what the code did besides. */
export interface KeptResult extends Sealed {
  /** What the code has asked, and the answers. */
  readonly answers: readonly (readonly [question: string, answer: string])[];
}

/** What is kept of a result. */
interface Sealed {
  readonly result: unknown;
  /** The environment variables that the code has set; `null` for one that it has removed. */
  readonly set: readonly (readonly [name: string, value: string | null])[];
}

/** What a file of the cache has. */
interface Entry {
  /** What to ask, as JSON. The answers are not in it. */
  readonly questions: readonly string[];
  /** A {@link Sealed}, encrypted with a hash of the answers: it can be read only with the same answers. */
  readonly sealed: string;
}

/** Where the system keeps its time zone. */
const LOCAL_TIME = "/etc/localtime";
const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opens the results that are kept for the project at or above a folder.
 * @param place what else the results depend on, such as the folder of the command
 */
export function openKeptResults(folder: string, place: readonly string[]): KeptResults {
  const cache = openCache(folder);
  // Results that are used again set variables, which is no answer to what their code asked before.
  const ask = createAnswers({ ...process.env });
  const own = readOwnStamp();
  const all = [own, ...describeMachine(), ...describeInstallation(folder), ...place];
  const keyOf = (name: readonly string[]) => hashTexts([...all, ...name]);
  return {
    find: (name) => {
      const key = keyOf(name);
      const entry = cache.read(key);
      if (!isEntry(entry)) return undefined;
      try {
        const answers = entry.questions.map((question) => [question, ask(question)] as const);
        return { ...unseal(key, entry.sealed, hashAnswers(answers)), answers };
      } catch {
        return undefined;
      }
    },
    keep: (name, result, { answers, set, reasons }) => {
      const [reason] = reasons;
      if (reason !== undefined) return `their code uses ${reason}`;
      const kept = { result, set: [...set].map(([variable, value]) => [variable, value ?? null]) };
      const text = JSON.stringify(kept);
      if (!isDeepStrictEqual(JSON.parse(text), kept)) return "they are no plain data";
      const key = keyOf(name);
      const entry: Entry = { questions: [...answers.keys()], sealed: seal(key, text, hashAnswers(answers)) };
      cache.write(key, entry);
      return undefined;
    },
  };
}

/** What code may know without asking. */
function describeMachine(): readonly string[] {
  const { platform, arch, version, execArgv, execPath, env } = process;
  const terminals = [0, 1, 2].map((stream) => String(isatty(stream)));
  const named = ["NODE_OPTIONS", "NODE_PATH", "TZ", "LANG", "LC_ALL", "LC_MESSAGES"].map((name) => env[name] ?? "");
  const options = [...execArgv, ...named];
  const node = [platform, arch, version, execPath, release(), ...terminals];
  return [...node, hostname(), homedir(), tmpdir(), userInfo().username, ...describeRegion(), ...options];
}

/** `Intl.DateTimeFormat` says both, but the first use of it takes 25 ms. */
function describeRegion(): readonly string[] {
  const { locale } = new Intl.PluralRules().resolvedOptions();
  if (process.platform === "win32") return [locale, Intl.DateTimeFormat().resolvedOptions().timeZone];
  return [locale, answer(["real", LOCAL_TIME]), answer(["file", LOCAL_TIME])];
}

/** The name is sealed too, so that no file is taken for another one. */
function seal(name: string, text: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/**
 * Reads a result.
 * @throws Error with another key: then something that it depends on has changed; and if the file is damaged, or another one
 */
function unseal(name: string, sealed: string, key: Buffer): Sealed {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString("utf8"));
}

function isEntry(value: unknown): value is Entry {
  return isObject(value) && Array.isArray(value["questions"]) && typeof value["sealed"] === "string";
}
