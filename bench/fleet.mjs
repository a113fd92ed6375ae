// Measures `remodel fleet` on many databases of one local server, made from a template of 50 tables:
// `npm run bench:fleet -- [TENANTS] [TABLES]`. Times depend on the machine, so read the ratios.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { superviseServers } from "../test/support/postgres.mjs";

const TENANTS = Number(process.argv[2] ?? 200);
const TABLES = Number(process.argv[3] ?? 50);
/** How many databases get the revision of the comparison with a shell loop. */
const LOOP = Math.min(50, Math.floor(TENANTS / 2));

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, "dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "remodel-bench-fleet-"));
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => abort.abort());

try {
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const major = Math.max(
    ...readdirSync(join(root, "test/pg/node_modules")).map((name) => Number(/^pg(\d+)$/.exec(name)?.[1] ?? 0)),
  );
  const server = await superviseServers([major]);
  try {
    const [url] = server.urls;
    const urls = Array.from({ length: TENANTS }, (_, at) => withDatabase(url, nameTenant(at)));
    writeProject(urls);
    await makeTenants(url);
    const rows = [
      ...(await measureAll("fleet status", ["fleet", "status"])),
      ...(await measureAll("fleet upgrade, nothing to do", ["fleet", "upgrade", "--no-journal"])),
      ...(await measureAll("the same without preflight", ["fleet", "upgrade", "--no-journal", "--no-preflight"])),
      ...(await compareWithLoop(urls)),
    ];
    console.log(`\nPostgreSQL ${major}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}`);
    console.log(`${TENANTS} tenants of ${TABLES} tables on one server\n`);
    console.log(rows.join("\n"));
  } finally {
    await server.stop();
  }
}

function writeProject(urls) {
  mkdirSync(join(folder, "migrations"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "malls.json"), JSON.stringify(urls.map((url, at) => ({ name: nameTenant(at), url }))));
  writeFileSync(join(folder, "remodel.config.ts"), 'export const remodel = { fleet: { tenants: "malls.json" } };\n');
  const table = `[{ name: "id", type: "integer" }, { name: "code", type: "text" }, { name: "since", type: "date" }]`;
  writeRevision(
    "a_tables",
    null,
    `for (let at = 0; at < ${TABLES}; at++) op.createTable("shop_" + at, { columns: ${table}, primaryKey: { columns: ["id"] } });`,
    `for (let at = 0; at < ${TABLES}; at++) op.dropTable("shop_" + at);`,
  );
}

function writeRevision(id, after, up, down) {
  writeFileSync(
    join(folder, "migrations", `${id}.ts`),
    `/** ${id} */\nexport const revision = "${id}";\nexport const downRevision = ${JSON.stringify(after)};\n` +
      `export function upgrade(op) {\n  ${up}\n}\nexport function downgrade(op) {\n  ${down}\n}\n`,
  );
}

/** The first tenant is upgraded, the others are copies of it. */
async function makeTenants(url) {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    const [first, ...others] = Array.from({ length: TENANTS }, (_, at) => nameTenant(at));
    await admin.query(`CREATE DATABASE ${first}`);
    await run(["upgrade", "--url", withDatabase(url, first)]);
    for (const [at, name] of others.entries()) {
      abort.signal.throwIfAborted();
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${first} STRATEGY file_copy`);
      if (at % 100 === 99) console.error(`${at + 2} tenants made`);
    }
  } finally {
    await admin.end();
  }
}

async function measureAll(label, args) {
  const { seconds, megabytes } = await run(args);
  const rate = Math.round(TENANTS / seconds);
  return [`${label.padEnd(36)}${seconds.toFixed(1).padStart(7)} s  ${String(rate).padStart(5)}/s  ${megabytes} MB`];
}

/** The fleet upgrades one half of the tenants, a loop as in a shell the same number of others. */
async function compareWithLoop(urls) {
  writeRevision(
    "b_column",
    "a_tables",
    `op.addColumn("shop_0", { name: "fax", type: "text", nullable: true });`,
    `op.dropColumn("shop_0", "fax");`,
  );
  const selected = urls.slice(0, LOOP).flatMap((_, at) => ["--select", nameTenant(at)]);
  const fleet = await run(["fleet", "upgrade", "--no-journal", ...selected]);
  let loop = 0;
  for (const url of urls.slice(LOOP, 2 * LOOP)) loop += (await run(["upgrade", "--url", url])).seconds;
  const count = `one column, ${LOOP} databases`;
  return [
    `${`${count}: fleet upgrade`.padEnd(36)}${fleet.seconds.toFixed(1).padStart(7)} s  ${fleet.megabytes} MB`,
    `${`${count}: shell loop`.padEnd(36)}${loop.toFixed(1).padStart(7)} s`,
    `${"ratio".padEnd(36)}${(loop / fleet.seconds).toFixed(1).padStart(7)}`,
  ];
}

/** Runs the command, and measures the time and the largest memory of its process. */
async function run(args) {
  abort.signal.throwIfAborted();
  const usage = join(folder, "usage");
  const hook = join(folder, "usage.mjs");
  writeFileSync(
    hook,
    `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(${JSON.stringify(usage)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", hook, command, "--quiet", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    signal: abort.signal,
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  const [code] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ended) => resolve(ended));
  });
  if (code !== 0) throw new Error(`remodel ${args.slice(0, 2).join(" ")} ended with ${code}:\n${output}`);
  return { seconds: (performance.now() - began) / 1000, megabytes: Math.round(Number(readFileSync(usage)) / 1024) };
}

function nameTenant(at) {
  return `mall_${String(at).padStart(4, "0")}`;
}

function withDatabase(url, name) {
  return Object.assign(new URL(url), { pathname: name }).href;
}
