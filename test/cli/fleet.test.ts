import { expect, test } from "vitest";
import { cliProject, SHOP } from "./support.ts";

test("fleet is a word with commands of its own", async () => {
  const project = cliProject(SHOP);
  const { code, stdout } = await project.run("fleet", "--help");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^ {2}remodel fleet list /m) });
  expect(await project.run("fleet")).toMatchObject({ code: 2, stderr: expect.stringContaining("command is missing") });
  expect(await project.run("fleet", "lst")).toMatchObject({ code: 2, stderr: expect.stringContaining("lst") });
});
