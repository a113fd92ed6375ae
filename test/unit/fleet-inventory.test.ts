import { describe, expect, test } from "vitest";
import type { ConnectionTarget } from "../../src/connection/connection-target.ts";
import { RemodelError } from "../../src/errors.ts";
import { buildTenants } from "../../src/fleet/inventory.ts";
import { readLocation } from "../../src/fleet/location.ts";
import type { Tenant } from "../../src/fleet/tenant.ts";
import { fillTemplate } from "../../src/fleet/url-template.ts";
import type { TenantUrl } from "../../src/fleet-config.ts";

const OWN = "postgres://deployer:own%40secret@own:6000/control?sslmode=disable";

const FOLDERS = { home: "/home/malls", configFolder: "/home/malls" };

async function build(records: readonly unknown[], url?: TenantUrl, own: ConnectionTarget = OWN) {
  return await buildTenants(records, { url, own: async () => own, ...FOLDERS, env: {} });
}

async function refuse(records: readonly unknown[], url?: TenantUrl): Promise<string> {
  const error = await build(records, url).catch((one: unknown) => one);
  if (!(error instanceof RemodelError)) throw new Error("was not refused");
  expect({ code: error.code, hint: error.hint }).toEqual({ code: "FLEET_INVALID", hint: expect.any(String) });
  return error.message;
}

function first([tenant]: readonly Tenant[]): Tenant {
  if (tenant === undefined) throw new Error("no tenant");
  return tenant;
}

describe("a template is filled in and encoded where it must be", () => {
  test.each<[template: string, values: Record<string, string>, url: string]>([
    ["postgres://d@{host}/{database}", { host: "db1", database: "m" }, "postgres://d@db1/m"],
    ["postgres://d@{host}/{database}", { host: "db1:6", database: "m" }, "postgres://d@db1:6/m"],
    ["postgres://d@{host}/{database}", { host: "db1", port: "6", database: "m" }, "postgres://d@db1:6/m"],
    ["postgres://d@{host}:7/{database}", { host: "db1", port: "6", database: "m" }, "postgres://d@db1:7/m"],
    ["postgres://d@{host}:{port}/{database}", { host: "db1", port: "6", database: "m" }, "postgres://d@db1:6/m"],
    ["postgres://d@bouncer/{database}", { host: "db1", port: "6", database: "m" }, "postgres://d@bouncer/m"],
    ["postgres://d@{host}", { host: "db1", database: "m" }, "postgres://d@db1/m"],
    ["postgres://d@{host}/?sslmode=require", { host: "db1", database: "m" }, "postgres://d@db1/m?sslmode=require"],
    ["postgres://d@{host}/{database}", { host: "::1", database: "m" }, "postgres://d@[::1]/m"],
    ["postgres://d@{host}/{database}", { host: "::1", port: "6", database: "m" }, "postgres://d@[::1]:6/m"],
    ["postgres://d@{host}/{database}", { host: "/run/pg", database: "m" }, "postgres://d@%2Frun%2Fpg/m"],
    [
      "postgres://{user}:{pw}@h/{name}",
      { user: "a@b", pw: "p:/?#@%&", name: "m/1 é" },
      "postgres://a%40b:p%3A%2F%3F%23%40%25%26@h/m%2F1%20%C3%A9",
    ],
    ["postgres://h/m?application_name={name}", { name: "a&b=c" }, "postgres://h/m?application_name=a%26b%3Dc"],
    ["{dsn}", { dsn: "postgres://a:b%40@h/m" }, "postgres://a:b%40@h/m"],
    ["pglite:{name}", { name: "malls/m1" }, "pglite:malls/m1"],
  ])("%s with %j", (template, values, url) => expect(fillTemplate(template, values, "t")).toBe(url));

  test("a value that is missing is named, with the tenant", async () => {
    expect(await refuse([{ name: "m1", host: null }], "postgres://{host}/x")).toBe(
      "The tenant m1 has no host, which the url of the fleet uses.",
    );
  });
});

describe("a place is read as pg reads it", () => {
  test.each<[target: ConnectionTarget, env: Record<string, string>, server: string, database: string]>([
    ["postgres://u@h/m", {}, "h:5432", "m"],
    ["postgres://u@H:6/a%2Fb", {}, "H:6", "a/b"],
    ["postgres://u@h", {}, "h:5432", "u"],
    ["postgres://u@/m", {}, "localhost:5432", "m"],
    ["postgres:///m", { PGHOST: "e", PGPORT: "7" }, "e:7", "m"],
    ["postgres://u@h/", { PGDATABASE: "e" }, "h:5432", "e"],
    ["postgres://u@[::1]:6/m", {}, "[::1]:6", "m"],
    ["postgres://u@x/m?host=/run/pg&port=6", {}, "/run/pg:6", "m"],
    ["postgres://u@%2Frun%2Fpg/m", {}, "/run/pg:5432", "m"],
    [{ host: "h", port: 6, user: "u", database: "m" }, {}, "h:6", "m"],
    [{ host: "::1", user: "u" }, {}, "[::1]:5432", "u"],
    [{ connectionString: "postgres://u@h/m" }, {}, "h:5432", "m"],
    [{ type: "postgres", url: "postgres://u@h:6/m" }, {}, "h:6", "m"],
    [{ type: "postgres", host: "h", username: "u", database: "m" }, {}, "h:5432", "m"],
    ["pglite:malls/m1", {}, "pglite:/home/malls/m1", "postgres"],
    ["pglite:memory", {}, "pglite:memory", "postgres"],
  ])("%j with %j", (target, env, server, database) => {
    expect(readLocation(target, "/home", env)).toEqual({ server, database });
  });
});

describe("a tenant takes from the project's connection what it does not say itself", () => {
  test.each<[record: object, own: ConnectionTarget, target: ConnectionTarget]>([
    [{}, OWN, OWN],
    [{ schema: "m" }, OWN, OWN],
    [{ database: "m/1" }, OWN, { url: "postgres://deployer:own%40secret@own:6000/m%2F1?sslmode=disable" }],
    [{ host: "h" }, OWN, { url: "postgres://deployer:own%40secret@h/control?sslmode=disable" }],
    [{ port: 7 }, OWN, { url: "postgres://deployer:own%40secret@own:7/control?sslmode=disable" }],
    [{ host: "::1", port: 7, database: "m" }, "postgres://u@own/c", { url: "postgres://u@[::1]:7/m" }],
    [
      { host: "h", database: "m" },
      { type: "postgres", host: "o", port: 6, database: "c" },
      { type: "postgres", host: "h", port: 6, database: "m" },
    ],
    [{ url: "postgres://u@x/y" }, OWN, "postgres://u@x/y"],
  ])("%j of %j", async (record, own, target) => {
    expect(first(await build([{ name: "m", ...record }], undefined, own)).target()).toEqual(target);
  });

  test("a function returns a URL, or options whose password may be a function", async () => {
    const password = async () => "token";
    const tenants = await build([{ name: "a" }, { name: "b" }], ({ name }) =>
      name === "a" ? "postgres://u@h/a" : Promise.resolve({ host: "h", database: "b", password }),
    );
    expect(tenants.map(({ server, database }) => `${server}/${database}`)).toEqual(["h:5432/a", "h:5432/b"]);
    expect(tenants[1]?.target()).toEqual({ host: "h", database: "b", password });
  });
});

describe("labels are all that is no place", () => {
  test("as texts, and what is null is none", async () => {
    const record = { name: "m", host: "h", tier: "pilot", size: 3, open: true, note: null, labels: { land: "at" } };
    expect(first(await build([record])).labels).toEqual({ tier: "pilot", size: "3", open: "true", land: "at" });
  });

  test.each<[what: string, record: object, url: TenantUrl | undefined]>([
    ["by its name", { password: "s3cret", db_pass: "s3cret", api_token: "s3cret", DSN: "s3cret" }, undefined],
    ["by its place in the template", { key1: "s3cret" }, "postgres://u:{key1}@h/m"],
    ["by its place in a parameter", { key1: "s3cret" }, "postgres://u@h/m?password={key1}"],
    ["as the whole URL", { link: "postgres://u:s3cret@h/m" }, "{link}"],
    ["by its value in options", { key1: "s3cret" }, ({ key1 }) => ({ host: "h", database: "m", password: key1 })],
    [
      "by its value in a URL",
      { key1: "s3:cret" },
      ({ key1 }) => `postgres://u:${encodeURIComponent(String(key1))}@h/m`,
    ],
    ["inside a URL", { replica: "postgres://u:s3cret@h2/m" }, undefined],
  ])("no password is one, known %s", async (_, record, url) => {
    const [tenant] = await build([{ name: "m", ...record }], url);
    expect(JSON.stringify(tenant)).not.toMatch(/s3:?cret/);
  });
});

describe("an inventory that is wrong is refused", () => {
  test.each<[records: readonly unknown[], message: RegExp]>([
    [[{ host: "h" }], /^Tenant 1 of the inventory has no name\.$/],
    [["a", 3], /^Tenant 2 of the inventory is not an object\.$/],
    [[["a"]], /is not an object/],
    [
      [{ name: "a", url: "mysql://u:s3cret@h/a" }],
      /^The tenant a: This is not a PostgreSQL URL\. It begins with mysql:\/\/$/,
    ],
    [
      [
        { name: "a", url: "postgres://u:s3cret@h1/a" },
        { name: "a", url: "postgres://u@h2/a", schema: "s" },
      ],
      /^Two tenants have the name a: h1:5432\/a and h2:5432\/a \(schema s\)\.$/,
    ],
    [
      [
        { name: "a", url: "postgres://u:s3cret@h/m" },
        { name: "b", url: "postgres://v@h:5432/m" },
      ],
      /^The tenants a and b are in the same place: h:5432\/m\.$/,
    ],
    [
      [
        { name: "a", schema: "s" },
        { name: "b", schema: "s" },
      ],
      /^The tenants a and b are in the same place: own:6000\/control \(schema s\)\.$/,
    ],
  ])("%j", async (records, message) => {
    const text = await refuse(records);
    expect(text).toMatch(message);
    expect(text).not.toContain("s3cret");
  });

  test("what a function throws is said without a password", async () => {
    const url = () => {
      throw new Error("no vault at https://me:s3cret@vault");
    };
    expect(await refuse([{ name: "a" }], url)).toBe(
      "fleet.url failed for the tenant a: no vault at https://me:…@vault",
    );
    expect(await refuse([{ name: "a" }], () => Object(7).missing)).toMatch(/returns neither a URL nor options/);
  });
});
