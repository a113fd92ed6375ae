import { readUrl, replaceDatabase } from "../connection/address.ts";
import type { ConnectionTarget } from "../connection/connection-target.ts";
import { moveRelativeUrl } from "../connection/embedded-url.ts";
import { RemodelError, readError } from "../errors.ts";
import type { TenantRecord, TenantUrl } from "../fleet-config.ts";
import { maskSecrets } from "../printable.ts";
import { type DatabaseLocation, readLocation } from "./location.ts";
import type { Tenant } from "./tenant.ts";
import { fillTemplate, findSecretKeys, type TemplateValues } from "./url-template.ts";

/** How a tenant is reached that has no URL of its own. */
export interface TenantReach {
  readonly url?: TenantUrl | undefined;
  /** The project's own connection: a tenant takes from it what it does not say itself. */
  readonly own: () => Promise<ConnectionTarget>;
  /** What the folder of an embedded database is relative to. */
  readonly home: string;
  /** What it is relative to where the inventory or the configuration says it. */
  readonly configFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Keys of a tenant that are no labels. */
const NO_LABELS = ["name", "url", "host", "port", "database", "schema", "labels", "user", "username"];
/** Words in the name of a label whose value is a secret. */
const SECRET_NAME =
  /(?:^|_)(?:pass|pwd|dsn)$|passw(?:or)?d|passphrase|secret|token|(?:api|access|private)_?key|credential/i;

/**
 * Makes tenants of what an inventory says.
 * @param records as they were read
 * @returns in the order of the inventory
 * @throws RemodelError `FLEET_INVALID` for a tenant that is incomplete, for two of the same name, and for two of the same place
 */
export async function buildTenants(records: readonly unknown[], reach: TenantReach): Promise<readonly Tenant[]> {
  const tenants: Tenant[] = [];
  for (const [at, record] of records.entries()) tenants.push(await buildTenant(readRecord(record, at), reach));
  refuseSame(tenants, ({ name }) => name, nameError);
  refuseSame(tenants, ({ server, database, schema }) => JSON.stringify([server, database, schema]), placeError);
  return tenants;
}

/** Where a tenant is, for messages: `db1:5432/mall_1`, and the schema if it is one. */
export function describeLocation({ server, database, schema }: Pick<Tenant, "server" | "database" | "schema">): string {
  const whole = `${server}/${database}`;
  if (schema === undefined) return whole;
  return `${whole} (schema ${schema})`;
}

interface NamedRecord {
  readonly name: string;
  readonly record: TenantRecord;
  readonly values: TemplateValues;
}

function readRecord(value: unknown, at: number): NamedRecord {
  const given: unknown = typeof value === "string" ? { name: value } : value;
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw recordError(at, "is not an object");
  const { labels, ...own } = Object.assign({ labels: {} }, given);
  const record: TenantRecord = { ...Object(labels), ...own };
  const values = Object.fromEntries(Object.entries(record).map(([key, one]) => [key, readValue(one)]));
  const { name } = values;
  if (name === undefined || name === "") throw recordError(at, "has no name");
  return { name, record, values };
}

function readValue(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function recordError(at: number, problem: string): RemodelError {
  return new RemodelError("FLEET_INVALID", `Tenant ${at + 1} of the inventory ${problem}.`, {
    hint: 'Write a tenant as { name: "mall-1", host: "db1", database: "mall_1" }, or as its name.',
  });
}

async function buildTenant(named: NamedRecord, reach: TenantReach): Promise<Tenant> {
  const { name, values } = named;
  const target = await buildTarget(named, reach);
  const schema = values["schema"];
  return {
    name,
    ...locate(name, target, reach),
    ...(schema !== undefined && schema !== "" && { schema }),
    labels: readLabels(named, target, reach),
    target: () => target,
  };
}

function locate(name: string, target: ConnectionTarget, { home, env }: TenantReach): DatabaseLocation {
  try {
    return readLocation(target, home, env);
  } catch (cause) {
    if (!(cause instanceof RemodelError)) throw cause;
    const { message, hint } = cause;
    throw new RemodelError("FLEET_INVALID", `The tenant ${name}: ${message}`, { cause, ...(hint && { hint }) });
  }
}

async function buildTarget(named: NamedRecord, reach: TenantReach): Promise<ConnectionTarget> {
  const { configFolder, home } = reach;
  const said = await readTarget(named, reach.url);
  if (said === undefined) return replaceParts(await reach.own(), named.values);
  return typeof said === "string" ? moveRelativeUrl(said, configFolder, home) : said;
}

/** What the inventory or the configuration says; nothing if the tenant is reached as the project is. */
async function readTarget(
  { name, record, values }: NamedRecord,
  url: TenantUrl | undefined,
): Promise<ConnectionTarget | undefined> {
  if (values["url"]) return values["url"];
  if (url === undefined) return undefined;
  return typeof url === "string" ? fillTemplate(url, values, name) : await callUrl(url, record, name);
}

async function callUrl(url: Exclude<TenantUrl, string>, record: TenantRecord, name: string): Promise<ConnectionTarget> {
  try {
    const target: unknown = await url(record);
    if (typeof target === "string") return target;
    if (typeof target === "object" && target !== null) return { ...target };
  } catch (cause) {
    const { message } = readError(cause);
    throw new RemodelError("FLEET_INVALID", `fleet.url failed for the tenant ${name}: ${maskSecrets(message)}`, {
      hint: "Correct the function in the configuration.",
      cause,
    });
  }
  throw new RemodelError("FLEET_INVALID", `fleet.url returns neither a URL nor options for the tenant ${name}.`, {
    hint: "Return postgres://user@host/database, or { host, port, user, password, database }.",
  });
}

/** The project's connection, to the server and the database of a tenant. */
function replaceParts(own: ConnectionTarget, { host, port, database }: TemplateValues): ConnectionTarget {
  const given = Object.entries({ host, port, database }).filter(([, value]) => value !== undefined && value !== "");
  if (given.length === 0) return own;
  const url = readUrl(own);
  const options = typeof own === "string" ? {} : own;
  if (!url) return { ...options, ...Object.fromEntries(given) };
  const inDatabase = database ? replaceDatabase(url, database) : url;
  const { connectionString: _, ...others } = options;
  return { ...others, url: replaceServer(inDatabase, host, port) };
}

function replaceServer(url: string, host: string | undefined, port: string | undefined): string {
  if (!host && !port) return url;
  return url.replace(/^(\w+:\/\/(?:[^/?#]*@)?)([^/?#]*)/, (_, start: string, server: string) => {
    const [, name = "", old] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(server) ?? [];
    const [shownHost, shownPort] = [host || name, port || (host ? undefined : old)];
    const values = { host: shownHost, ...(shownPort && { port: shownPort }) };
    return `${start}${fillTemplate("postgres://{host}", values, "").slice("postgres://".length)}`;
  });
}

/** What an inventory says besides names and places. Passwords are left out, wherever they are. */
function readLabels({ values }: NamedRecord, target: ConnectionTarget, { url }: TenantReach): Tenant["labels"] {
  const secrets = typeof url === "string" ? findSecretKeys(url) : [];
  const passwords = findPasswords(target);
  const isSecret = (key: string, value: string) =>
    secrets.includes(key) || SECRET_NAME.test(key) || passwords.includes(value);
  const labels = Object.entries(values).flatMap(([key, value]) => {
    if (NO_LABELS.includes(key) || value === undefined || isSecret(key, value)) return [];
    return [[key, maskSecrets(value)]];
  });
  return Object.fromEntries(labels);
}

/** The passwords that a connection uses, encoded and decoded. */
function findPasswords(target: ConnectionTarget): readonly unknown[] {
  const [, encoded] = /^\w+:\/\/[^/?#]*?:([^/?#]*)@/.exec(readUrl(target) ?? "") ?? [];
  const own: unknown = typeof target === "string" ? undefined : target["password"];
  return [own, encoded, encoded === undefined ? undefined : decode(encoded)].filter((one) => one);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuseSame(
  tenants: readonly Tenant[],
  keyOf: (tenant: Tenant) => string,
  makeError: (first: Tenant, second: Tenant) => RemodelError,
): void {
  const seen = new Map<string, Tenant>();
  for (const tenant of tenants) {
    const key = keyOf(tenant);
    const first = seen.get(key);
    if (first !== undefined) throw makeError(first, tenant);
    seen.set(key, tenant);
  }
}

function nameError(first: Tenant, second: Tenant): RemodelError {
  const places = `${describeLocation(first)} and ${describeLocation(second)}`;
  return new RemodelError("FLEET_INVALID", `Two tenants have the name ${first.name}: ${places}.`, {
    hint: "Give each tenant a name of its own.",
    details: { name: first.name },
  });
}

function placeError(first: Tenant, second: Tenant): RemodelError {
  return new RemodelError(
    "FLEET_INVALID",
    `The tenants ${first.name} and ${second.name} are in the same place: ${describeLocation(first)}.`,
    {
      hint: "Correct the place of one of them, or remove it from the inventory.",
      details: { tenants: [first.name, second.name] },
    },
  );
}
