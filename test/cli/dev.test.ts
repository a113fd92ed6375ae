import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { expectValid } from "./in-process.ts";
import { type CliProject, cliProject, expectDone, expectRefused, MODULE, SHOP, shopModel } from "./support.ts";

const ID = "aaaa11110000";
const FLOOR = "@Column({ nullable: true }) floor: number;";

test("dev compares the models with the head of the history without a database, and writes what is missing", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP);
    const dev = (...args: string[]) => project.run("dev", "--on", url, ...args);
    expect(await dev()).toMatchObject({
      stderr: "",
      code: 1,
      stdout: expect.stringMatching(
        /^The history is empty\. 1 change from the history to the models:\n.*shop.*\nTo write/,
      ),
    });
    expectDone(
      await dev("-m", "Shops", "--rev-id", ID),
      `Wrote migrations/${ID}_shops.ts.\nRead it, then run: remodel upgrade\n`,
    );
    expectDone(await dev(), `The history is at ${ID}, and the models match it.\n`);
    expect(await dev("-m", "Again")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing to write/),
    });
    project.write({ "models/shop.ts": shopModel(FLOOR) });
    const { code, stdout } = await dev("--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, inSync: false, heads: [ID], changes: [{}] });
  }));

/** `remodel watch` in this process, and what it has printed. */
function startWatch(project: CliProject, url: string, ...more: readonly string[]) {
  const args = ["watch", "--on", url, ...more];
  let printed = "";
  let look: () => void = () => {};
  const stream = () => {
    const one = new PassThrough();
    one.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      look();
    });
    return one;
  };
  const streams = { stdin: new PassThrough(), stdout: stream(), stderr: stream() };
  const ended = main(args, { cwd: () => project.folder, env: {}, ...streams });
  /** What is printed up to a text, from where the last one ended. */
  const until = (text: string) =>
    new Promise<string>((resolve) => {
      look = () => {
        const at = printed.indexOf(text);
        if (at < 0) return;
        resolve(printed);
        printed = printed.slice(at + text.length);
      };
      look();
    });
  return { ended, until };
}

test("watch compares at every save, follows the history, and ends at Ctrl-C without a file of its own", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP);
    await project.run("dev", "--on", url, "-m", "Shops", "--rev-id", ID);
    const written = Object.keys(project.files());
    const revision = `migrations/${ID}_shops.ts`;
    const text = project.files()[revision] ?? "";
    const watching = startWatch(project, url);
    await watching.until("the models match it");
    project.write({ "models/shop.ts": shopModel(FLOOR) });
    await watching.until("1 change from the history to the models");
    project.write({ "models/shop.ts": "export class {" });
    await watching.until("MODULE_INVALID");
    project.write({ "models/shop.ts": shopModel() });
    await watching.until("the models match it");
    const more = 'op.addColumn("shop", { name: "fax", type: "text", nullable: true });';
    project.write({ [revision]: text.replace("\n}\n\nexport function downgrade", (end) => `\n  ${more}${end}`) });
    await watching.until("drop column shop.fax");
    expect(Object.keys(project.files())).toEqual(written);
    process.emit("SIGINT", "SIGINT");
    expect(await watching.ended).toBe(130);

    const forPrograms = startWatch(project, url, "--json");
    expectValid(["watch", "--json"], { code: 130, stdout: await forPrograms.until("\n}\n"), stderr: "" });
    process.emit("SIGINT", "SIGINT");
    expect(await forPrograms.ended).toBe(130);
  }));

test("watch says what it leaves alone once, and again only where that changes", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP);
    await project.run("dev", "--on", url, "-m", "Shops", "--rev-id", ID);
    const revision = `migrations/${ID}_shops.ts`;
    const text = project.files()[revision] ?? "";
    const makeViews = (...names: readonly string[]) => {
      const lines = names.map((name) => `\n  op.sql("CREATE VIEW ${name} AS SELECT 1 AS one");`).join("");
      project.write({ [revision]: text.replace("\n}\n\nexport function downgrade", (end) => `${lines}${end}`) });
    };
    makeViews("ones");
    const watching = startWatch(project, url);
    const left = (name: string) => `Left alone: view ${name}: no model declares it.\n`;
    expect(await watching.until("the models match it.\n")).toBe(
      `${left("ones")}The history is at ${ID}, and the models match it.\n`,
    );
    project.write({ "models/shop.ts": shopModel(FLOOR) });
    expect(await watching.until("remodel dev -m MESSAGE\n")).toMatch(/^The history is at/);
    project.write({ "models/shop.ts": "export class {" });
    await watching.until("MODULE_INVALID");
    await watching.until("\n");
    project.write({ "models/shop.ts": shopModel() });
    expect(await watching.until("the models match it.\n")).not.toContain("Left alone");
    makeViews("ones", "twos");
    expect(await watching.until("the models match it.\n")).toContain(`${left("twos")}The history`);
    makeViews("twos");
    expect(await watching.until("the models match it.\n")).toMatch(/^The history is at/);
    makeViews("ones", "twos");
    expect(await watching.until("the models match it.\n")).toMatch(new RegExp(`^${left("ones")}The history`));
    process.emit("SIGINT", "SIGINT");
    expect(await watching.ended).toBe(130);
  }));

test("watch ends where no save would help: without the embedded PostgreSQL, a server, a data source", async () => {
  const project = cliProject(SHOP);
  const missing = "The package @electric-sql/pglite is not installed (remodel needs it).";
  expectRefused(await project.run("watch"), "PEER_MISSING", missing, "npm install --save-dev");
  expectRefused(
    await project.run("watch", "--on", "postgres://nobody@127.0.0.1:1/none"),
    "DATABASE_UNREACHABLE",
    "no server answers",
    "Start the server",
  );
  expectRefused(await cliProject(MODULE).run("watch"), "CONFIG_NOT_FOUND", "No data source", "remodel init");
});
