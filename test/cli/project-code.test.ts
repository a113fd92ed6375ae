// What code of a project may do to the process in which a command runs.
import { expect, it, test } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, type Files, SHOP } from "./support.ts";

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

test("a data source that is never there is an error, not the end", async () => {
  const project = cliProject({ ...SHOP, "ormconfig.ts": "export default new Promise(() => {});\n" });
  const { code, stdout, stderr } = await project.start("check").ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^MODULE_INVALID: The process ended before the command did\.\n {2}Code of the project /);
});

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
