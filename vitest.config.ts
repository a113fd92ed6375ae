import { defineConfig } from "vitest/config";

const SERVERLESS = ["test/unit/**/*.test.ts", "test/architecture.test.ts"];

export default defineConfig({
  // Said here too, because a file outside test/ would be compiled with the decorators of the root's tsconfig.json: none.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "unit", include: SERVERLESS } },
      {
        extends: true,
        test: {
          name: "server",
          include: ["test/**/*.test.ts"],
          exclude: [...SERVERLESS, "**/node_modules/**"],
          globalSetup: "test/support/global-setup.ts",
        },
      },
    ],
  },
});
