import { expect, test } from "vitest";
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
