import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { listNotes } from "../../src/cli/changes.ts";
import type { Result } from "../../src/cli/command.ts";
import type { Host } from "../../src/cli/host.ts";
import { liveLine, printError, printNote, printResult } from "../../src/cli/print.ts";
import { RemodelError } from "../../src/errors.ts";
import { upgrade } from "../../src/run/run.ts";
import { inSession, withPlace, writeRevision } from "../support/running.ts";

/** Clears the screen, sets the title, turns the direction of writing, goes back in the line. */
const EVIL = "\u001b[2J\u001b]0;owned\u0007\u202eevil\u2069\r\u009b31m\u2028";
const RAW = /[^\x20-\x7e\n]/;

function hostOf(isTTY: boolean): { readonly host: Host; readonly written: () => string } {
  let all = "";
  const stream = () =>
    Object.assign(
      new PassThrough().on("data", (chunk) => {
        all += chunk;
      }),
      { isTTY, columns: 200 },
    );
  const host = { env: { NO_COLOR: "1" }, stdin: new PassThrough(), stdout: stream(), stderr: stream(), cwd: () => "/" };
  return { host, written: () => all };
}

const result = (more: Partial<Result>): Result => ({ code: 0, text: EVIL, data: { [EVIL]: EVIL }, ...more });
const evil = new RemodelError("USAGE", EVIL, { hint: EVIL, details: { sql: EVIL } });

test.each([true, false])("nothing that a terminal acts upon is written, on a terminal: %s", async (isTTY) => {
  for (const json of [true, false]) {
    const { host, written } = hostOf(isTTY);
    const options = { host, json, quiet: false };
    await printResult(result({}), options);
    await printResult(result({ paint: "diff" }), options);
    if (isTTY || json) await printResult(result({ script: true }), options);
    printNote(EVIL, options);
    await printError(evil, options);
    await printError(Object.assign(new Error(EVIL), { code: "42501" }), options);
    expect(written()).toMatch(/\\(?:x|u00)1b/);
    expect(written()).not.toMatch(RAW);
  }
  const { host, written } = hostOf(isTTY);
  liveLine({ host, json: false, quiet: false })?.(EVIL);
  expect(written().replace("\r\u001b[K", "")).not.toMatch(RAW);
});

test("JSON stays JSON, and a script that goes to a file stays what it is", async () => {
  const { host, written } = hostOf(false);
  await printResult(result({}), { host, json: true, quiet: false });
  expect(JSON.parse(written())).toEqual({ [EVIL]: EVIL });
  const file = hostOf(false);
  await printResult(result({ script: true }), { host: file.host, json: false, quiet: false });
  expect(file.written()).toBe(`${EVIL}\n`);
});

test("a name with a line break makes no line of its own", () => {
  const name = "shop\nIn sync: the history has one head";
  const notes = listNotes({
    unmodelled: [{ kind: "trigger", table: name, name, why: "x" }],
    brokenDependents: [{ object: name, effect: "blocks", uses: [name], drop: [], create: [] }],
    dropped: [],
    unsure: [],
    unplanned: [],
    idle: [],
    unreadable: [{ where: name, text: name, message: name }],
  } as never);
  expect(notes).toHaveLength(3);
  expect(notes.join("")).not.toMatch("\n");
});

test("a statement that fails is told short and without its passwords, to programs too", () =>
  withPlace(async (place) => {
    const sql = `CREATE ROLE pg_${process.pid} PASSWORD 'open-sesame'; ${"-- x\n".repeat(100)}`;
    writeRevision(place, "shop", null, `op.sql(${JSON.stringify(sql)});`);
    const error: RemodelError = await inSession(place, (session) => upgrade(session)).catch((failed) => failed);
    expect(error.code).toBe("REVISION_FAILED");
    expect(error.message.split("\n").length).toBeLessThan(10);
    const { message, hint, details } = error;
    expect(JSON.stringify({ message, hint, details })).not.toMatch("sesame");
    expect(message).toMatch("PASSWORD '…'");
  }));
