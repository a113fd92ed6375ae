import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, expectDone, expectRefused, SHOP } from "./support.ts";

const CONFIG = `export const remodel = { url: process.env.DATABASE_URL, fleet: { tenants: { schemas: "mall_*" } } };\n`;

test("fleet check and fleet diff show classes, as text, as JSON and as reports", () =>
  withDatabase(
    newest(),
    async (url) => {
      const project = cliProject({ ...SHOP, "remodel.config.ts": CONFIG }, url);
      const read = (name: string) => readFileSync(join(project.folder, name), "utf8");
      await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaaaaaaaaaa", "--schema", "mall_1");
      expect(await project.run("fleet", "check", "--select", "mall_1")).toMatchObject({
        code: 1,
        stdout: "0 of 1 tenant in order at aaaaaaaaaaaa\n  1  empty  mall_1\n",
      });
      await project.run("fleet", "upgrade", "--no-journal");
      expectDone(await project.run("fleet", "check"), /^3 of 3 tenants in order at a{12}\n {2}3 {2}at a{12}\n$/);
      expectDone(await project.run("fleet", "diff"), /^Class 1: 3 tenants at a{12} \(mall_1, mall_2 … \(1 more\)\)\n$/);

      const client = await connect(url);
      await client.query("ALTER TABLE mall_2.shop ADD note text").finally(() => client.end());
      const checked = await project.run("fleet", "check", "--report", "check.html");
      expect(checked).toMatchObject({
        code: 1,
        stdout: `2 of 3 tenants in order at aaaaaaaaaaaa
  2  at aaaaaaaaaaaa
  1  drifted at aaaaaaaaaaaa: shop has a column note  mall_2
To see the differences, run: remodel fleet diff
`,
      });
      expect(read("check.html")).toMatch(
        /<h1>remodel fleet check<\/h1>[\s\S]*2 of 3 there[\s\S]*class="added">\+ .*note&quot; text/,
      );
      const diff = await project.run("fleet", "diff", "--class", "2", "--report", "diff.html");
      expect(diff).toMatchObject({
        code: 1,
        stderr: "",
        stdout: expect.stringMatching(
          /^Class 2: 1 tenant drifted at a{12}: shop has a column note \(mall_2\)\nThe database schema has changed outside of remodel since revision a{12}:\n--- after a{12}\n\+\+\+ database\n[\s\S]*^\+ .*"note" text\n[\s\S]*\n\n1 change from the database to the models:\n {2}drop column shop\.note\n\n--- database\n\+\+\+ models\n[\s\S]*^- .*"note" text$/m,
        ),
      });
      expect(read("diff.html")).toMatch(/<h1>remodel fleet diff<\/h1>[\s\S]*mall_1/);
      expect(await project.run("fleet", "diff", "--class", "1")).toMatchObject({ code: 0 });
      expectRefused(await project.run("fleet", "diff", "--class", "3"), "USAGE", "no class 3", "remodel fleet check");
      expectRefused(await project.run("fleet", "diff", "--class", "no"), "USAGE", "--class cannot be", "whole number");
      expectRefused(await project.run("fleet", "check", "--report", "a.txt"), "USAGE", "--report", ".json or .html");

      const json = await project.run("fleet", "check", "--json", "--report", "check.json");
      const data = JSON.parse(json.stdout);
      expect(JSON.parse(read("check.json"))).toEqual(data);
      const fingerprint = expect.stringMatching(/^\w{32}$/);
      const there = { state: "there", current: ["aaaaaaaaaaaa"], fingerprint, count: 2, tenants: ["mall_1", "mall_3"] };
      const dropColumn = { name: "dropColumn", args: ["shop", "note"] };
      const drifted = {
        state: "drifted",
        count: 1,
        tenants: ["mall_2"],
        fingerprint,
        reason: "shop has a column note",
        changes: [{ operations: [dropColumn] }],
        drift: {
          revision: "aaaaaaaaaaaa",
          changes: [{ operations: [{ name: "addColumn" }] }],
          diff: expect.any(String),
        },
      };
      expect(data).toMatchObject({ target: ["aaaaaaaaaaaa"], counts: { there: 2, drifted: 1, different: 0 } });
      expect(data.classes).toEqual([there, expect.objectContaining({})]);
      expect(data.classes[1]).toMatchObject(drifted);
      const texts = JSON.parse((await project.run("fleet", "diff", "--json")).stdout);
      expect(texts.classes).toEqual([
        { ...there, text: "" },
        { ...data.classes[1], text: expect.stringContaining("+++ models") },
      ]);
    },
    { sql: "CREATE SCHEMA mall_1; CREATE SCHEMA mall_2; CREATE SCHEMA mall_3" },
  ));
