// Runs the checks and the tests (further arguments go to vitest, and then nothing else is checked), and ends with a line
// that a machine can read: `N passed, N failed`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** How many files are named at the end: where to look if the tests have become slow. */
const SLOWEST = 10;

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "remodel-test-"));
const report = join(folder, "report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const args = process.argv.slice(2);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {}); // vitest gets it too and ends by itself
// Beside the tests, which at first wait for their servers and leave a core idle.
const checks =
  args.length > 0 ? [] : [check("typescript/bin/tsc", "-p", "test"), check("@biomejs/biome/bin/biome", "check")];
const status = await codeOf(start("vitest/vitest.mjs", ["run", ...reporters, ...args], "inherit"));
const results = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
rmSync(folder, { recursive: true, force: true });

const { passed, failed, skipped } = count(results);
const failedChecks = (await Promise.all(checks)).filter(({ code, output }) => {
  if (code !== 0) console.error(output);
  return code !== 0;
}).length;
const ranNone = passed + failed === 0;
if (status === 0 && ranNone) console.error("No test was run.");
for (const line of slowest(results)) console.log(line);
// A run can fail without a failed test: a file that does not load, an error outside of tests, a crash.
const failures = (status === 0 ? failed : Math.max(failed, 1)) + failedChecks;
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = status === 0 && (ranNone || failures > 0) ? 1 : status;

/** Starts the command of a package. */
function start(command, args, stdio) {
  return spawn(process.execPath, [join(root, "node_modules", command), ...args], { cwd: root, stdio });
}

/** Waits for a command and returns its exit code. */
async function codeOf(child) {
  const [code] = await once(child, "close");
  return code ?? 1;
}

/** Runs a command whose output is of interest if it fails. */
async function check(command, ...args) {
  const child = start(command, args, ["ignore", "pipe", "pipe"]);
  const [code, ...texts] = await Promise.all([codeOf(child), text(child.stdout), text(child.stderr)]);
  return { code, output: texts.join("") };
}

/** Counts tests, and files that failed before any of their tests began. */
function count(results) {
  if (!results) return { passed: 0, failed: 0, skipped: 0 };
  const broken = results.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The files whose tests took longest, with their seconds. */
function slowest(results) {
  const files = (results?.testResults ?? []).map(({ name, assertionResults }) => {
    const ms = assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
    return { name: relative(root, name), seconds: (ms / 1000).toFixed(1) };
  });
  if (files.length < 2) return [];
  const first = files.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  return ["Slowest:", ...first.map(({ name, seconds }) => `${seconds.padStart(7)} s  ${name}`)];
}
