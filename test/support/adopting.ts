import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "vitest";

const TSC = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

/** Compiles a project as Nest does. @returns the output of the compiler */
export function compileProject(folder: string): string {
  const { stdout, status } = spawnSync(process.execPath, [TSC, "-p", "tsconfig.build.json"], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout;
}

/** Runs TypeORM's migrations from the compiled files. */
export function runTypeorm(folder: string, url: string, dataSource = "./dist/database/data-source.js"): void {
  const script = `require(${JSON.stringify(dataSource)}).default.initialize().then(async (source) => {
    await source.runMigrations();
    await source.destroy();
  }).catch((error) => { console.error(error); process.exit(1); })`;
  const { stderr, status } = spawnSync(process.execPath, ["-e", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: url },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
}
