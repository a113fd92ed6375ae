import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Project, type SourceFile, type ts } from "ts-morph";
import { beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import type { Database } from "../../src/database.ts";
import * as operations from "../../src/kinds/operations.ts";
import { createLoader } from "../../src/load/load.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import type { Batches, Operation } from "../../src/schema/operation.ts";
import { anyMajors, withDatabase } from "../support/servers.ts";
import { withFolder } from "../support/session.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Documented {
  readonly name: string;
  readonly says: string;
  readonly parameters: readonly { readonly name: string; readonly says: string }[];
  readonly examples: readonly string[];
}

/** The script, which has no types. */
interface Script {
  readonly readOperations: (root: string) => readonly Documented[];
  readonly operationsPage: (operations: readonly Documented[], root: string) => string;
}

let script: Script;
let all: readonly Documented[];

beforeAll(async () => {
  script = (await import(`${ROOT}/scripts/docs.mjs`)) as Script;
  all = script.readOperations(ROOT);
});

test("docs/operations.md is what `npm run docs` writes", () => {
  const page = readFileSync(`${ROOT}/docs/operations.md`, "utf8");
  expect(page).toBe(script.operationsPage(all, ROOT));
  expect(page).toContain("\n### op.accept\n"); // it is a method of op, though no operation
  expect(page).toMatch(/createTable\("tenant", \{\n {2}columns/);
});

test("every operation, every parameter and an example of each are described", () => {
  expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(operations).sort());
  const bare = all.filter(
    (one) => one.says === "" || one.examples.length === 0 || one.parameters.some(({ says }) => says === ""),
  );
  expect(bare).toEqual([]);
  expect(all.filter(({ name, examples }) => !examples.every((text) => text.startsWith(`op.${name}(`)))).toEqual([]);
});

test("the table for users of Alembic has every operation once, and no other", () => {
  const [, section = ""] =
    /^## Operations\n([\s\S]*)/m.exec(readFileSync(`${ROOT}/docs/from-alembic.md`, "utf8")) ?? [];
  const cells = [...section.matchAll(/^\| (`.*?) \| (.+?) \| .*\|$/gm)];
  const named = cells.flatMap(([, cell]) => cell!.split(", ").map((name) => name.slice(1, -1)));
  expect(named.sort()).toEqual(Object.keys(operations).sort());
});

describe("in an editor", () => {
  let file: SourceFile;
  let hover: (operation: string) => ts.QuickInfo | undefined;

  beforeAll(() => {
    const project = new Project({ tsConfigFilePath: `${ROOT}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
    const text = `import type { Operations } from "typeorm-remodel";\nexport function upgrade(op: Operations): void {\n${examples().join(";\n")};\n}\n`;
    file = project.createSourceFile(`${ROOT}/src/examples.ts`, text);
    hover = (operation) =>
      project
        .getLanguageService()
        .compilerObject.getQuickInfoAtPosition(file.getFilePath(), text.indexOf(`op.${operation}(`) + "op.".length);
  });

  test("TypeScript accepts every example", () => {
    expect(
      file.getPreEmitDiagnostics().map((one) => `${one.getLineNumber()}: ${JSON.stringify(one.getMessageText())}`),
    ).toEqual([]);
  });

  test("every method of op shows its parameters, what they mean and an example", () => {
    const shown = all.map(({ name, parameters }) => {
      const { displayParts, documentation = [], tags = [] } = hover(name)!;
      const texts = tags.map((tag) => `@${tag.name} ${(tag.text ?? []).map(({ text }) => text).join("")}`);
      return {
        name,
        parameters: parameters
          .filter((one) => displayParts!.some(({ text }) => text === one.name))
          .map((one) => one.name),
        said: texts.flatMap((text) => /^@param (\w+) \S/.exec(text)?.[1] ?? []),
        example: texts.some((text) => text.startsWith(`@example op.${name}(`)),
        says: documentation.map(({ text }) => text).join("") !== "",
      };
    });
    const expected = all.map(({ name, parameters }) => {
      const names = parameters.map((one) => one.name);
      return { name, parameters: names, said: names, example: true, says: true };
    });
    expect(shown).toEqual(expected);
  });
});

test.each(anyMajors())("PostgreSQL %i runs every example", async (major) => {
  const written = await recordedExamples();
  const together = written.filter((list) => list.every(({ outsideTransaction, run }) => run || !outsideTransaction));
  await withExamples(major, async (db) => {
    for (const list of together) {
      await db.read("BEGIN");
      await runAll(db, list);
      await db.read("ROLLBACK");
    }
  });
  for (const list of written.filter((one) => !together.includes(one)))
    await withExamples(major, (db) => runAll(db, list));
});

/** The operations of each example, from a file as a person writes it. */
async function recordedExamples(): Promise<readonly (readonly Operation[])[]> {
  return await withFolder(async (folder) => {
    const file = join(folder, "examples.ts");
    writeFileSync(
      file,
      examples()
        .map((text, at) => `export function example${at}(op: any) {\n${text};\n}\n`)
        .join(""),
    );
    const functions = (await createLoader(folder).load(file)) as Record<string, (op: Operations) => void>;
    return Object.values(functions).map((write) => record(write).map(({ operation }) => operation));
  });
}

async function withExamples(major: number, body: (db: Database) => Promise<void>): Promise<void> {
  await withDatabase(
    major,
    async (url) => {
      const db = await connect(url, createLoader(ROOT), ROOT);
      await body(db).finally(() => db.close());
    },
    { sql: readFileSync(`${ROOT}/docs/operations.sql`, "utf8") },
  );
}

async function runAll(db: Database, list: readonly Operation[]): Promise<void> {
  const batches: Batches = { batch: async (work) => void (await work()), progress: () => undefined };
  for (const { name, args, sql, values, run } of list)
    try {
      if (run) await run(db, batches);
      else for (const text of sql) await db.query(text, values);
    } catch (error) {
      throw new Error(`op.${name}(${JSON.stringify(args)}): ${(error as Error).message}`, { cause: error });
    }
}

function examples(): readonly string[] {
  return all.flatMap((one) => one.examples);
}
