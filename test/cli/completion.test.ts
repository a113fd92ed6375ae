import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { COMMAND, cliProject, revisionText, SHOP } from "./support.ts";

const CONFIG = 'export const remodel = { migrations: "db", fleet: { tenants: "malls.json" } };\n';
const PROJECT = {
  ...SHOP,
  "ormconfig.ts": 'throw new Error("The data source is not run.");\n',
  "remodel.config.ts": CONFIG,
  "db/1.ts": revisionText("aaaa11110000", null, ""),
  "db/2.ts": revisionText("bbbb22220000", "aaaa11110000", "").replace(
    "export const down",
    'export const branchLabels = ["leases"];\nexport const down',
  ),
  "malls.json": '[{ "name": "mall_north", "database": "north", "tier": "pilot", "password": "open-sesame" }]',
};

test("revisions, labels and tenants are completed without running the data source", async () => {
  const { run } = cliProject(PROJECT);
  const complete = async (...words: readonly string[]) => {
    const ran = await run("--complete", ...words);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    return ran.stdout;
  };
  expect(await complete("upgrade", "")).toBe("bbbb22220000\naaaa11110000\nleases@head\nhead\nheads\nbase\ncurrent\n");
  expect(await complete("fleet", "list", "--select", "")).toBe("mall_north\ntier=pilot\n");
  expect(await complete("doc")).toBe("doctor\n");
  expect(await complete("completion", "")).toBe("bash\nzsh\nfish\n");
});

test("where the project is broken, nothing is printed", async () => {
  const { run } = cliProject({ ...PROJECT, "remodel.config.ts": "export const remodel = 1;", "db/3.ts": "broken" });
  expect(await run("--complete", "upgrade", "")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("the script makes bash complete a word", async () => {
  const project = cliProject(PROJECT);
  const { stdout, code, stderr } = await project.run("completion", "bash");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const script = `remodel() { '${process.execPath}' '${COMMAND}' "$@"; }
${stdout}
COMP_WORDS=(remodel upgrade b); COMP_CWORD=2; _remodel; echo "\${COMPREPLY[@]}"`;
  const bash = spawnSync("bash", ["-c", script], { cwd: project.folder, encoding: "utf8" });
  expect(bash).toMatchObject({ status: 0, stdout: "bbbb22220000 base\n", stderr: "" });
});

test("the shell is that of the person", async () => {
  const { runWith, run } = cliProject({});
  expect((await runWith({ SHELL: "/usr/bin/fish" }, "completion")).stdout).toMatch(/^# .*\ncomplete -c remodel /);
  expect((await run("completion", "zsh")).stdout).toMatch(/^#compdef remodel\n/);
});
