import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnServer, startOwnServer } from "../support/postgres.mjs";
import { fileText } from "../support/running.ts";
import { connect, newest } from "../support/servers.ts";
import type { Environment } from "./in-process.ts";
import { type CliProject, cliProject, MODULE, newFolder } from "./support.ts";

/** Every character of a keyboard that means something in a URL, in a shell, in SQL, in JSON, in HTML or in a pattern. */
const ODD = `${String.raw`!"#$%&'()*+,-./:;<=>?@[\]^_{|}~ ü€`}\``;
const [PASSWORD, WRONG] = [`Gold${ODD}fish`, `Wr0ng${ODD}fish`];
const NAMES = ["north", "south"];

let server: OwnServer;
let host: string;

beforeAll(async () => {
  server = await startOwnServer(newest());
  ({ host } = new URL(server.url));
  const admin = await connect(server.url);
  await admin.query(`CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '${PASSWORD.replaceAll("'", "''")}'`);
  for (const name of NAMES) await admin.query(`CREATE DATABASE ${name}`);
  const access = join(server.data, "pg_hba.conf");
  writeFileSync(access, `host all guarded all scram-sha-256\n${readFileSync(access, "utf8")}`);
  await admin.query("SELECT pg_reload_conf()");
  await admin.end();
});

afterAll(() => server?.stop());

/** Where a password comes from. */
interface Source {
  /** What the configuration says about the fleet, as TypeScript. */
  readonly fleet: (password: string) => string;
  readonly environment?: (password: string) => Environment;
}

const quoted = (value: unknown) => JSON.stringify(value);
const plainUrl = (user = "guarded") => `postgres://${user}@${host}/{name}`;

const SOURCES: Readonly<Record<string, Source>> = {
  "a URL of its own": {
    fleet: (password) => {
      const user = `guarded:${encodeURIComponent(password)}`;
      const tenants = NAMES.map((name) => ({ name, url: plainUrl(user).replace("{name}", name) }));
      return `tenants: ${quoted(tenants)}`;
    },
  },
  "a label in the url of the fleet": {
    fleet: (password) => {
      const tenants = NAMES.map((name) => ({ name, key: password }));
      return `tenants: ${quoted(tenants)}, url: ${quoted(plainUrl("guarded:{key}"))}`;
    },
  },
  PGPASSWORD: {
    fleet: () => `tenants: ${quoted(NAMES)}, url: ${quoted(plainUrl())}`,
    environment: (password) => ({ PGPASSWORD: password }),
  },
  "~/.pgpass": {
    fleet: () => `tenants: ${quoted(NAMES)}, url: ${quoted(plainUrl())}`,
    environment: (password) => {
      const home = newFolder();
      const line = `*:*:*:guarded:${password.replaceAll(/[\\:]/g, String.raw`\$&`)}\n`;
      writeFileSync(join(home, ".pgpass"), line);
      chmodSync(join(home, ".pgpass"), 0o600);
      return { HOME: home };
    },
  },
  "a function": {
    fleet: (password) => {
      const { hostname, port } = new URL(server.url);
      const place = `host: ${quoted(hostname)}, port: ${port}, user: "guarded", database: name`;
      return `tenants: ${quoted(NAMES)}, url: ({ name }: { name: string }) => ({ ${place}, password: async () => ${quoted(password)} })`;
    },
  },
};

function secretProject({ fleet }: Source, password: string): CliProject {
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { ${fleet(password)} } };\n`,
  });
  project.write({ "migrations/a_first.ts": fileText("a_first", null, 'op.sql("SELECT 1");') });
  project.write({ "migrations/b_bad.ts": fileText("b_bad", "a_first", 'op.sql("SELECT no_such_column");') });
  return project;
}

/** Runs commands, and returns all that they have printed and written, with how they ended. */
async function runAll({ runWith, files }: CliProject, environment: Environment, commands: readonly string[]) {
  const before = new Set(Object.keys(files()));
  const ended: string[] = [];
  const printed: string[] = [];
  for (const command of commands) {
    const { code, stdout, stderr } = await runWith(environment, "fleet", ...command.split(" "));
    ended.push(`${command}: ${code}`);
    printed.push(stdout, stderr);
  }
  const written = Object.entries(files()).filter(([path]) => !before.has(path));
  return { ended, paths: written.map(([path]) => path), text: [...printed, ...written.flat()].join("\n") };
}

function expectHidden(text: string, password: string): void {
  const forms = [password, encodeURIComponent(password), encodeURI(password), quoted(password).slice(1, -1)];
  for (const form of [...forms, "fish"]) expect(text).not.toContain(form);
}

test.each(Object.keys(SOURCES))("a password of odd characters from %s is used and appears nowhere", async (name) => {
  const source = SOURCES[name]!;
  const title = process.title;
  const project = secretProject(source, PASSWORD);
  const { ended, paths, text } = await runAll(project, source.environment?.(PASSWORD) ?? {}, [
    "list --json --report list.html",
    "upgrade a_first --no-preflight",
    "upgrade --json --report upgrade.html",
    "downgrade base --no-journal --no-preflight",
  ]);
  expect(ended.map((one) => one.replace(/^(\w+).*: /, "$1 "))).toEqual([
    "list 0",
    "upgrade 0",
    "upgrade 1",
    "downgrade 0",
  ]);
  expect(text).toContain("no_such_column");
  expect(paths.filter((path) => path.endsWith(".ndjson")).length).toBeGreaterThan(0);
  expectHidden(text, PASSWORD);
  expect(process.title).toBe(title);
});

test.each(Object.keys(SOURCES))("a wrong password from %s appears in no error", async (name) => {
  const source = SOURCES[name]!;
  const project = secretProject(source, WRONG);
  const environment = source.environment?.(WRONG) ?? {};
  const { text } = await runAll(project, environment, ["status", "upgrade --no-preflight --report a.json", "check"]);
  expect(text).toContain("28P01");
  expectHidden(text, WRONG);
});

test("a URL with a password that is not encoded is refused without a word of it", async () => {
  const tenants = NAMES.map((name) => ({ name, url: `postgres://guarded:${PASSWORD}@${host}/${name}` }));
  const project = secretProject({ fleet: () => `tenants: ${quoted(tenants)}` }, PASSWORD);
  const { ended, text } = await runAll(project, {}, ["list", "status", "upgrade"]);
  expect(ended.join()).not.toContain("upgrade: 0");
  expectHidden(text, PASSWORD);
});
