import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, MODULE, revisionText } from "./support.ts";

test("a downgrade says what it is going to lose, and nothing where it loses nothing", () =>
  withDatabase(newest(), async (url) => {
    const create = `op.createTable("shop", { columns: [{ name: "id", type: "integer" }] });
  op.createTable("pond", { columns: [{ name: "id", type: "integer" }] });`;
    const add = `op.addColumn("shop", { name: "fax", type: "text", nullable: true });`;
    const project = cliProject(
      {
        ...MODULE,
        "migrations/1.ts": revisionText("aaaa11110000", null, create, `op.dropTable("shop");\n  op.dropTable("pond");`),
        "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", add, `op.dropColumn("shop", "fax");`),
      },
      url,
    );
    const client = await connect(url);
    try {
      const downgrade = (target: string) => project.run("downgrade", target, "--url", url);
      await project.run("upgrade", "--url", url);
      expect((await downgrade("-1")).stderr).not.toContain("lost");
      await project.run("upgrade", "--url", url);
      await client.query("INSERT INTO shop VALUES (1, 'a'), (2, 'b'), (3, NULL)");
      const lost = await downgrade("-1");
      expect(lost).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("shop.fax is dropped: 2 values are lost."),
      });
      const base = await downgrade("base");
      expect(base).toMatchObject({ code: 0, stderr: expect.stringContaining("shop is dropped: 3 rows are lost.") });
      expect(base.stderr).not.toContain("pond");
      expect((await project.run("--quiet", "downgrade", "base", "--url", url)).stderr).toBe("");
    } finally {
      await client.end();
    }
  }));

test("on a terminal, downgrade base asks before it undoes everything", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(
      {
        ...MODULE,
        "migrations/1.ts": revisionText(
          "aaaa11110000",
          null,
          'op.sql("CREATE TABLE shop ()");',
          'op.dropTable("shop");',
        ),
        "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", ""),
      },
      url,
    );
    /** Types a key once the question is there. */
    const downgrade = async (key: string, ...args: readonly string[]) => {
      const [stdin, stdout, stderr] = [terminal(), terminal(), new PassThrough()];
      let shown = "";
      stdout.on("data", (chunk) => {
        const isAsked = shown.includes("No");
        shown += String(chunk);
        if (!isAsked && shown.includes("No")) setImmediate(() => stdin.write(key));
      });
      const host = { env: {}, cwd: () => project.folder, stdin, stdout, stderr };
      const code = await main(["downgrade", ...args, "--url", url], host);
      return { code, shown, stderr: String(stderr.read() ?? "") };
    };
    await project.run("upgrade", "--url", url);
    const refused = await downgrade("n", "base");
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/CANCELLED: Nothing was run\.\n.*downgrade -1/),
    });
    expect(refused.shown).toMatch(/Undo all 2 revisions of \S+@/);
    expect((await project.run("current", "--url", url)).stdout).toMatch(/^bbbb22220000/);
    expect(await downgrade("y", "base")).toMatchObject({
      code: 0,
      shown: expect.stringContaining("Undid 2 revisions"),
    });
    await project.run("upgrade", "--url", url);
    const last = await downgrade("n", "-1");
    expect(last).toMatchObject({ code: 0, shown: expect.not.stringContaining("?") });
    expect(await downgrade("n", "base", "--yes")).toMatchObject({ code: 0 });
  }));

/** A stream that a person could be at. */
function terminal() {
  return Object.assign(new PassThrough(), { isTTY: true, columns: 100, setRawMode: () => undefined });
}
