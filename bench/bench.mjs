// Measures whole processes on generated projects: remodel beside TypeORM's own schema log, and beside the floor.
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { superviseServers } from "../test/support/postgres.mjs";
import { editProject, writeHistory, writeProject } from "./models.mjs";

const SIZES = [100, 1000];
/** Lengths of histories; the database lacks the last revision. */
const LENGTHS = [2, 5000];
const RUNS = 5;
const RUNS_OF_SLOW = 3;
/** On a busy machine, everything is still measured after this, but only once. */
const PATIENCE_MS = 4 * 60_000;

const SUBJECTS = {
  check: "remodel check",
  typeorm: "TypeORM createSchemaBuilder().log()",
  floor: "floor: buildMetadatas() + catalog",
  cold: "remodel check, no cache, once",
  edited: "remodel revision --autogenerate, after an edit, once",
  draft: "remodel revision --autogenerate, again",
  current: "remodel current --url",
  heads: "remodel heads",
  help: "remodel --help",
  version: "remodel --version",
};

const HISTORY = {
  heads: "remodel heads",
  history: "remodel history -r -3:head",
  plan: "remodel upgrade --plan",
};

const root = fileURLToPath(new URL("..", import.meta.url));
const here = (name) => join(root, "bench", name);
const tsc = join(root, "node_modules/typescript/bin/tsc");
const require = createRequire(import.meta.url);
const temporary = mkdtempSync(join(tmpdir(), "remodel-bench-"));
const report = join(temporary, "report.json");
const tool = join(temporary, "tool");
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => abort.abort());

const started = Date.now();
try {
  await bench();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
say(`done in ${Math.round((Date.now() - started) / 1000)} s`);

async function bench() {
  const major = Math.max(
    ...readdirSync(join(root, "test/pg/node_modules")).map((name) => Number(/^pg(\d+)$/.exec(name)?.[1] ?? 0)),
  );
  await buildTool();
  const server = await superviseServers([major]);
  try {
    const columns = [];
    for (const tables of SIZES) columns.push(await measureSize(tables, server.urls[0]));
    console.log(
      `\nWhole processes, medians of up to ${RUNS} (the slow ones: ${RUNS_OF_SLOW}), warm cache: wall ms (processor ms).\n` +
        `PostgreSQL ${major}, TypeORM ${versionOf("typeorm")}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}\n`,
    );
    console.log(table(rowsOf(columns)));
    const histories = [];
    for (const revisions of LENGTHS) histories.push(await measureHistory(revisions, server.urls[0]));
    console.log(`\nThe same for histories.\n\n${table(historyRows(histories))}`);
    saveResults(major, columns, histories);
  } finally {
    await server.stop();
  }
}

/** Writes the numbers to bench/results/, for `npm run bench:compare`. */
function saveResults(major, columns, histories) {
  const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const isEdited = git("status", "--porcelain", "--", "src") !== "";
  const commit = `${git("rev-parse", "--short", "HEAD")}${isEdited ? "-edited" : ""}`;
  const measured = {};
  const add = (what, subjects) => {
    for (const [name, { wall, cpu, parts }] of Object.entries(subjects))
      if (cpu !== undefined) measured[`${name}, ${what}`] = { wall, cpu, ...(parts && { parts }) };
  };
  for (const { tables, ...subjects } of columns) add(`${tables} tables`, subjects);
  for (const { revisions, ...subjects } of histories) add(`${revisions} revisions`, subjects);
  const machine = { node: process.versions.node, postgresql: major, cpus: cpus().length, cpu: cpus()[0]?.model };
  const result = { commit, date: new Date(started).toISOString(), load: loadavg()[0], ...machine, measured };
  mkdirSync(here("results"), { recursive: true });
  const file = here(`results/${commit}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  say(`saved in ${file}`);
}

/** The parts of `--timings`, as a command prints them on stderr. */
function partsOf({ output }) {
  const lines = [...output.matchAll(/^ {2}(\w+) +(\d+) +(\d+)$/gm)];
  return Object.fromEntries(lines.map(([, part, wall, cpu]) => [part, { wall: Number(wall), cpu: Number(cpu) }]));
}

/** @param {string} name a package that need not export its manifest */
function versionOf(name) {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

/** The tool from the source as it is now, in a folder of its own, so that no other build gets in the way. */
async function buildTool() {
  say("compiling src/");
  mkdirSync(tool);
  copyFileSync(join(root, "package.json"), join(tool, "package.json"));
  symlinkSync(join(root, "node_modules"), join(tool, "node_modules"));
  await run([tsc, "-p", "tsconfig.build.json", "--noCheck", "--outDir", join(tool, "dist")], root);
}

/** One project with its database, in sync, and everything measured on it. */
async function measureSize(tables, server) {
  const cwd = join(temporary, `tables-${tables}`);
  const url = await createDatabase(server, `bench_${tables}`);
  const remodel = (...args) => [join(tool, "dist/cli/main.js"), ...args];
  const check = remodel("check");
  const draft = remodel("revision", "--autogenerate", "--dry-run", "-m", "remark");
  const step = async (name, args) => {
    const result = await run(args, cwd);
    say(`${tables} tables: ${name}, ${Math.round(result.wall)} ms`);
    return result;
  };
  writeProject(cwd, { tables, url, packages: join(root, "node_modules") });
  await step("compiled for TypeORM", [tsc, "-p", ".", "--outDir", "compiled"]);
  await step("revision --autogenerate", remodel("revision", "--autogenerate", "-m", "First tables"));
  await step("upgrade", remodel("upgrade"));
  await step("check", check); // the revision file is compiled now
  const runs = tables < 1000 ? RUNS : RUNS_OF_SLOW;
  const compared = await interleaved(`${tables} tables`, cwd, runs, {
    check,
    typeorm: [here("typeorm.cjs")],
    floor: [here("floor.mjs"), join(tool, "dist"), url],
  });
  const light = await interleaved(`${tables} tables`, cwd, RUNS, {
    version: remodel("--version"),
    help: remodel("--help"),
    current: remodel("current", "--url", url),
    heads: remodel("heads"),
  });
  const timed = await step("check --timings", [...check, "--timings"]);
  rmSync(join(cwd, "node_modules/.cache"), { recursive: true });
  const cold = await step("check without a cache", check);
  editProject(cwd);
  const edited = await step("revision --autogenerate --dry-run after an edit", draft);
  const again = await interleaved(`${tables} tables`, cwd, RUNS_OF_SLOW, { draft });
  return { tables, ...compared, timed: { ...timed, parts: partsOf(timed) }, ...light, cold, edited, ...again };
}

/** One project without models whose database is one revision behind. */
async function measureHistory(revisions, server) {
  const cwd = join(temporary, `revisions-${revisions}`);
  const url = await createDatabase(server, `bench_history_${revisions}`);
  const remodel = (...args) => [join(tool, "dist/cli/main.js"), ...args];
  writeProject(cwd, { tables: 1, url, packages: join(root, "node_modules") });
  writeHistory(cwd, revisions);
  await run(remodel("stamp", "head-1"), cwd);
  await run(remodel("upgrade", "--plan"), cwd); // the one file that is needed is compiled now
  const measured = await interleaved(`${revisions} revisions`, cwd, RUNS, {
    heads: remodel("heads"),
    history: remodel("history", "-r", "-3:head"),
    plan: remodel("upgrade", "--plan"),
  });
  return { revisions, ...measured };
}

async function createDatabase(server, name) {
  const { Client } = require("pg");
  const client = new Client(server);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server.replace(/\/postgres$/, `/${name}`);
}

/** Runs the subjects by turns, so that a busy minute of the machine falls on all of them; gives their medians. */
async function interleaved(what, cwd, runs, subjects) {
  const all = Object.entries(subjects).map(([name, args]) => ({ name, args, results: [] }));
  for (let round = 1; round <= runs; round++) {
    if (round > 1 && Date.now() - started > PATIENCE_MS) break;
    for (const { args, results } of all) results.push(await run(args, cwd));
    const last = all.map(({ name, results }) => `${name} ${Math.round(results.at(-1).wall)}`);
    say(`${what}, round ${round} of ${runs}: ${last.join(", ")} ms`);
  }
  return Object.fromEntries(all.map(({ name, results }) => [name, middle(results)]));
}

function middle(results) {
  const median = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[Math.floor(results.length / 2)];
  return { ...results[0], wall: median("wall"), cpu: median("cpu") };
}

/** Runs one process to its end. */
function run(args, cwd) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, BENCH_REPORT: report, NODE_NO_WARNINGS: "1" };
    const begin = performance.now();
    const child = spawn(process.execPath, ["--require", here("loaded.cjs"), ...args], {
      cwd,
      env,
      signal: abort.signal,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const wall = performance.now() - begin;
      if (code === 0) resolve({ wall, output, ...JSON.parse(readFileSync(report, "utf8")) });
      else reject(new Error(`${args.join(" ")} in ${cwd} ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}

function historyRows(histories) {
  const [short, long] = histories;
  const rows = Object.entries(HISTORY).map(([key, name]) => [
    name,
    ...histories.map((one) => `${Math.round(one[key].wall)} (${Math.round(one[key].cpu)})`),
    ratio(long[key], short[key]),
    loadedBy(long[key]),
  ]);
  return [["", ...LENGTHS.map((length) => `${length} revisions`), "growth", "loads"], ...rows];
}

function rowsOf(columns) {
  const sizes = columns.map(({ tables }) => `${tables} tables`);
  const [small, large] = [columns[0], columns.at(-1)];
  const timed = Object.entries(SUBJECTS).map(([key, name]) => [
    name,
    ...columns.map((column) => `${Math.round(column[key].wall)} (${Math.round(column[key].cpu)})`),
    ratio(large[key], small[key]),
    loadedBy(large[key]),
  ]);
  const ratios = [
    ["TypeORM ÷ remodel check", ...columns.map(({ typeorm, check }) => ratio(typeorm, check))],
    ["TypeORM ÷ floor (what there is to gain)", ...columns.map(({ typeorm, floor }) => ratio(typeorm, floor))],
    ["remodel check ÷ floor", ...columns.map(({ check, floor }) => ratio(check, floor))],
    ["statements TypeORM logs though all is in sync", ...columns.map(({ typeorm }) => typeorm.output.trim())],
  ];
  return [["", ...sizes, "growth", "loads"], ...timed, ...ratios];
}

function ratio(one, other) {
  return `${(one.wall / other.wall).toFixed(1)}x (${(one.cpu / other.cpu).toFixed(1)}x)`;
}

/** The heavy packages among those that a process loaded; ts-morph has TypeScript inside. */
function loadedBy({ packages }) {
  const heavy = ["typeorm", "ts-morph", "typescript", "pg"].filter((name) => packages.includes(name));
  return heavy.length === 0 ? "-" : heavy.join(", ");
}

function table(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const line = (row) =>
    row.map((cell, at) => (at === 0 || at === 4 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])));
  return rows.map((row) => line(row).join("  ").trimEnd()).join("\n");
}

function say(text) {
  process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s] ${text}\n`);
}
