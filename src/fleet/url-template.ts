import { RemodelError } from "../errors.ts";

/** What a template may use: the columns and labels of a tenant. */
export type TemplateValues = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\{([^{}]+)\}/g;
/** Scheme, user and password, host and port, and the rest. */
const PARTS = /^([a-z]+:\/\/)(?:([^/?#]*)@)?([^/?#]*)(.*)$/is;
/** A host name or an address with a port, which mean the same when they are not encoded. */
const PLAIN_HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;
const IPV6 = /^[\da-f]*:[\da-f:.]+$/i;

/**
 * Fills in a URL with the values of a tenant. Each value is percent-encoded as its place in the URL needs it. The port and the database of
 * the tenant are added where the template leaves them open.
 * @param template such as `postgres://deployer@{host}/{database}`; `{url}` alone is the value as it is
 * @param values by column or label
 * @param tenant its name, for errors
 * @throws RemodelError `FLEET_INVALID` for a value that the tenant does not have
 */
export function fillTemplate(template: string, values: TemplateValues, tenant: string): string {
  const fill = (part: string, encode: (value: string) => string) =>
    part.replace(PLACEHOLDER, (_, key: string) => encode(requireValue(values, key.trim(), tenant)));
  const [, scheme, user, host, rest = ""] = PARTS.exec(template) ?? [];
  if (scheme === undefined || host === undefined) return fill(template, (value) => value);
  const login = user === undefined ? "" : `${fill(user, encodeURIComponent)}@`;
  const server = addPort(fill(host, encodeHost), host, values["port"]);
  return `${scheme}${login}${server}${addDatabase(fill(rest, encodeURIComponent), values["database"])}`;
}

/**
 * Names the columns and labels that are used where a URL has its password, or that are the whole URL: they are secret.
 * @param template a URL with placeholders
 */
export function findSecretKeys(template: string): readonly string[] {
  const [, scheme, user = "", , rest = ""] = PARTS.exec(template) ?? [];
  const secret =
    scheme === undefined
      ? template
      : `${user.slice(user.indexOf(":") + 1 || user.length)}${/[?&]password=[^&]*/i.exec(rest) ?? ""}`;
  return [...secret.matchAll(PLACEHOLDER)].map(([, key = ""]) => key.trim());
}

function requireValue(values: TemplateValues, key: string, tenant: string): string {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value !== undefined && value !== "") return value;
  throw new RemodelError("FLEET_INVALID", `The tenant ${tenant} has no ${key}, which the url of the fleet uses.`, {
    hint: `Add ${key} to the tenant, or give the tenant a url of its own.`,
  });
}

function encodeHost(host: string): string {
  if (PLAIN_HOST.test(host)) return host;
  return IPV6.test(host) ? `[${host}]` : encodeURIComponent(host);
}

/** Adds the port of a tenant whose host the template uses. */
function addPort(server: string, template: string, port: string | undefined): string {
  const isOpen = /\{host\}$/.test(template) && !/(?:^|[^:\]]):\d+$|\]:\d+$/.test(server);
  return isOpen && port !== undefined && port !== "" ? `${server}:${port}` : server;
}

function addDatabase(rest: string, database: string | undefined): string {
  if (database === undefined || database === "" || !/^\/?(?:[?#]|$)/.test(rest)) return rest;
  return `/${encodeURIComponent(database)}${rest.replace(/^\//, "")}`;
}
