#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { keepCode } from "./code-cache.ts";

const [first] = process.argv.slice(2);
if (first === "--version" || first === "-v") {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  // A command on the embedded PostgreSQL ends before optimizing its WebAssembly pays: without it, a command takes about
  // 40 % less of the processor.
  setFlagsFromString("--liftoff-only");
  keepCode(fileURLToPath(import.meta.url));
  void runCommand();
}

async function runCommand(): Promise<void> {
  const { spentSoFar } = await import("./report-timings.ts");
  const entered = spentSoFar();
  const { runWithProjectCode } = await import("./project-code.ts");
  const { hostOfProcess } = await import("./host.ts");
  const host = hostOfProcess();
  const { main } = await import("./program.ts");
  const argv = process.argv.slice(2);
  await runWithProjectCode(argv.includes("--json"), () => main(argv, host, entered));
}
