// Measures whole processes on generated projects: remodel beside TypeORM's own schema log, `psql`, and the floor.
//
//   npm run bench                                all
//   npm run bench -- check upgrade               only these: check, light, cold, upgrade, history, long
//   npm run bench -- others check                also MikroORM and Alembic, which it installs from the network
//   npm run bench -- --checkout DIR              the source of another checkout, such as a worktree of an older commit
//   npm run bench -- --tables 10,20 --revisions 2,50     smaller, to try it
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
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
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { superviseServers } from "../test/support/postgres.mjs";
import { editProject, writeHistory, writeProject } from "./models.mjs";
import { installOthers, listOthers } from "./others.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    checkout: { type: "string" },
    tables: { type: "string", default: "100,1000" },
    revisions: { type: "string", default: "2,5000" },
  },
});
const SIZES = values.tables.split(",").map(Number);
/** Lengths of histories; the database lacks the last revision. */
const LENGTHS = values.revisions.split(",").map(Number);
const RUNS = 5;
const RUNS_OF_SLOW = 3;
/** On a busy machine, everything is still measured after this, but only once. */
const PATIENCE_MS = 4 * 60_000;

const SUBJECTS = {
  check: "remodel check",
  typeorm: "TypeORM createSchemaBuilder().log()",
  floor: "floor: buildMetadatas() + catalog",
  mikroorm: "MikroORM getUpdateSchemaSQL()",
  alembic: "Alembic compare_metadata()",
  cold: "remodel check, no cache, once",
  edited: "remodel revision --autogenerate, after an edit, once",
  draft: "remodel revision --autogenerate, again",
  checking: "remodel check, in turn with the commands below",
  current: "remodel current --url",
  again: "remodel upgrade, nothing to do",
  heads: "remodel heads",
  help: "remodel --help",
  version: "remodel --version",
  bare: "a bare yargs program",
  connecting: "a bare yargs program that connects",
  upgrade: "remodel upgrade, all tables, once",
  psql: "psql -f of the same script, once",
};

const HISTORY = {
  heads: "remodel heads",
  history: "remodel history -r -3:head",
  plan: "remodel upgrade --plan",
  coldPlan: "remodel upgrade --plan of all, no cache, once",
  upgrade: "remodel upgrade of all, no cache, once",
  psql: "psql -f of the same script, once",
};

/** What is measured: all, or what was named. */
const wants = (name) => positionals.length === 0 || positionals.includes(name);
/** The tools of other ORMs; they are measured only where they are named. */
let others;
const hasPsql = spawnSync("psql", ["--version"]).status === 0;

const root = fileURLToPath(new URL("..", import.meta.url));
const here = (name) => join(root, "bench", name);
const tsc = join(root, "node_modules/typescript/bin/tsc");
const require = createRequire(import.meta.url);
const temporary = mkdtempSync(join(tmpdir(), "remodel-bench-"));
const report = join(temporary, "report.json");
const checkout = resolve(values.checkout ?? root);
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
  if (positionals.includes("others")) others = installOthers(join(temporary, "others"));
  const server = await superviseServers([major]);
  try {
    const columns = [];
    if (["check", "light", "cold", "upgrade"].some(wants))
      for (const tables of SIZES) columns.push(await measureSize(tables, server.urls[0]));
    const histories = [];
    if (["history", "long"].some(wants))
      for (const revisions of LENGTHS) histories.push(await measureHistory(revisions, server.urls[0]));
    saveResults(major, columns, histories);
    console.log(
      `\nWhole processes, medians of up to ${RUNS} (the slow ones: ${RUNS_OF_SLOW}), warm cache: wall ms (processor ms).\n` +
        `PostgreSQL ${major}, TypeORM ${versionOf("typeorm")}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}\n`,
    );
    if (columns.length > 0) console.log(table(rowsOf(columns)));
    if (histories.length > 0) console.log(`\nThe same for histories.\n\n${table(historyRows(histories))}`);
  } finally {
    await server.stop();
  }
}

/** Writes the numbers to bench/results/, for `npm run bench:compare`. What else was measured of this commit stays there. */
function saveResults(major, columns, histories) {
  const git = (...args) => spawnSync("git", args, { cwd: checkout, encoding: "utf8" }).stdout.trim();
  const isEdited = git("status", "--porcelain", "--", "src") !== "";
  const commit = `${git("rev-parse", "--short", "HEAD")}${isEdited ? "-edited" : ""}`;
  const file = here(`results/${commit}.json`);
  const measured = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).measured : {};
  const add = (what, subjects) => {
    for (const [name, { wall, cpu, rss, parts }] of Object.entries(subjects))
      if (wall !== undefined) measured[`${name}, ${what}`] = { wall, cpu: cpu ?? 0, rss, ...(parts && { parts }) };
  };
  for (const { tables, ...subjects } of columns) add(`${tables} tables`, subjects);
  for (const { revisions, ...subjects } of histories) add(`${revisions} revisions`, subjects);
  const machine = { node: process.versions.node, postgresql: major, cpus: cpus().length, cpu: cpus()[0]?.model };
  const result = { commit, date: new Date(started).toISOString(), load: loadavg()[0], ...machine, measured };
  mkdirSync(here("results"), { recursive: true });
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
  say(`compiling ${join(checkout, "src")}`);
  mkdirSync(tool);
  for (const name of ["package.json", "tsconfig.json", "tsconfig.build.json"])
    copyFileSync(join(checkout, name), join(tool, name));
  cpSync(join(checkout, "src"), join(tool, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(tool, "node_modules"));
  await run([tsc, "-p", join(tool, "tsconfig.build.json"), "--noCheck", "--outDir", join(tool, "dist")], tool);
  const bundle = join(checkout, "scripts/bundle.mjs");
  if (!existsSync(bundle)) return;
  copyFileSync(bundle, join(tool, "bundle.mjs"));
  await run([join(tool, "bundle.mjs"), join(tool, "src"), join(tool, "dist/cli")], tool);
}

function remodel(...args) {
  return [join(tool, "dist/cli/main.js"), ...args];
}

/** Does something once, if it is wanted, and says how long it took. */
async function step(what, cwd, args, { wanted = true } = {}) {
  if (!wanted) return undefined;
  const result = await run(args, cwd);
  say(`${what}, ${Math.round(result.wall)} ms`);
  return result;
}

/** One project with its database, in sync, and everything measured on it. */
async function measureSize(tables, server) {
  const what = `${tables} tables`;
  const cwd = join(temporary, `tables-${tables}`);
  const url = await createDatabase(server, `bench_${tables}`);
  const check = remodel("check");
  const draft = remodel("revision", "--autogenerate", "--dry-run", "-m", "remark");
  const once = (name, args, options) => step(`${what}: ${name}`, cwd, args, options);
  const inTurn = (name, runs, subjects) => (wants(name) ? interleaved(what, cwd, runs, subjects) : {});
  writeProject(cwd, { tables, url, packages: join(root, "node_modules") });
  if (wants("check")) await once("compiled for TypeORM", [tsc, "-p", ".", "--outDir", "compiled"]);
  await once("revision --autogenerate", remodel("revision", "--autogenerate", "-m", "First tables"));
  const psql = wants("upgrade") ? await runByPsql(what, cwd, server, `bench_psql_${tables}`) : undefined;
  const upgrade = await once("upgrade", remodel("upgrade"));
  // The first one compiles what is missing. What it finds is kept for the next one.
  for (const time of ["check", "light"].some(wants) ? ["first", "second"] : []) await once(`check, the ${time}`, check);
  const runs = tables < 1000 ? RUNS : RUNS_OF_SLOW;
  const compared = await inTurn("check", runs, {
    check,
    typeorm: [here("typeorm.cjs")],
    floor: [here("floor.mjs"), join(tool, "dist"), url],
    ...(others && (await listOthers(others, tables, (name) => createDatabase(server, name)))),
  });
  const light = await inTurn("light", RUNS, {
    version: remodel("--version"),
    help: remodel("--help"),
    checking: check,
    current: remodel("current", "--url", url),
    again: remodel("upgrade"),
    heads: remodel("heads"),
    bare: [here("bare.mjs")],
    connecting: [here("bare.mjs"), "--url", url],
  });
  const timed = await once("check --timings", [...check, "--timings"], { wanted: wants("check") });
  rmSync(join(cwd, "node_modules/.cache"), { recursive: true, force: true });
  const cold = await once("check without a cache", check, { wanted: wants("cold") });
  editProject(cwd);
  const edited = await once("revision --autogenerate --dry-run after an edit", draft, { wanted: wants("cold") });
  const again = await inTurn("cold", RUNS_OF_SLOW, { draft });
  const found = { ...compared, ...(timed && { timed: { ...timed, parts: partsOf(timed) } }), ...light, cold, edited };
  return withoutAbsent({ tables, ...found, ...again, ...(wants("upgrade") && { upgrade, psql }) });
}

/** Runs the script of `remodel upgrade --sql` in another database. */
async function runByPsql(what, cwd, server, database) {
  if (!hasPsql) return undefined;
  const url = await createDatabase(server, database);
  const script = join(cwd, "upgrade.sql");
  const { output } = await run(remodel("upgrade", "--sql", "--quiet"), cwd);
  writeFileSync(script, output);
  const begin = performance.now();
  const ran = spawnSync("psql", ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", script, url]);
  if (ran.status !== 0) throw new Error(`psql ended with ${ran.status}: ${ran.stderr}`);
  const wall = performance.now() - begin;
  say(`${what}: psql, ${Math.round(wall)} ms`);
  return { wall };
}

/** One project without models whose database is one revision behind. */
async function measureHistory(revisions, server) {
  const what = `${revisions} revisions`;
  const cwd = join(temporary, `revisions-${revisions}`);
  const url = await createDatabase(server, `bench_history_${revisions}`);
  writeProject(cwd, { tables: 1, url, packages: join(root, "node_modules") });
  writeHistory(cwd, revisions);
  const long = wants("long") ? await measureWhole(what, cwd, server, revisions) : {};
  await run(remodel("stamp", "head-1"), cwd);
  await run(remodel("upgrade", "--plan"), cwd); // the one file that is needed is compiled now
  const subjects = { heads: remodel("heads"), history: remodel("history", "-r", "-3:head") };
  const measured = wants("history")
    ? await interleaved(what, cwd, RUNS, { ...subjects, plan: remodel("upgrade", "--plan") })
    : {};
  return withoutAbsent({ revisions, ...measured, ...long });
}

/** A whole history that no cache knows: its plan, its script, and a run of it in a database of its own. */
async function measureWhole(what, cwd, server, revisions) {
  const forget = () => rmSync(join(cwd, "node_modules/.cache"), { recursive: true, force: true });
  const coldPlan = await step(`${what}: upgrade --plan of all`, cwd, remodel("upgrade", "--plan", "--quiet"));
  const psql = await runByPsql(what, cwd, server, `bench_psql_history_${revisions}`);
  const url = await createDatabase(server, `bench_whole_${revisions}`);
  forget();
  const upgrade = await step(`${what}: upgrade of all`, cwd, remodel("upgrade", "--url", url));
  forget();
  return { coldPlan, upgrade, psql };
}

function withoutAbsent(subjects) {
  return Object.fromEntries(Object.entries(subjects).filter(([, value]) => value !== undefined));
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

/**
 * Runs one process to its end.
 * @param {string[] | { command: string, args: string[], env: object }} subject the arguments of Node, or another program
 */
function run(subject, cwd) {
  const { command, args, env: more } = Array.isArray(subject) ? { command: process.execPath, args: subject } : subject;
  const isNode = command === process.execPath;
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...more, BENCH_REPORT: report, NODE_NO_WARNINGS: "1" };
    const begin = performance.now();
    const child = spawn(command, isNode ? ["--require", here("loaded.cjs"), ...args] : args, {
      cwd,
      env,
      signal: abort.signal,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const wall = performance.now() - begin;
      if (code === 0) resolve({ wall, output, ...(isNode && JSON.parse(readFileSync(report, "utf8"))) });
      else reject(new Error(`${args.join(" ")} in ${cwd} ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}

function historyRows(histories) {
  const rows = timedRows(HISTORY, histories);
  const ratios = [["remodel upgrade of all ÷ psql", ...histories.map((one) => ratio(one.upgrade, one.psql))]];
  return [["", ...LENGTHS.map((length) => `${length} revisions`), "growth", "MB", "loads"], ...rows, ...ratios];
}

function rowsOf(columns) {
  const sizes = columns.map(({ tables }) => `${tables} tables`);
  const timed = timedRows(SUBJECTS, columns);
  const ratios = [
    ["TypeORM ÷ remodel check", "typeorm", "check"],
    ["MikroORM ÷ remodel check", "mikroorm", "check"],
    ["Alembic ÷ remodel check", "alembic", "check"],
    ["TypeORM ÷ floor (what there is to gain)", "typeorm", "floor"],
    ["remodel check ÷ floor", "check", "floor"],
    ["TypeORM ÷ remodel check without a cache", "typeorm", "cold"],
    ["remodel check ÷ bare and connecting", "checking", "connecting"],
    ["remodel current ÷ bare and connecting", "current", "connecting"],
    ["remodel upgrade, nothing to do ÷ bare and connecting", "again", "connecting"],
    ["remodel heads ÷ bare", "heads", "bare"],
    ["remodel --help ÷ bare", "help", "bare"],
    ["remodel upgrade ÷ psql", "upgrade", "psql"],
  ]
    .filter(([, one, other]) => columns.some((column) => column[one] && column[other]))
    .map(([name, one, other]) => [name, ...columns.map((column) => ratio(column[one], column[other]))]);
  const logged = columns.map(({ typeorm }) => typeorm?.output.trim() ?? "-");
  const rows = [
    ...timed,
    ...ratios,
    ["statements TypeORM logs though all is in sync", ...logged],
    ...foundByOthers(columns),
  ];
  return [["", ...sizes, "growth", "MB", "loads"], ...rows];
}

/** What the tools of other ORMs find in a schema that they have made themselves. */
function foundByOthers(columns) {
  const found = (name) => columns.map((column) => column[name]?.output.trim() ?? "-");
  return Object.entries({
    mikroorm: "statements MikroORM wants for its own schema",
    alembic: "changes Alembic finds in its own",
  })
    .filter(([name]) => columns.some((column) => column[name] !== undefined))
    .map(([name, what]) => [what, ...found(name)]);
}

function timedRows(names, columns) {
  const [small, large] = [columns[0], columns.at(-1)];
  const measured = Object.entries(names).filter(([key]) => columns.some((column) => column[key]));
  return measured.map(([key, name]) => [
    name,
    ...columns.map((column) => timeOf(column[key])),
    ratio(large[key], small[key]),
    large[key]?.rss === undefined ? "-" : String(Math.round(large[key].rss)),
    loadedBy(large[key]),
  ]);
}

function timeOf(one) {
  if (one === undefined) return "-";
  return one.cpu === undefined ? String(Math.round(one.wall)) : `${Math.round(one.wall)} (${Math.round(one.cpu)})`;
}

function ratio(one, other) {
  if (one === undefined || other === undefined) return "-";
  const ofProcessor = one.cpu === undefined || other.cpu === undefined ? "" : ` (${(one.cpu / other.cpu).toFixed(1)}x)`;
  return `${(one.wall / other.wall).toFixed(1)}x${ofProcessor}`;
}

/** The heavy packages among those that a process loaded; ts-morph has TypeScript inside. */
function loadedBy({ packages = [] } = {}) {
  const heavy = ["typeorm", "ts-morph", "@ts-morph/common", "typescript", "pg"].filter((name) =>
    packages.includes(name),
  );
  return heavy.length === 0 ? "-" : heavy.join(", ");
}

function table(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const line = (row) =>
    row.map((cell, at) =>
      at === 0 || at === rows[0].length - 1 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
    );
  return rows.map((row) => line(row).join("  ").trimEnd()).join("\n");
}

function say(text) {
  process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s] ${text}\n`);
}
