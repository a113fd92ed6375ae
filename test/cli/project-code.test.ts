// What code of a project may do to the process in which a command runs.
import type { ChildProcess } from "node:child_process";
import { expect, it, test, vi } from "vitest";
import { fileText } from "../support/running.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, type Files, ORMCONFIG, SHOP } from "./support.ts";

/** The project, with a line at the end of a model. */
const addLine = (line: string): Files => ({ ...SHOP, "models/shop.ts": `${SHOP["models/shop.ts"]}\n${line}\n` });

test.each([
  ["ends the process", "process.exit(0);", "MODULE_INVALID", "models/shop.ts:"],
  ["ends it a moment later", "setTimeout(() => process.exit(0));", "INTERNAL", "process.exit(0)"],
  ["throws what nothing waits for", 'Promise.reject(new Error("forgotten"));', "INTERNAL", "forgotten"],
])("a model that %s makes no command succeed", (_, line, code, message) =>
  withDatabase(newest(), async (url) => {
    const { code: exit, stdout } = await cliProject(addLine(line), url).start("check", "--json").ended;
    expect(exit).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code, message: expect.stringContaining(message) });
  }),
);

test.each([
  ["is exported", "export default new Promise(() => {});\n"],
  ["is awaited", `await new Promise(() => {});\n${ORMCONFIG}`],
])("a data source that %s and never there is an error, not the end", async (_, text) => {
  const project = cliProject({ ...SHOP, "ormconfig.ts": text });
  const { code, stdout, stderr } = await project.start("check").ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^MODULE_INVALID: The process ended before ormconfig\.ts was loaded\.\n {2}Its code awaits /);
});

test("a data source that is a promise and fails is an error of that file, also if the file takes long", async () => {
  const slow = "for (const end = Date.now() + 50; Date.now() < end; );\n";
  const project = cliProject({
    ...SHOP,
    "ormconfig.ts": `${slow}export default Promise.reject(new Error("no vault"));\n`,
  });
  const { code, stderr } = await project.start("check").ended;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^CONFIG_FAILED: ormconfig\.ts:2 .*no vault/),
  });
});

test("code that a command awaits for long is named, and has the time that it needs", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const begun = new Promise<() => void>((resolve) => void Reflect.set(globalThis, "onAwait", resolve));
    const wait = 'await new Promise((resolve) => Reflect.get(globalThis, "onAwait")(resolve));\n';
    const ran = cliProject({ ...SHOP, "ormconfig.ts": wait + ORMCONFIG }).run("check");
    const release = await begun;
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    release();
    const [first, ...rest] = (await ran).stderr.split("\n");
    expect(first).toMatch(/^Still waiting for ormconfig\.ts: .* Ctrl-C ends the command\.$/);
    expect(rest[0]).toMatch(/^DATABASE_UNREACHABLE: /);
  } finally {
    vi.useRealTimers();
    Reflect.deleteProperty(globalThis, "onAwait");
  }
});

/** A file that awaits for ever, and says so once it does. */
const waitIn = (text = "") =>
  `setTimeout(() => console.error("begun"), 1);\nawait new Promise(() => setInterval(() => {}, 1000));\n${text}`;

/** Waits until a command awaits such a file. */
function untilBegun({ stderr }: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    stderr?.on("data", (text: string) => void (text.includes("begun") && resolve()));
  });
}

test("Ctrl-C ends a run that awaits code for ever", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP, url);
    project.write({ "migrations/a_waits.ts": waitIn(fileText("a_waits", null, "")) });
    const { child, ended } = project.start("upgrade");
    await untilBegun(child);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/\nCANCELLED: Cancelled while migrations\/a_waits\.ts was loading\.\n$/);
  }));

test.each([
  ["SIGINT", 130, "ormconfig.ts", "diff"],
  ["SIGINT", 130, "ormconfig.ts", "adopt"],
  ["SIGINT", 130, "ormconfig.ts", "doctor"],
  ["SIGTERM", 143, "ormconfig.ts", "current"],
  ["SIGINT", 130, "models/shop.ts", "check"],
  ["SIGTERM", 143, "models/shop.ts", "revision --autogenerate -m Shops"],
] as const)("%s ends with %i what awaits %s for ever: %s", (signal, exit, file, words) =>
  withDatabase(newest(), async (url) => {
    const { child, ended } = cliProject({ ...SHOP, [file]: waitIn(SHOP[file]) }, url).start(...words.split(" "));
    await untilBegun(child);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({
      code: exit,
      stderr: expect.stringMatching(new RegExp(`(^|\n)CANCELLED: Cancelled while ${file} was loading\\.\n$`)),
    });
  }),
);

test("a signal after what was awaited ends a command at once, as one that awaits nothing", () =>
  withDatabase(newest(), async (url) => {
    const late = "await new Promise((resolve) => setTimeout(resolve, 10));\n";
    const project = cliProject({ ...SHOP, "ormconfig.ts": late + SHOP["ormconfig.ts"] }, url);
    project.write({ "models/shop.ts": `${SHOP["models/shop.ts"]}\nconsole.error("begun"); for (;;);\n` });
    const { child, ended } = project.start("diff");
    await untilBegun(child);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: null });
  }));

it("what a model adds to every object is no export of a file", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(addLine("(Object.prototype as { extra?: unknown }).extra = 1;"), url);
    for (const words of [["diff"], ["revision", "--autogenerate", "-m", "Shops"], ["todo"], ["upgrade"]])
      expect({ words, ...(await project.start(...words).ended) }).toMatchObject({ code: words[0] === "diff" ? 1 : 0 });
  }));

it("what a model logs is not part of the result, and what it leaves open does not keep the command", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(addLine('console.log("tip of the day"); setInterval(() => {}, 1000);'), url);
    const { code, stdout, stderr } = await project.start("diff", "--json").ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ inSync: false });
    expect(stderr).toMatch("tip of the day");
  }));
