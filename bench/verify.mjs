// Measures `remodel verify` as whole processes on the embedded database: `npm run bench:verify`, or
// `npm run bench:verify -- --tables 20 --revisions 20 --created 50` for a smaller run; `-- history` names a part. Each is run
// twice: the second run begins with what the first has compiled and replayed.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { editProject, writeProject } from "./models.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string", default: "60" },
    revisions: { type: "string", default: "100" },
    created: { type: "string", default: "300" },
  },
});
/** How many tables the schema has in which one revision is proved. */
const TABLES = Number(values.tables);
/** How long the history is that is proved as a whole. */
const REVISIONS = Number(values.revisions);
/** How many tables one revision creates. */
const CREATED = Number(values.created);

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = join(root, "node_modules");
const command = join(root, "dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "remodel-bench-verify-"));
const report = join(folder, "report.json");

const PARTS = {
  models: async () => await measure(`one revision on ${TABLES} tables`, await writeModels(), ["head"]),
  history: async () => await measure(`all of ${REVISIONS} revisions`, writeHistory(), ["--all"]),
  many: async () => await measure(`one revision that creates ${CREATED} tables`, writeMany(), ["head"]),
};

try {
  const [cpu] = cpus();
  console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpu?.model}`);
  console.log("Seconds, and seconds of processor\n");
  for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) await PARTS[name]();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(what, cwd, args) {
  for (const time of ["first", "again"]) {
    const { seconds, processor, output } = await run(["verify", ...args, "--url", "postgres://localhost/none"], cwd);
    const last = output.trim().split("\n").at(-1);
    console.log(
      `${`${what}, ${time}`.padEnd(46)} ${seconds.toFixed(1).padStart(6)} ${processor.toFixed(1).padStart(6)}  ${last}`,
    );
  }
}

/** Models, their first revision, and a second one that adds a column. */
async function writeModels() {
  const cwd = join(folder, "models");
  writeProject(cwd, { tables: TABLES, url: "postgres://localhost/none", packages });
  const url = ["--url", "pglite:db"];
  await run(["revision", "--autogenerate", "-m", "First", ...url], cwd);
  await run(["upgrade", ...url], cwd);
  editProject(cwd);
  await run(["revision", "--autogenerate", "-m", "Second", ...url], cwd);
  return cwd;
}

/** A history without models: every second revision creates a table, and the next one changes it. */
function writeHistory() {
  const { cwd, write } = newProject("history");
  for (let at = 0; at < REVISIONS; at++) {
    const name = `shop_${at >> 1}`;
    const [up, down] = at % 2 === 0 ? createTable(name, at >> 1) : changeTable(name, at >> 1);
    write(at, up, down);
  }
  return cwd;
}

/** One revision that creates many tables. */
function writeMany() {
  const { cwd, write } = newProject("many");
  const tables = Array.from({ length: CREATED }, (_, at) => createTable(`shop_${at}`, at));
  write(
    0,
    tables.map(([up]) => up).join("\n"),
    tables
      .map(([, down]) => down)
      .toReversed()
      .join("\n"),
  );
  return cwd;
}

function newProject(name) {
  const cwd = join(folder, name);
  for (const part of ["migrations", "node_modules"]) mkdirSync(join(cwd, part), { recursive: true });
  for (const one of ["typeorm", "pg", "@electric-sql"])
    symlinkSync(join(packages, one), join(cwd, "node_modules", one));
  writeFileSync(join(cwd, "package.json"), '{ "name": "bench", "private": true, "type": "module" }\n');
  const id = (at) => (0x100000000000 + at).toString(16);
  const write = (at, up, down) =>
    writeFileSync(
      join(cwd, "migrations", `${id(at)}_step.ts`),
      `/** Step ${at} */
import type { Operations } from "typeorm-remodel";

export const revision = "${id(at)}";
export const downRevision = ${at === 0 ? "null" : `"${id(at - 1)}"`};

export function upgrade(op: Operations): void {
${up}
}

export function downgrade(op: Operations): void {
${down}
}
`,
    );
  return { cwd, write };
}

function createTable(name, at) {
  const key = `  op.createForeignKey("${name}", { name: "FK_${name}", columns: ["parent_id"], references: { table: "shop_${at >> 1}", columns: ["id"] } });`;
  const up = `  op.createTable("${name}", {
    columns: [
      { name: "id", type: "serial" },
      { name: "code", type: "character varying(40)" },
      { name: "title", type: "text" },
      { name: "price", type: "numeric(10,2)", default: "1.5" },
      { name: "size", type: "integer", default: "1" },
      { name: "active", type: "boolean", default: "true" },
      { name: "tags", type: "text[]", default: "'{}'" },
      { name: "settings", type: "jsonb", nullable: true },
      { name: "created_at", type: "timestamp with time zone", default: "now()" },
      { name: "parent_id", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_${name}", columns: ["id"] },
    uniques: [{ name: "UQ_${name}", columns: ["code"] }],
    checks: [{ name: "CHK_${name}", expression: "size > 0 AND size < 100000" }],
  });
  op.createIndex("${name}", { name: "IDX_${name}", columns: ["active", "created_at"] });
${key}`;
  return [up, `  op.dropTable("${name}");`];
}

/** One change each: a column, a rename, a type, a default, an index, a check. */
function changeTable(name, at) {
  const changes = [
    [
      `  op.addColumn("${name}", { name: "remark", type: "text", nullable: true });`,
      `  op.dropColumn("${name}", "remark");`,
    ],
    [`  op.renameColumn("${name}", "title", "label");`, `  op.renameColumn("${name}", "label", "title");`],
    [
      `  op.alterColumn("${name}", "size", { type: "bigint" });`,
      `  op.alterColumn("${name}", "size", { type: "integer", using: '"size"::integer' });`,
    ],
    [
      `  op.alterColumn("${name}", "price", { default: "2.5" });`,
      `  op.alterColumn("${name}", "price", { default: "1.5" });`,
    ],
    [
      `  op.createIndex("${name}", { name: "IDX_${name}_title", columns: ["title"] });`,
      `  op.dropIndex("${name}", "IDX_${name}_title");`,
    ],
    [
      `  op.createCheckConstraint("${name}", { name: "CHK_${name}_code", expression: "code <> 'none'" });`,
      `  op.dropConstraint("${name}", "CHK_${name}_code");`,
    ],
  ];
  return changes[at % changes.length];
}

/** Runs the command to its end. */
function run(args, cwd) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const profile = process.env.BENCH_PROFILE ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];
    const preload = ["--require", join(root, "bench/loaded.cjs")];
    const child = spawn(process.execPath, [...profile, ...preload, command, ...args], {
      cwd,
      env: { ...process.env, BENCH_REPORT: report, NODE_NO_WARNINGS: "1" },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => process.stderr.write(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - begin) / 1000;
      if (code === 0) resolve({ seconds, output, processor: JSON.parse(readFileSync(report, "utf8")).cpu / 1000 });
      else reject(new Error(`${args.join(" ")} ended with ${code}:\n${output.slice(-3000)}`));
    });
  });
}
