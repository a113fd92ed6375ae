import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { printError } from "../../src/cli/print.ts";
import { ERROR_CODES, isSqlState, RemodelError } from "../../src/errors.ts";
import { halfAppliedError } from "../../src/state/half-applied.ts";
import { findUnmentioned, readSources } from "../support/mentions.ts";

const CODES = Object.keys(ERROR_CODES);
const BUG = "This is a bug in remodel; please report it.";

test.each([
  ["23505", true],
  ["42P01", true],
  ["XX000", true],
  ["U0001", true], // given by a RAISE in a function
  ["EPIPE", false],
  ["ECONNRESET", false],
  ["2350", false],
  [undefined, false],
])("whether %s is an SQLSTATE: %s", (code, expected) => expect(isSqlState(code)).toBe(expected));

describe("every code of an error", () => {
  test("is used in src", () => expect(findUnmentioned(CODES, readSources("src"))).toEqual([]));

  test("is expected by a test", () => expect(findUnmentioned(CODES, readSources("test"))).toEqual([]));

  test("counts only in quotes, and whole", () => {
    const texts = ['expect(error.code).toBe("HERE");', "// IN_COMMENT", '"LONGER_WORD"'];
    expect(findUnmentioned(["HERE", "IN_COMMENT", "LONGER"], texts)).toEqual(["IN_COMMENT", "LONGER"]);
  });
});

describe("an error is printed with a code, as text and as JSON", () => {
  test.each<[what: string, error: unknown, code: string, message: string, hint: string | undefined]>([
    ["its own", new RemodelError("USAGE", "Wrong.", { hint: "Write it." }), "USAGE", "Wrong.", "Write it."],
    ["its own without a hint", new RemodelError("CANCELLED", "Stopped."), "CANCELLED", "Stopped.", undefined],
    [
      "of a missing privilege",
      withCode("permission denied", "42501"),
      "DATABASE_FORBIDDEN",
      "permission denied",
      "GRANT the privilege to this role, or connect as another one: --url",
    ],
    [
      "of another SQLSTATE",
      withCode("division by zero", "22012"),
      "DATABASE_FAILED",
      "division by zero (SQLSTATE 22012)",
      undefined,
    ],
    [
      "of a path that is wrong",
      fileError("EISDIR", "open", "/malls/d"),
      "FILE_FAILED",
      "/malls/d cannot be used: it is a folder (EISDIR).",
      "Correct the path, or its permissions. Then run the command again.",
    ],
    [
      "of a file system whose code looks like an SQLSTATE",
      fileError("EROFS", "mkdir", "/malls/d"),
      "FILE_FAILED",
      "/malls/d cannot be used: the file system is read-only (EROFS).",
      "Correct the path, or its permissions. Then run the command again.",
    ],
    [
      "of a full disk",
      fileError("ENOSPC", "write"),
      "FILE_FAILED",
      "A file cannot be used: no space is left on the disk (ENOSPC).",
      "Free some space on the disk. Then run the command again.",
    ],
    ["that is a bug", withStack("TypeError: x"), "INTERNAL", "TypeError: x", BUG],
    ["that is no object", "broken", "INTERNAL", "broken", BUG],
  ])("%s", async (_, error, code, message, hint) => {
    expect(CODES).toContain(code);
    const next = hint === undefined ? "" : `  ${hint}\n`;
    expect(await print(error, false)).toEqual({ stdout: "", stderr: `${code}: ${message}\n${next}` });
    const { stdout, stderr } = await print(error, true);
    expect(JSON.parse(stdout)).toEqual({ error: { code, message, ...(hint !== undefined && { hint }) } });
    expect(stderr).toBe("");
  });
});

test.each([
  ["Join them: remodel merge heads", "remodel merge heads"],
  ["remodel upgrade", "remodel upgrade"],
  ["Name the folder. Or write a revision: remodel revision -m MESSAGE; or begin one: remodel adopt", "remodel adopt"],
  ["Leave out --on.", undefined],
  ["Run remodel upgrade first.", undefined],
])("the command that ends a hint is data of its own: %s", async (hint, next) => {
  const { stdout } = await print(new RemodelError("GRAPH_HEADS", "Two heads.", { hint }), true);
  expect(JSON.parse(stdout).error.next).toBe(next);
});

test.each(["upgrade", "downgrade"] as const)("the command after half of an %s finishes it", async (direction) => {
  const { stdout } = await print(halfAppliedError({ revision: "a1", direction, done: 1 }, "Half."), true);
  expect(JSON.parse(stdout).error.next).toMatch(new RegExp(`^remodel ${direction} a1`));
});

async function print(error: unknown, json: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const host = { env: { NO_COLOR: "1" }, stdin: new PassThrough(), stdout, stderr, cwd: () => "/" };
  await printError(error, { host, json, quiet: false });
  return { stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

function fileError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: no, ${syscall}`), { code, syscall, errno: -1, ...(path && { path }) });
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function withStack(stack: string): Error {
  return Object.assign(new Error("x"), { stack });
}
