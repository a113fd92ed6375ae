import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

const UNIT = ["test/unit/**/*.test.ts", "test/architecture.test.ts"];
const LOADER = ["test/loader/**/*.test.ts"];
/** Files share a process, and each removes what it made. */
const EACH_FILE = "test/support/each-file.ts";
/** `npm run site:test` builds the site first. */
const SITE = ["test/site/**/*.test.ts"];
const PAGES = ["test/pages/**/*.test.ts", ...(process.env["REMODEL_SITE"] === "1" ? SITE : [])];
/** Real projects, whose packages are installed from the registry: only where they are asked for. */
const PROJECTS = ["test/projects/*.test.ts"];
const projects = {
  extends: true as const,
  test: {
    name: "projects",
    include: PROJECTS,
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 3_600_000,
    // The packages of several projects are removed.
    hookTimeout: 600_000,
    fileParallelism: false,
  },
};

export default defineConfig({
  // Said here too, because a file outside test/ would be compiled with the decorators of the root's tsconfig.json: none.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    pool: "forks",
    // As the command does: tests of the embedded PostgreSQL are short too.
    execArgv: ["--liftoff-only"],
    // One more than the cores that continuous integration has: a worker that waits for a server leaves its core idle.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...(process.env["REMODEL_TEST_PROJECTS"] === "1" ? [projects] : []),
      { extends: true, test: { name: "unit", include: UNIT, isolate: false } },
      { extends: true, test: { name: "loader", include: LOADER, setupFiles: EACH_FILE, isolate: false } },
      { extends: true, test: { name: "pages", include: PAGES, globalSetup: "test/support/browser-setup.ts" } },
      {
        extends: true,
        test: {
          name: "server",
          include: ["test/**/*.test.ts"],
          exclude: [...UNIT, ...LOADER, ...PAGES, ...SITE, ...PROJECTS, "**/node_modules/**"],
          globalSetup: "test/support/global-setup.ts",
          setupFiles: EACH_FILE,
          // Some tests are a row of processes, each of which takes a second on a slow machine.
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Files share a process: loading TypeORM and the compiler takes seconds, and few files need them to themselves.
          isolate: false,
        },
      },
    ],
  },
});
