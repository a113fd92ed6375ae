import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Project } from "ts-morph";
import { beforeAll, expect, test } from "vitest";
// @ts-expect-error: the script has no types
import { operationsPage, readOperations } from "../../scripts/docs.mjs";
import * as operations from "../../src/kinds/operations.ts";
import { createLoader } from "../../src/read/load.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { connect } from "../../src/run/connect.ts";
import type { Batches } from "../../src/schema/operation.ts";
import { majors, withDatabase } from "../support/servers.ts";
import { withFolder } from "../support/session.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SETUP = readFileSync(`${ROOT}/docs/operations.sql`, "utf8");

interface Documented {
  readonly name: string;
  readonly says: string;
  readonly parameters: readonly { readonly says: string }[];
  readonly examples: readonly string[];
}

let all: readonly Documented[];

beforeAll(() => {
  all = readOperations(ROOT);
});

test("docs/operations.md is what `npm run docs` writes", () => {
  expect(readFileSync(`${ROOT}/docs/operations.md`, "utf8")).toBe(operationsPage(all, ROOT));
});

test("every operation, every parameter and an example of each are described", () => {
  expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(operations).sort());
  const bare = all.filter(
    (one) => one.says === "" || one.examples.length === 0 || one.parameters.some(({ says }) => says === ""),
  );
  expect(bare).toEqual([]);
  expect(all.filter(({ name, examples }) => !examples.every((text) => text.startsWith(`op.${name}(`)))).toEqual([]);
});

test("TypeScript accepts every example", () => {
  const project = new Project({ tsConfigFilePath: `${ROOT}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  const text = `import type { Operations } from "typeorm-remodel";\nexport function upgrade(op: Operations): void {\n${examples().join(";\n")};\n}\n`;
  const file = project.createSourceFile(`${ROOT}/src/examples.ts`, text);
  expect(
    file.getPreEmitDiagnostics().map((one) => `${one.getLineNumber()}: ${JSON.stringify(one.getMessageText())}`),
  ).toEqual([]);
});

test.each(majors())("PostgreSQL %i runs every example", async (major) => {
  await withFolder(async (folder) => {
    const file = join(folder, "examples.ts");
    const functions = examples().map((text, at) => `export function example${at}(op: unknown) {\n${text};\n}`);
    writeFileSync(file, functions.join("\n").replaceAll("op: unknown", "op: any"));
    const loader = createLoader(folder);
    const written = (await loader.load(file)) as Record<string, (op: Operations) => void>;
    for (const write of Object.values(written))
      await runExample(
        major,
        record(write).map(({ operation }) => operation),
      );
  });

  async function runExample(
    major: number,
    list: readonly ReturnType<typeof record>[number]["operation"][],
  ): Promise<void> {
    await withDatabase(
      major,
      async (url) => {
        const db = await connect(url, createLoader(ROOT), ROOT);
        const batches: Batches = { batch: async (work) => void (await work()), progress: () => undefined };
        try {
          for (const { name, args, sql, values, run } of list)
            try {
              if (run) await run(db, batches);
              else for (const text of sql) await db.query(text, values);
            } catch (error) {
              throw new Error(`op.${name}(${JSON.stringify(args)}): ${(error as Error).message}`, { cause: error });
            }
        } finally {
          await db.close();
        }
      },
      { sql: SETUP },
    );
  }
});

function examples(): readonly string[] {
  return all.flatMap((one) => one.examples);
}
