import { RemodelError } from "./errors.ts";
import { mapGiven } from "./given.ts";
import { findNearestWords } from "./words.ts";

/** One tenant as the inventory names it: `name`, `url`, `host`, `port`, `database`, `schema`; all other keys are labels. */
export type TenantRecord = Readonly<Record<string, unknown>>;

/** Tenants, one after another. */
export type TenantRecords = Iterable<TenantRecord | string> | AsyncIterable<TenantRecord | string>;

/** Where the list of tenants comes from. */
export type TenantSource =
  /** The tenants themselves; a text is a name. */
  | readonly (TenantRecord | string)[]
  /** A file, `.json` or `.csv`, relative to the configuration. */
  | string
  /** A query on a control database; without `url`, on the project's own. */
  | { readonly query: string; readonly url?: string | undefined }
  /** The schemas of the project's database whose name matches; `*` means any characters. */
  | { readonly schemas: string | readonly string[] }
  /** The databases of its server. */
  | { readonly databases: string | readonly string[] }
  /** A program, without a shell, that prints a list of tenants as JSON. */
  | { readonly command: readonly string[] }
  /** A function or a generator; both may be async. */
  | (() => TenantRecords | Promise<TenantRecords>);

/** How a tenant without `url` is reached: a template of a URL, or a function that returns a URL or options of `pg`. */
export type TenantUrl = string | ((tenant: TenantRecord) => string | object | Promise<string | object>);

/** A wave as the configuration names it. */
export interface WaveConfig {
  readonly name: string;
  /** What each label must be: a value, or a glob; of a list, one must match. Absent: all tenants that are left. */
  readonly match?: Readonly<Record<string, string | readonly string[]>>;
  /** How many tenants are upgraded at once. */
  readonly concurrency?: number;
  /** How many tenants of one server are upgraded at once. */
  readonly perServer?: number;
  /** How many tenants may fail: a number, or a percentage of the selected ones. Default: no limit. */
  readonly budget?: number | `${number}%`;
}

/** Many databases with the same models. */
export interface FleetConfig {
  readonly tenants: TenantSource;
  readonly url?: TenantUrl;
  /** Tenants go wave by wave. Default: one wave, `rest`. */
  readonly waves?: readonly WaveConfig[];
  /** The database of the job queue of `fleet enqueue` and `fleet work`. */
  readonly queue?: string;
}

/** The wave of the tenants that no other takes. */
export const LAST_WAVE = "rest";

const BUDGET = /^(\d{1,9})$|^(?:100|\d{1,2}(?:\.\d{1,6})?)%$/;

/** Whether a text is a number of tenants, or a percentage such as `2%`. */
export function isBudget(text: string): text is `${number}%` {
  return BUDGET.test(text);
}

type Check = (value: unknown) => string | undefined;

const FLEET_KEYS: Readonly<Record<keyof FleetConfig, Check>> = {
  tenants: checkSource,
  url: (value) => (isText(value) || typeof value === "function" ? undefined : "a URL or a function"),
  waves: (value) => (Array.isArray(value) ? undefined : "a list of waves"),
  queue: (value) => (isText(value) ? undefined : "the URL of a database"),
};

const WAVE_KEYS: Readonly<Record<keyof WaveConfig, Check>> = {
  name: (value) => (isText(value) ? undefined : "a name"),
  match: (value) => (isMatch(value) ? undefined : 'labels with a value or a list of values: { tier: "pilot" }'),
  concurrency: checkCount,
  perServer: checkCount,
  budget: (value) => (isCount(value, 0) || (isText(value) && isBudget(value)) ? undefined : 'a number, or "2%"'),
};

const SOURCES: Readonly<Record<string, Check>> = {
  query: (value) => (isText(value) ? undefined : "a query"),
  schemas: checkGlobs,
  databases: checkGlobs,
  command: (value) => (isTexts(value) ? undefined : "a program and its arguments, as a list"),
};

const ANY_SOURCE = `a list, the path of a file, a function, or an object with one of: ${Object.keys(SOURCES).join(", ")}`;

/**
 * Checks the key `fleet` of a configuration.
 * @throws RemodelError `FLEET_INVALID`
 */
export function checkFleetConfig(value: unknown): asserts value is FleetConfig {
  if (!isPlain(value)) throw invalid("fleet", "an object: { tenants: … }");
  checkKeys("fleet", value, FLEET_KEYS);
  if (value["tenants"] === undefined) throw invalid("fleet.tenants", "where the tenants come from");
  const waves: readonly unknown[] = Array.isArray(value["waves"]) ? value["waves"] : [];
  for (const [at, wave] of waves.entries()) {
    if (!isPlain(wave)) throw invalid(`fleet.waves[${at}]`, 'an object: { name: "canary", … }');
    checkKeys(`fleet.waves[${at}]`, wave, WAVE_KEYS);
    if (wave["name"] === undefined) throw invalid(`fleet.waves[${at}].name`, "a name");
  }
  checkWaves(waves.filter(isPlain));
}

function checkKeys(
  place: string,
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): void {
  for (const [key, one] of Object.entries(value)) {
    const check = checks[key];
    if (check === undefined) throw unknownKey(place, key, Object.keys(checks));
    const wanted = mapGiven(one, check);
    if (wanted !== undefined) throw invalid(`${place}.${key}`, wanted);
  }
}

function checkWaves(waves: readonly Readonly<Record<string, unknown>>[]): void {
  const names = waves.map(({ name }) => String(name));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new RemodelError("FLEET_INVALID", `Two waves have the name ${JSON.stringify(twice)}.`, {
      hint: "Give each wave a name of its own.",
    });
  const last = waves.find(({ name }) => name === LAST_WAVE);
  if (last?.["match"] === undefined || waves.some(({ match }) => match === undefined)) return;
  throw new RemodelError(
    "FLEET_INVALID",
    `The wave "${LAST_WAVE}" has a match, but that name is kept for the tenants that no wave takes.`,
    { hint: "Rename the wave, or remove its match." },
  );
}

function checkSource(value: unknown): string | undefined {
  if (isText(value)) return /\.(?:json|csv)$/i.test(value) ? undefined : "the name of a .json or .csv file";
  if (typeof value === "function" || Array.isArray(value)) return undefined;
  if (isPlain(value)) return checkSourceObject(value);
  return ANY_SOURCE;
}

function checkSourceObject(value: Readonly<Record<string, unknown>>): string | undefined {
  const [key, another] = Object.keys(value).filter((one) => Object.hasOwn(SOURCES, one));
  if (key === undefined || another !== undefined) return ANY_SOURCE;
  const extra = Object.keys(value).find((one) => one !== key && !(key === "query" && one === "url"));
  if (extra !== undefined) return `an object without the key ${JSON.stringify(extra)}`;
  return SOURCES[key]?.(value[key]);
}

function checkGlobs(value: unknown): string | undefined {
  if (isText(value) || isTexts(value)) return undefined;
  return 'a name in which * means any characters: "mall_*"';
}

function checkCount(value: unknown): string | undefined {
  if (isCount(value, 1)) return undefined;
  return "a whole number, 1 or more";
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isMatch(value: unknown): boolean {
  return isPlain(value) && Object.values(value).every((one) => isText(one) || isTexts(one));
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least;
}

/** The value is not shown: it may contain a password. */
function invalid(place: string, wanted: string): RemodelError {
  return new RemodelError("FLEET_INVALID", `The configuration's ${place} is missing or wrong.`, {
    hint: `Write ${wanted}.`,
  });
}

function unknownKey(place: string, key: string, known: readonly string[]): RemodelError {
  const [near] = findNearestWords(key, known);
  const meant = near === undefined ? "" : ` Did you mean "${near}"?`;
  return new RemodelError("FLEET_INVALID", `The configuration's ${place} has no key "${key}".`, {
    hint: `Known keys: ${known.join(", ")}.${meant}`,
  });
}
