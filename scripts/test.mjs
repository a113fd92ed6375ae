// Runs the tests (further arguments go to vitest) and ends with a line that a machine can read: `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "remodel-test-"));
const report = join(folder, "report.json");
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {}); // vitest gets it too and ends by itself
const run = spawnSync(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  stdio: "inherit",
});
const { passed, failed, skipped } = count(existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined);
rmSync(folder, { recursive: true, force: true });

const status = run.status ?? 1;
const ranNone = passed + failed === 0;
if (status === 0 && ranNone) console.error("No test was run.");
// A run can fail without a failed test: a file that does not load, an error outside of tests, a crash.
const failures = status === 0 ? failed : Math.max(failed, 1);
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = status === 0 && (ranNone || failures > 0) ? 1 : status;

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
