// Measures `remodel fleet` on many databases of one local server, made from a template: `npm run bench:fleet`, or
// `npm run bench:fleet -- --tenants 100 --tables 50 --changed 20 --loop 5` for a smaller run; `-- reading` only reads the
// catalogs, with functions of the package. Times depend on the machine, so read the ratios.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { superviseServers } from "../test/support/postgres.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tenants: { type: "string", default: "1000" },
    tables: { type: "string", default: "50" },
    changed: { type: "string", default: "200" },
    loop: { type: "string", default: "40" },
  },
});
const TENANTS = Number(values.tenants);
const TABLES = Number(values.tables);
/** How many databases `fleet upgrade` gives a column. */
const CHANGED = Number(values.changed);
/** How many other databases a loop gives the same column, with a process for each. Its time grows with their number. */
const LOOP = Number(values.loop);
if (CHANGED + LOOP > TENANTS)
  throw new Error("There must be at least as many tenants as --changed and --loop together.");

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
    writeProject(Array.from({ length: TENANTS }, (_, at) => withDatabase(url, nameTenant(at))));
    await makeTenants(url);
    if (positionals.includes("reading")) return console.log(describe(await measureReading()));
    const tenth = Array.from({ length: Math.ceil(TENANTS / 10) }, (_, at) => nameTenant(at));
    const status = await measure("fleet status", TENANTS, ["fleet", "status"]);
    const part = await measure("fleet status, a tenth of them", tenth.length, ["fleet", "status", ...select(tenth)]);
    const idle = await measure("fleet upgrade, nothing to do", TENANTS, ["fleet", "upgrade", "--no-journal"]);
    const check = await measure("fleet check", TENANTS, ["fleet", "check"]);
    const one = await measure("fleet check of one", 1, ["fleet", "check", ...select([nameTenant(0)])]);
    const reading = await measureReading();
    const { fleet, loop } = await compareWithLoop(url);
    const lines = [status, part, idle, check, one, reading, fleet, loop].map(describe);
    const ratios = {
      "nothing to do : status, in time": idle.seconds / status.seconds,
      "status of all : of a tenth, in memory": status.megabytes / part.megabytes,
      "check of all : reading all, and one check": check.seconds / (reading.seconds + one.seconds),
      "one process for each : fleet upgrade, a database": loop.seconds / LOOP / (fleet.seconds / CHANGED),
    };
    console.log(`\nPostgreSQL ${major}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}`);
    console.log(`${TENANTS} tenants of ${TABLES} tables on one server\n`);
    console.log(lines.join("\n"));
    console.log(
      Object.entries(ratios)
        .map(([name, ratio]) => `${name.padEnd(50)}${ratio.toFixed(2).padStart(6)}`)
        .join("\n"),
    );
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
  writeFileSync(
    join(folder, "data-source.ts"),
    `import { DataSource, EntitySchema } from "typeorm";
const columns = { id: { type: "integer", primary: true, primaryKeyConstraintName: "PK" }, code: { type: "text" }, since: { type: "date" } } as const;
const entities = Array.from({ length: ${TABLES} }, (_, at) => new EntitySchema({
  name: "Shop" + at, tableName: "shop_" + at, columns: { ...columns, id: { ...columns.id, primaryKeyConstraintName: "PK_shop_" + at } },
}));
export default new DataSource({ type: "postgres", entities });
`,
  );
  const table = `[{ name: "id", type: "integer" }, { name: "code", type: "text" }, { name: "since", type: "date" }]`;
  writeRevision(
    "a_tables",
    null,
    `for (let at = 0; at < ${TABLES}; at++) op.createTable("shop_" + at, { columns: ${table}, primaryKey: { name: "PK_shop_" + at, columns: ["id"] } });`,
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

/** Reads the catalogs as `fleet check` does, and compares nothing. */
async function measureReading() {
  const script = join(folder, "read.mjs");
  const dist = (file) => JSON.stringify(pathToFileURL(join(root, "dist", file)).href);
  writeFileSync(
    script,
    `import { openFleet } from ${dist("fleet/open.js")};
import { forEachTenant } from ${dist("fleet/for-each-tenant.js")};
import { openTenant } from ${dist("fleet/tenant-session.js")};
import { limitWave } from ${dist("fleet/waves.js")};
import { readSchemaNow } from ${dist("compare/drift.js")};
const { project, tenants, limits } = await openFleet({ cwd: process.cwd() });
const rules = limitWave({}, limits);
await forEachTenant(tenants, rules, async (tenant) => {
  const session = await openTenant(project, tenant, rules.timeoutMs);
  await readSchemaNow(session);
  await session.close();
});
`,
  );
  return { label: "reading the catalogs", tenants: TENANTS, ...(await run([], script)) };
}

async function measure(label, tenants, args) {
  return { label, tenants, ...(await run(args)) };
}

function describe({ label, tenants, seconds, megabytes }) {
  const rate = (tenants / seconds).toFixed(tenants < seconds * 10 ? 1 : 0);
  return `${label.padEnd(44)}${seconds.toFixed(1).padStart(7)} s ${rate.padStart(6)}/s ${String(megabytes).padStart(5)} MB`;
}

/** The fleet upgrades some tenants, and a loop as in a shell others. */
async function compareWithLoop(url) {
  writeRevision(
    "b_column",
    "a_tables",
    `op.addColumn("shop_0", { name: "fax", type: "text", nullable: true });`,
    `op.dropColumn("shop_0", "fax");`,
  );
  const names = Array.from({ length: CHANGED + LOOP }, (_, at) => nameTenant(at));
  const changed = select(names.slice(0, CHANGED));
  const label = `one column, ${CHANGED} databases: fleet upgrade`;
  const fleet = await measure(label, CHANGED, ["fleet", "upgrade", "--no-journal", ...changed]);
  const loop = { label: `the same, ${LOOP} databases: a process for each`, tenants: LOOP, seconds: 0, megabytes: 0 };
  for (const name of names.slice(CHANGED)) {
    const { seconds, megabytes } = await run(["upgrade", "--url", withDatabase(url, name)]);
    loop.seconds += seconds;
    loop.megabytes = Math.max(loop.megabytes, megabytes);
  }
  return { fleet, loop };
}

function select(names) {
  return names.flatMap((name) => ["--select", name]);
}

/** Runs the command, or another script, and measures the time and the largest memory of its process. */
async function run(args, script = command) {
  abort.signal.throwIfAborted();
  const usage = join(folder, "usage");
  const hook = join(folder, "usage.mjs");
  writeFileSync(
    hook,
    `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(${JSON.stringify(usage)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const began = performance.now();
  const given = script === command ? ["--quiet", ...args] : args;
  const child = spawn(process.execPath, ["--import", pathToFileURL(hook).href, script, ...given], {
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
