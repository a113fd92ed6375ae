import type { Database } from "./database.ts";
import { RemodelError } from "./errors.ts";
import { checkFleetConfig, type FleetConfig } from "./fleet-config.ts";
import { dropUndefined } from "./given.ts";

/** What `export const remodel = defineConfig({ … })` in the file of the data source may say. Every key is optional. */
export interface Config {
  /** The folder of the revision files, relative to the file of the data source. Default `"migrations"`. */
  readonly migrations?: string;
  /** The database, instead of the one the data source names: `postgres://…`, `pglite:DIR` or `pglite:memory`. */
  readonly url?: string;
  /** Tables that remodel neither compares nor drops, by name (`"legacy"`, `"audit.log"`); `*` means any characters. */
  readonly exclude?: readonly string[];
  /** The table of the applied revisions, optionally with its schema: `"ops.remodel_revision"`. Default `"remodel_revision"`. */
  readonly stateTable?: string;
  /**
   * Whether constraints and indexes keep the names that they have in the database, where the models give them none: those of
   * TypeORM's naming strategy do not count then. Default `false`.
   */
  readonly keepNames?: boolean;
  /** How long a statement waits for a lock, in milliseconds, before the revision is tried again. Default 4000. */
  readonly lockTimeout?: number;
  /** How long to wait while another run changes the same database, in milliseconds; 0 = no limit. Default 600000. */
  readonly lockWait?: number;
  /** How often a revision is tried again after a lock timeout or a deadlock. Default 5. */
  readonly lockRetries?: number;
  /** How long one statement may run, in milliseconds; 0 = no limit. Default 0. */
  readonly statementTimeout?: number;
  /** How long a transaction may be idle before the server ends it, in milliseconds; 0 = no limit. Default 60000. */
  readonly idleTimeout?: number;
  /**
   * How long the server may be silent during a statement, in milliseconds, before a second connection asks whether the
   * statement still runs; 0 = no limit. A connection that is lost is ended after twice that time. Default 20000.
   */
  readonly networkTimeout?: number;
  /**
   * The name of a new revision file without its extension, as Alembic's `file_template`. `{rev}`, which must be there, and
   * `{slug}`, `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`, `{second}` and `{epoch}` are replaced; the time is UTC.
   * Default `"{rev}_{slug}"`.
   */
  readonly fileTemplate?: string;
  /** A command that formats a new revision file, whose path is added: `"prettier --write"`, `"biome format --write"`. */
  readonly format?: string;
  /**
   * Called before the first statement of an upgrade that has something to apply, with the connection of the run, outside a
   * transaction. If it throws, nothing is run.
   */
  readonly beforeUpgrade?: UpgradeHook;
  /**
   * Called after an upgrade that applied something, with the connection of the run, outside a transaction: everything is
   * committed. If it throws, the command fails, and the revisions stay applied.
   */
  readonly afterUpgrade?: UpgradeHook;
  /** The databases, or schemas, that `remodel fleet` works on. */
  readonly fleet?: FleetConfig;
}

/** What {@link Config.beforeUpgrade} and {@link Config.afterUpgrade} get. */
export interface UpgradeEvent {
  /** The connection of the run. Each statement is committed by itself, unless the function sends BEGIN and COMMIT. */
  readonly db: Pick<Database, "query">;
  /** The database in messages, without the password. */
  readonly database: string;
  /** The revisions that are going to be applied, or were, in their order. */
  readonly revisions: readonly { readonly revision: string; readonly message: string }[];
}

/** A function of the configuration that is called around an upgrade. */
export type UpgradeHook = (event: UpgradeEvent) => void | Promise<void>;

/** The keys that have no default. */
type Optional = "url" | "format" | "beforeUpgrade" | "afterUpgrade" | "fleet";

/** {@link Config} with every default filled in. Without `url`, the data source names the database. */
export type Settings = Required<Omit<Config, Optional>> & Pick<Config, Optional>;

/** How long a run waits for locks, for other runs and for statements. */
export type Limits = Pick<Settings, "lockTimeout" | "lockWait" | "lockRetries" | "statementTimeout" | "idleTimeout">;

const DEFAULTS: Settings = {
  migrations: "migrations",
  exclude: [],
  stateTable: "remodel_revision",
  keepNames: false,
  fileTemplate: "{rev}_{slug}",
  lockTimeout: 4000,
  lockWait: 600_000,
  lockRetries: 5,
  statementTimeout: 0,
  idleTimeout: 60_000,
  networkTimeout: 20_000,
};

/** What a file name may contain. */
const FILE_KEYS = new Set(["rev", "slug", "year", "month", "day", "hour", "minute", "second", "epoch"]);

interface Type {
  readonly name: string;
  readonly is: (value: unknown) => boolean;
}

const TEXT: Type = { name: "a string", is: isText };
const TEXTS: Type = { name: "a list of strings", is: (value) => Array.isArray(value) && value.every(isText) };
const FLAG: Type = { name: "true or false", is: (value) => typeof value === "boolean" };
const COUNT: Type = { name: "a whole number, 0 or more", is: isCount };
const FILE_NAME: Type = {
  name: 'a file name with {rev}, such as "{year}{month}{day}_{rev}_{slug}"',
  is: isFileTemplate,
};
const FUNCTION: Type = { name: "a function", is: (value) => typeof value === "function" };
const FLEET: Type = { name: "{ tenants: … }", is: isFleet };

const TYPES: Readonly<Record<keyof Config, Type>> = {
  migrations: TEXT,
  url: TEXT,
  exclude: TEXTS,
  stateTable: TEXT,
  keepNames: FLAG,
  lockTimeout: COUNT,
  lockWait: COUNT,
  lockRetries: COUNT,
  statementTimeout: COUNT,
  idleTimeout: COUNT,
  networkTimeout: COUNT,
  fileTemplate: FILE_NAME,
  format: TEXT,
  beforeUpgrade: FUNCTION,
  afterUpgrade: FUNCTION,
  fleet: FLEET,
};

/**
 * Declares how remodel treats this project: `export const remodel = defineConfig({ migrations: "db/revisions" })`.
 * @param config see {@link Config}
 * @returns the same object, checked
 * @throws RemodelError `CONFIG_INVALID` for a key that does not exist or a value of the wrong type, `FLEET_INVALID`
 */
export function defineConfig(config: Config): Config {
  for (const [key, value] of Object.entries(config)) {
    if (!isKey(key))
      throw new RemodelError("CONFIG_INVALID", `The configuration has no key "${key}".`, {
        hint: `Known keys: ${Object.keys(TYPES).join(", ")}.`,
      });
    const { name, is } = TYPES[key];
    if (value !== undefined && !is(value))
      throw new RemodelError("CONFIG_INVALID", `The configuration's "${key}" cannot be ${JSON.stringify(value)}.`, {
        hint: `Write ${name}.`,
      });
  }
  return config;
}

/**
 * Checks a configuration and fills in the defaults.
 * @param config what the project says; nothing if it says nothing
 */
export function fillDefaults(config: Config = {}): Settings {
  return { ...DEFAULTS, ...dropUndefined(defineConfig(config)) };
}

function isKey(key: string): key is keyof Config {
  return key in TYPES;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** What a name may have: letters that every file system allows, and a beginning that no other file has. */
function isFileTemplate(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const keys = [...value.matchAll(/\{(.*?)\}/g)].map(([, key]) => key ?? "");
  const isKnown = keys.every((key) => FILE_KEYS.has(key));
  return isKnown && keys.includes("rev") && /^[^._]/.test(value) && /^[\w .{}-]+$/.test(value);
}

/** Throws where the value is wrong, since it knows which part of it is. */
function isFleet(value: unknown): boolean {
  checkFleetConfig(value);
  return true;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
