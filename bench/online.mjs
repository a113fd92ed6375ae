// Measures how long readers and writers of a table wait while a revision runs, as it is written and after
// `remodel review --fix`: `npm run bench:online`, or `npm run bench:online -- --rows 100000` for a quick look; `-- "a check"`
// names a change. Times depend on the machine, so read the ratios.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { superviseServers } from "../test/support/postgres.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: "string", default: "1000000" } },
});
const ROWS = Number(values.rows);
/** Between two statements of a reader or writer. */
const PAUSE_MS = 2;

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, "dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "remodel-bench-online-"));

/** What is measured: an operation, and what is different about the table before it. */
const CHANGES = {
  "an index": { up: `op.createIndex("shop", { name: "IDX_code", columns: ["code"] });` },
  "an index instead of one": {
    up: `op.dropIndex("shop", "IDX_mall");
  op.createIndex("shop", { name: "IDX_mall", columns: ["mall_id", "id"] });`,
  },
  "a unique constraint": { up: `op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });` },
  "a primary key": {
    up: `op.createPrimaryKey("shop", { columns: ["id"] });`,
    before: `ALTER TABLE shop DROP CONSTRAINT shop_pkey, ALTER id DROP NOT NULL; CREATE INDEX by_id ON shop (id)`,
    hasNoKey: true,
  },
  "a foreign key": {
    up: `op.createForeignKey("shop", { name: "FK_mall", columns: ["mall_id"], references: { table: "mall", columns: ["id"] } });`,
  },
  "a check": { up: `op.createCheckConstraint("shop", { name: "CHK_code", expression: "length(code) > 0" });` },
  "NOT NULL": { up: `op.alterColumn("shop", "mall_id", { nullable: false });` },
  "a volatile default": { up: `op.addColumn("shop", { name: "token", type: "uuid", default: "gen_random_uuid()" });` },
  "a serial column": { up: `op.addColumn("shop", { name: "no", type: "serial" });` },
  "an identity column": {
    up: `op.addColumn("shop", { name: "no", type: "integer", generatedIdentity: "ALWAYS" });`,
  },
};

/** What the longest wait should be, as a part of that of the plain form. */
const LEAST_RATIO = 10;
/** A wait of the plain form that is no longer than this is short by itself. */
const SHORT_MS = 100;

try {
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const majors = readdirSync(join(root, "test/pg/node_modules")).map((name) =>
    Number(/^pg(\d+)$/.exec(name)?.[1] ?? 0),
  );
  const major = Math.max(...majors);
  const server = await superviseServers([major]);
  try {
    const [url] = server.urls;
    await makeTable(url);
    console.log(`PostgreSQL ${major}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}`);
    console.log(`The longest wait in milliseconds on a table of ${ROWS} rows\n`);
    console.log(row(["", "writer", "online", "ratio", "reader", "online", "run", "online", "a tenth"]));
    const verdicts = [];
    for (const what of positionals.length > 0 ? positionals : Object.keys(CHANGES)) {
      const change = CHANGES[what];
      const plain = await measure(url, change, false);
      const online = await measure(url, change, true);
      const ratio = plain.writer / online.writer;
      const verdict = judge(plain.writer, ratio);
      verdicts.push(verdict);
      const cells = [plain.writer, online.writer, ratio, plain.reader, online.reader, plain.run, online.run];
      console.log(row([what, ...cells.map((cell, at) => cell.toFixed(at === 2 ? 1 : 0)), verdict]));
    }
    const count = (verdict) => verdicts.filter((one) => one === verdict).length;
    console.log(`
Writers wait less than a tenth of the plain form: ${count("yes")} of ${verdicts.length}.
The plain form itself keeps them waiting for no more than ${SHORT_MS} ms: ${count("short")}. Neither: ${count("no")}.`);
  } finally {
    await server.stop();
  }
}

function judge(plain, ratio) {
  if (ratio >= LEAST_RATIO) return "yes";
  return plain <= SHORT_MS ? "short" : "no";
}

function row([first, ...cells]) {
  return `${first.padEnd(26)}${cells.map((cell) => cell.padStart(9)).join("")}`;
}

/** A table that is copied for each change. */
async function makeTable(url) {
  await runSql(url, "CREATE DATABASE shops");
  const client = new pg.Client(withDatabase(url, "shops"));
  await client.connect();
  await client.query(`CREATE TABLE mall (id integer PRIMARY KEY);
    INSERT INTO mall SELECT at FROM generate_series(1, 1000) at;
    CREATE TABLE shop (id integer PRIMARY KEY, mall_id integer, code text, name text);
    INSERT INTO shop SELECT at, 1 + at % 1000, 'c' || at, repeat('x', 60) FROM generate_series(1, ${ROWS}) at;
    CREATE INDEX "IDX_mall" ON shop (mall_id)`);
  await client.query("VACUUM (ANALYZE) shop");
  await client.end();
}

async function measure(url, change, isOnline) {
  await runSql(url, "DROP DATABASE IF EXISTS tried", "CREATE DATABASE tried TEMPLATE shops STRATEGY FILE_COPY");
  const target = withDatabase(url, "tried");
  if (change.before !== undefined) await runSql(target, change.before);
  writeProject(change);
  if (isOnline) await remodel("review", "--fix", "--no-database", "--url", target, "b");
  const stop = new AbortController();
  let inserted = ROWS;
  const write = (client) =>
    client.query("INSERT INTO shop (id, mall_id, code) VALUES ($1, 1, $2)", [++inserted, `c${inserted}`]);
  const read = (client) => client.query("SELECT name FROM shop WHERE id = $1", [1 + Math.floor(Math.random() * ROWS)]);
  const watchers = [watch(target, write, stop.signal), watch(target, read, stop.signal)];
  await remodel("stamp", "a", "--url", target);
  await pause(200);
  const began = performance.now();
  await remodel("upgrade", "--url", target);
  const run = performance.now() - began;
  await pause(200);
  stop.abort();
  const [writer, reader] = await Promise.all(watchers);
  return { run, writer, reader };
}

/** Repeats a statement until it is told to stop. Returns the longest time that one took. */
async function watch(url, statement, signal) {
  const client = new pg.Client(url);
  await client.connect();
  let longest = 0;
  while (!signal.aborted) {
    const began = performance.now();
    await statement(client);
    longest = Math.max(longest, performance.now() - began);
    await pause(PAUSE_MS);
  }
  await client.end();
  return longest;
}

function writeProject({ up, hasNoKey }) {
  const migrations = join(folder, "migrations");
  rmSync(migrations, { recursive: true, force: true });
  mkdirSync(migrations, { recursive: true });
  rmSync(join(folder, "node_modules"), { force: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const table = `op.createTable("mall", { columns: [{ name: "id", type: "integer" }], primaryKey: { columns: ["id"] } });
  op.createTable("shop", {
    columns: [
      { name: "id", type: "integer"${hasNoKey ? ", nullable: true" : ""} },
      { name: "mall_id", type: "integer", nullable: true },
    ],${hasNoKey ? "" : '\n    primaryKey: { columns: ["id"] },'}
  });`;
  writeFileSync(join(migrations, "a.js"), revision("a", null, table));
  writeFileSync(join(migrations, "b.js"), revision("b", "a", up));
}

function revision(id, down, up) {
  return `export const revision = "${id}";
export const downRevision = ${JSON.stringify(down)};

export function upgrade(op) {
  ${up}
}

export function downgrade(op) {
  op.irreversible("it is only measured");
}
`;
}

async function remodel(...args) {
  const child = spawn(process.execPath, [command, "--quiet", "--migrations", "migrations", ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`remodel ${args.join(" ")} ended with ${code}: ${said}`);
}

async function runSql(url, ...statements) {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function withDatabase(url, name) {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
