import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, MODULE } from "./support.ts";

/** Two malls in schemas of one database, one that has a database of its own, and one that cannot be reached. */
const config = (url: string, other: string) => `export const remodel = { fleet: { tenants: [
  { name: "small", url: "${url}", schema: "mall_1" },
  { name: "large", url: "${url}", schema: "mall_2" },
  { name: "own", url: "${other}" },
  { name: "away", url: "postgres://nobody@127.0.0.1:1/none" },
] } };
`;
const fill = (schema: string, rows: number) =>
  `CREATE SCHEMA IF NOT EXISTS ${schema};
   CREATE TABLE ${schema}.shop AS SELECT g AS id, repeat('x', 90) AS note FROM generate_series(1, ${rows}) g`;

test("fleet sizes prints each table as it is in the tenant in which it is largest, for review --sizes", () =>
  withDatabase(newest(), (url) =>
    withDatabase(newest(), async (other) => {
      for (const [place, statements] of [
        [url, [fill("mall_1", 10), fill("mall_2", 9000), "ANALYZE"]],
        [other, [fill("public", 100), "CREATE TABLE only_here (id integer)", "ANALYZE"]],
      ] as const) {
        const client = await connect(place);
        for (const one of statements) await client.query(one);
        await client.end();
      }
      const project = cliProject({ ...MODULE, "remodel.config.ts": config(url, other) });
      const { code, stdout, stderr } = await project.run("fleet", "sizes");
      const sizes = JSON.parse(stdout);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^Note: Not read: away: .+\.\n$/) });
      expect(sizes).toEqual({
        "public.only_here": expect.objectContaining({ rows: 0 }),
        "public.shop": expect.objectContaining({ rows: 9000, bytes: expect.any(Number) }),
      });
      expect(sizes["public.shop"].bytes).toBeGreaterThan(900_000);
      const reached = await project.run("fleet", "sizes", "--json", "--except", "away", "--except", "large");
      expect({ code: reached.code, stderr: reached.stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(reached.stdout)["public.shop"]).toMatchObject({ rows: 100 });
      expectRefused(await project.run("fleet", "sizes", "--report", "a.html"), "USAGE", "no report", "--report");
    }),
  ));
