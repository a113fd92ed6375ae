import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, MODULE, ORMCONFIG, revisionText } from "./support.ts";

const model = (code: string) => `import { Column, Entity, Index, PrimaryColumn } from "typeorm";

@Entity()
@Index("IDX_shop_area", ["area"])
export class Shop {
  @PrimaryColumn()
  id!: number;

  ${code}

  @Column({ type: "integer", nullable: true })
  area!: number | null;
}
`;

const FIRST = `op.createTable("shop", {
    columns: [{ name: "id", type: "integer" }, { name: "code", type: "text", nullable: true }, { name: "area", type: "integer", nullable: true }],
    primaryKey: { columns: ["id"] },
  });`;

test("--online writes steps that block nobody, and review --fix does so to a file that is there", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(
      {
        ...MODULE,
        "ormconfig.ts": ORMCONFIG,
        "models/shop.ts": model(`@Column({ type: "text" })\n  code!: string;`),
        "migrations/1.ts": revisionText("aaaa11110000", null, FIRST, `op.dropTable("shop");`),
      },
      url,
    );
    const client = await connect(url);
    try {
      await project.run("upgrade");
      await client.query("INSERT INTO shop SELECT at, 'c' || at FROM generate_series(1, 9) at");
      const args = ["revision", "--autogenerate", "--online", "-m", "Code", "--rev-id", "bbbb22220000"];
      const dry = await project.run(...args, "--dry-run");
      expect(dry.stdout).toContain("{ concurrently: true }");
      const { code, stdout, stderr } = await project.run(...args, "--json");
      expect(code).toBe(0);
      const data = JSON.parse(stdout);
      expect(data.text).toBe(dry.stdout);
      expect(data.online).toEqual({
        fixed: [
          {
            rule: "index-blocks-writes",
            line: 1,
            operation: "add index IDX_shop_area of shop",
            instead: [`op.createIndex("shop", { name: "IDX_shop_area", columns: ["area"] }, { concurrently: true });`],
          },
        ],
        left: [expect.objectContaining({ rule: "not-null-scan", waits: true })],
      });
      expect(stderr).toContain("its question is open; answer it first");
      expect(stderr).toContain("After the answers, run: remodel review --fix bbbb22220000");

      const asked = await project.run("review", "--fix", "bbbb22220000");
      expect(asked.stdout).toContain("nothing to rewrite");
      await project.run("resolve", "--accept", "all");
      const fixed = await project.run("review", "--fix");
      expect(fixed.stdout).toBe(`migrations/bbbb22220000_code.ts: rewrote 1 operation.
  change column shop.code: NOT NULL (not-null-scan) is now:
    op.createCheckConstraint(
      "shop",
      { name: "CHK_shop_code_not_null", expression: \`"code" IS NOT NULL\` },
      { notValid: true },
    );
    op.commit();
    op.validateConstraint("shop", "CHK_shop_code_not_null");
    op.commit();
    op.alterColumn("shop", "code", { nullable: false });
    op.dropConstraint("shop", "CHK_shop_code_not_null");
Look at it: remodel review bbbb22220000
`);
      const file = join(project.folder, "migrations/bbbb22220000_code.ts");
      const text = readFileSync(file, "utf8");
      expect(text.match(/op\.commit\(\)/g)).toHaveLength(2);
      expect((await project.run("review", "--fix")).stdout).toContain("nothing to rewrite");
      expect(readFileSync(file, "utf8")).toBe(text);
      const review = await project.run("review", "--no-database", "--json", "bbbb22220000");
      expect(JSON.parse(review.stdout).findings.map(({ rule }: { rule: string }) => rule)).toEqual([
        "rows-in-the-way", // Nobody looked.
        "required-for-old-code",
      ]);

      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
      expect(await project.run("check")).toMatchObject({ code: 0, stdout: expect.stringContaining("In sync") });
      expect(await project.run("downgrade", "-1")).toMatchObject({ code: 0 });
      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
    } finally {
      await client.end();
    }
  }));

test("--online needs a comparison; --fix leaves what is small, and refuses what a database has", () =>
  withDatabase(newest(), async (url) => {
    const more = `op.createIndex("shop", { name: "IDX_shop_area", columns: ["area"] });`;
    const project = cliProject(
      {
        ...MODULE,
        "ormconfig.ts": ORMCONFIG,
        "models/shop.ts": model(`@Column({ type: "text" })\n  code!: string;`),
        "migrations/1.ts": revisionText("aaaa11110000", null, FIRST, `op.dropTable("shop");`),
        "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", more, `op.dropIndex("shop", "IDX_shop_area");`),
        "sizes.json": JSON.stringify({ "public.shop": { rows: 9, bytes: 8192 } }),
      },
      url,
    );
    expectRefused(
      await project.run("revision", "--online", "-m", "x"),
      "USAGE",
      "needs --autogenerate",
      "review --fix",
    );
    const small = await project.run("review", "--fix", "bbbb22220000", "--sizes", "sizes.json");
    expect(small).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("(index-blocks-writes) stays as it is: shop is small."),
    });
    await project.run("upgrade");
    expectRefused(
      await project.run("review", "--fix", "bbbb22220000"),
      "USAGE",
      "bbbb22220000 is applied",
      "remodel downgrade",
    );
    expect(readFileSync(join(project.folder, "migrations/2.ts"), "utf8")).not.toContain("concurrently");
    const { code, stdout } = await project.run("review", "--fix", "--json");
    expect({ code, data: JSON.parse(stdout) }).toEqual({ code: 0, data: { files: [] } });
  }));
