#!/usr/bin/env node
import { readFileSync } from "node:fs";

const [first] = process.argv.slice(2);
if (first === "--version" || first === "-v") {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  const { spentSoFar } = await import("./report-timings.ts");
  const entered = spentSoFar();
  const { main } = await import("./program.ts");
  process.exitCode = await main(process.argv.slice(2), process, entered);
}
