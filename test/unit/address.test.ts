import { afterEach, describe, expect, test, vi } from "vitest";
import { buildClientConfig, describeDatabase } from "../../src/connection/address.ts";
import type { ConnectionTarget } from "../../src/connection/connection-target.ts";
import { RemodelError } from "../../src/errors.ts";

const SECRET = "open-sesame";

function refusal(target: ConnectionTarget): RemodelError {
  try {
    buildClientConfig(target);
  } catch (error) {
    if (error instanceof RemodelError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

afterEach(() => vi.unstubAllEnvs());

describe("a URL that is not understood is refused without a word of it", () => {
  test.each([
    `postgresql+asyncpg://mallory:${SECRET}@host/malls`,
    `postgres+psycopg2://mallory:${SECRET}@host/malls`,
    `jdbc:postgresql://host/malls?user=mallory&password=${SECRET}`,
    `mysql://root:p@${SECRET}@host/malls`,
    `host=localhost password=${SECRET} user=mallory`,
    `host=localhost port=5432 password='${SECRET}'`,
    `mallory:${SECRET}@host/malls`,
    `postgres:mallory:${SECRET}@host/malls`,
    `postgres:/mallory:${SECRET}@host/malls`,
    `POSTGRES//mallory:${SECRET}@host`,
    `DATABASE_URL=postgres://mallory:${SECRET}@host/malls`,
    `"postgres://mallory:${SECRET}@host/malls"`,
    ` postgres://mallory:${SECRET}@host/malls`,
    `postgres://mallory:${SECRET}@host/malls\n`,
    `postgres://mallory:${SECRET}\t@host/malls`,
    `postgres://mallory:${SECRET} x@host/malls`,
    `postgres://mallory:${SECRET}%@host/malls`,
    `postgres://mallory:${SECRET}%zz@host/malls`,
    `postgres://mallory:${SECRET}%e4@host/malls`,
    `postgres://mallory:/${SECRET}@host/malls`,
    `postgres://mallory:12/${SECRET}@host/malls`,
    `postgres://mallory:12#${SECRET}@host/malls`,
    `postgres://mallory:12?${SECRET}@host/malls`,
    `postgres://mallory:x@y/${SECRET}@host/malls`,
    `postgres://mallory:${SECRET}@host:port/malls`,
    `postgres://mallory:${SECRET}@host:1,other:2/malls`,
    `postgres://mallory:${SECRET}@[::1/malls`,
    `postgres://undefined:${SECRET}@host/malls`,
    `postgres://mallory:${SECRET}@undefined/malls`,
    `postgres://mallory:${SECRET}@host:undefined/malls`,
    `postgres://mallory:${SECRET}@host/undefined`,
    `postgres://mallory:${SECRET}@host/null`,
  ])("%j", (url) => {
    for (const target of [url, { type: "postgres", url }, { replication: { master: { url } } }]) {
      const { code, message, hint, details, cause } = refusal(target);
      expect(code).toBe("USAGE");
      expect(hint).toMatch(/^(Write|In a user,|Set) /);
      expect(JSON.stringify([message, hint, details, cause, String(cause)])).not.toMatch(
        /sesame|mallory|root|localhost/,
      );
    }
  });
});

test.each([
  ["postgres://mallory:p@ss@host/malls", "p@ss"],
  ["postgresql://mallory:p:ss@host/malls", "p:ss"],
  ["postgres://mallory:p%40%2f%3a%3F%23%25%20@host/malls", "p@/:?#% "],
  ["postgres://mallory:größe@host/malls", "größe"],
  ["postgres://mallory:$&!*()[]\\^`{|}~'\"<>@host/malls", "$&!*()[]\\^`{|}~'\"<>"],
  ["postgres://mallory:+a%2B@host/malls", "+a+"],
])("%s is read as pg reads it", async (url, password) => {
  const { default: pg } = await import("pg");
  const client = new pg.Client(buildClientConfig(url));
  expect(client).toMatchObject({ user: "mallory", password, host: "host", database: "malls" });
  expect(describeDatabase(client)).toBe("mallory@host:5432/malls");
});

test.each(["postgres:///malls", "postgres://mallory@/malls", "postgres://", "postgres://%2Frun%2Fpg/malls"])(
  "%s, which leaves the rest to the environment, is taken",
  (url) => expect(buildClientConfig(url)).toMatchObject({ connectionString: url }),
);

test("the options of a client of pg are taken as pg takes them", async () => {
  const { default: pg } = await import("pg");
  const password = async () => SECRET;
  const options = { user: "mallory", password, host: "host", port: 6543, database: "malls", ssl: true };
  const own = { application_name: "fleet", statement_timeout: 5, connectionTimeoutMillis: 9, keepAlive: false };
  expect(new pg.Client(buildClientConfig(options))).toMatchObject({ ...options, ssl: {} });
  expect(buildClientConfig({ ...options, ...own })).toMatchObject({ ...own, keepAlive: true });
  const connectionString = "postgres://mallory:open@host:6543/malls";
  expect(buildClientConfig({ connectionString, statement_timeout: 5 })).toMatchObject({
    connectionString,
    statement_timeout: 5,
  });
  expect(refusal({ connectionString: `http://${SECRET}` })).toMatchObject({ code: "USAGE" });
});

describe("a data source that names no database", () => {
  const NOTHING: readonly ConnectionTarget[] = [{}, { url: undefined }, { url: "", host: undefined, password: "x" }];
  test.each(NOTHING)("is refused: %j", (options) => {
    for (const name of ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"]) vi.stubEnv(name, undefined);
    expect(refusal(options)).toMatchObject({
      code: "CONFIG_INVALID",
      message: "The data source names no database: its url is not set.",
      hint: expect.stringMatching("DATABASE_URL"),
    });
  });

  test.each(["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"])("is taken where %s does", (name) => {
    vi.stubEnv(name, "1");
    expect(buildClientConfig({})).toMatchObject({ keepAlive: true });
  });

  test("is an empty URL, if one was given", () => {
    expect(refusal("")).toMatchObject({ code: "USAGE", message: "The database URL is empty." });
  });
});

test("a database is shown without what is not known, and without a password that is part of the user", async () => {
  const { default: pg } = await import("pg");
  const shown = (url: string) => describeDatabase(new pg.Client(url));
  expect(shown(`postgres://mallory%3A${SECRET}@host/malls`)).toBe("mallory:…@host:5432/malls");
  expect(describeDatabase({ host: "localhost", port: 5432 } as never)).toBe("localhost:5432/");
});
