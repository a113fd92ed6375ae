import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseDuration } from "../../src/durations.ts";
import { ERROR_CODES } from "../../src/errors.ts";
import { CREATE_LOG, CREATE_TABLE } from "../../src/state/state-tables.ts";
import { runInProcess } from "../cli/in-process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { parse } = createRequire(import.meta.url)("yaml");
const read = (path: string) => readFileSync(`${ROOT}/${path}`, "utf8");
const sqlBlocks = (path: string) => [...read(path).matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) => sql);

test("docs/errors.md is what `npm run docs` writes", async () => {
  const { errorsPage }: { errorsPage: (codes: object) => string } = await import(`${ROOT}/scripts/docs.mjs`);
  expect(read("docs/errors.md")).toBe(errorsPage(ERROR_CODES));
});

test("docs/library.md is what `npm run docs` writes, and says of every export what it is", async () => {
  const { libraryPage }: { libraryPage: (root: string) => string } = await import(`${ROOT}/scripts/docs.mjs`);
  const page = read("docs/library.md");
  expect(page).toBe(libraryPage(ROOT));
  expect([...page.matchAll(/^\| `(\w+)` \| {2}\|$|^### (\w+)\n\n\n/gm)].map(([line]) => line)).toEqual([]);
});

test("the picture of the terminal is what `npm run docs` draws of the README", async () => {
  const { firstRevisionPicture }: { firstRevisionPicture: (root: string) => string } = await import(
    `${ROOT}/scripts/terminal.mjs`
  );
  expect(read("docs/pictures/first-revision.svg")).toBe(firstRevisionPicture(ROOT));
});

test("the page of tables has those that a run creates, and the rights that the roles of SECURITY.md are tested with", () => {
  const lines = (sql: string) =>
    sql
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => !/^[()]?$/.test(line));
  const [table = "", log = "", ...rights] = sqlBlocks("docs/tables-and-rights.md");
  expect(lines(table)).toEqual(lines(CREATE_TABLE));
  expect(lines(log)).toEqual(lines(CREATE_LOG));
  expect(rights).toEqual(sqlBlocks("SECURITY.md"));
});

/** The commands in a text, each as its words. */
function listCommands(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/(?:npx )?\bremodel ((?:[\w-]+|--?[\w-]+|"[^"]*"|\S+\/\S+)(?: [^\s`#|,;)]+)*)/g)]
    .map(([whole, words = ""]) => (whole.startsWith("npx") ? words.split(" ") : []))
    .filter((words) => words.length > 0);
}

test.each([
  "SKILL.md",
  "docs/production.md",
  "examples/Dockerfile",
  "examples/kubernetes-upgrade.yaml",
  "examples/kubernetes-init.yaml",
])("%s: every command and option is one", async (path) => {
  const commands = listCommands(read(path));
  expect(commands.length).toBeGreaterThan(0);
  for (const [name = "", ...words] of commands) {
    const { code, stdout } = await runInProcess([name, "--help"], ROOT, {});
    expect({ name, code }).toEqual({ name, code: 0 });
    for (const option of words.filter((word) => word.startsWith("-"))) expect(stdout).toContain(option);
  }
});

test("the codes that SKILL.md explains are codes", () => {
  const codes = [...read("SKILL.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(3);
  expect(Object.keys(ERROR_CODES)).toEqual(expect.arrayContaining(codes));
});

test("the Job waits for the lock for less time than Kubernetes gives it, and both run as the image does", () => {
  const job = parse(read("examples/kubernetes-upgrade.yaml"));
  const { initContainers } = parse(read("examples/kubernetes-init.yaml")).spec.template.spec;
  const [container] = job.spec.template.spec.containers;
  const [, wait = ""] = /--lock-wait (\S+)/.exec(container.args[0]) ?? [];
  expect(parseDuration(wait)).toBeLessThan(job.spec.activeDeadlineSeconds * 1000);
  for (const one of [container, initContainers[0]]) {
    expect(one.args[0]).toContain("--migrations dist/remodel");
    expect(one.env[0].name).toBe("DATABASE_URL");
  }
  expect(read("examples/Dockerfile")).toContain("remodel build --with-models --out dist/remodel");
});
