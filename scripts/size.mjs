// Prints how large the package is and how long its command takes to start.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = `${ROOT}/dist/cli/main.js`;
const RUNS = 5;

if (!existsSync(COMMAND)) throw new Error("There is no build. Run: npm run build");

const [pack] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }),
);
const kilobytes = (bytes) => `${Math.round(bytes / 1024).toLocaleString("en")} kB`;
console.log(`package: ${kilobytes(pack.size)} packed, ${kilobytes(pack.unpackedSize)} in ${pack.entryCount} files`);

/** The median of several starts, in milliseconds. */
function timeOf(args) {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    spawnSync(execPath, args, { cwd: ROOT });
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  return Math.round(times[Math.floor(RUNS / 2)]);
}

for (const [what, args] of [
  ["node alone", ["-e", ""]],
  ["remodel --version", [COMMAND, "--version"]],
  ["remodel --help", [COMMAND, "--help"]],
  ["remodel heads", [COMMAND, "heads"]],
  ['import "typeorm-remodel"', ["--input-type=module", "-e", `await import("${ROOT}/dist/index.js")`]],
])
  console.log(`${what}: ${timeOf(args)} ms`);
