// Paths that a person types wrong, and disks that are full: no bug of ours, and no file of theirs may be lost.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addEmbedded, COMMAND, cliProject, expectRefused, type Files, revisionText, SHOP } from "./support.ts";

const FILES: Files = { ...SHOP, "migrations/1.ts": revisionText("aaaa11110000", null), file: "" };
const NOBODY = ["--url", "postgres://nobody@127.0.0.1:1/none"];

test.each([
  ["init", "file"],
  ["init", "file/below"],
  ["review", "--no-database", "--out", "folder"],
  ["review", "--no-database", "--out", "file/below"],
  ["review", "--no-database", "--out", "missing/review.html"],
  ["build", "--out", "file", ...NOBODY],
  ["build", "--out", "file/below", ...NOBODY],
])("%s %s %s is refused, and what is wrong with the path is said", async (...words) => {
  const project = cliProject(FILES);
  mkdirSync(join(project.folder, "folder"));
  expectRefused(await project.run(...words), "FILE_FAILED", / cannot be used: .+ \(E[A-Z]+\)\.$/, "Correct the path");
  expect(project.files()).toEqual(FILES);
});

test.each([
  ["tsconfig.json", ["check"]],
  ["package.json", ["check"]],
] as const)("a folder where %s should be is no bug", async (name, words) => {
  const { [name]: _, ...others } = FILES;
  const project = cliProject(others);
  mkdirSync(join(project.folder, name));
  const { code, stderr } = await project.run(...words, ...NOBODY);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining("INTERNAL") });
});

test.each([
  ["check", 2, ""],
  ["init", 2, ""],
  ["--help", 0, "remodel <command>"],
  ["upgrade --help", 0, "remodel upgrade"],
  ["--version", 0, "."],
] as const)("where the current folder was removed, a command says so, and help is given: %s", (words, code, said) => {
  const { folder } = cliProject(FILES);
  const shell = `mkdir gone && cd gone && rmdir ../gone && "${process.execPath}" "${COMMAND}" ${words}`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder, encoding: "utf8" });
  if (code === 0) expect({ stdout, stderr }).toEqual({ stdout: expect.stringContaining(said), stderr: "" });
  else expectRefused({ code: status, stdout, stderr }, "FILE_FAILED", "does not exist any more", "cd FOLDER");
  expect(status).toBe(code);
});

test.each(["history", "upgrade --sql"])("a full disk behind stdout is said, also with --json: %s", async (words) => {
  const { folder } = cliProject(FILES);
  for (const json of ["", " --json"]) {
    const shell = `"${process.execPath}" "${COMMAND}" ${words}${json} > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder, encoding: "utf8" });
    expect({ status, stderr, json }).toMatchObject({ status: 2 });
    expect(stderr).toContain("FILE_FAILED");
    expect(stderr).toContain("no space is left on the disk (ENOSPC)");
    expect(stderr).not.toMatch(/\n +at /);
  }
});

test("an embedded database is not created between the files of a project, nor in place of a file", async () => {
  const project = cliProject(FILES);
  addEmbedded(project);
  for (const words of [["check"], ["upgrade"], ["current"]]) {
    const refused = await project.run(...words, "--url", "pglite:.");
    expectRefused(refused, "DATABASE_UNREACHABLE", /its folder has other files, such as file\.$/, "--url pglite:DIR");
  }
  const refused = await project.run("check", "--url", "pglite:file");
  expectRefused(refused, "DATABASE_UNREACHABLE", /file with the name of the folder \(EEXIST\)$/, "Check the folder");
  expect(project.files()).toEqual(FILES);
  expect(await project.run("upgrade", "--url", "pglite:new")).toMatchObject({ code: 0 });
  expect(await project.run("current", "--url", "pglite:new")).toMatchObject({ code: 0 });
});
