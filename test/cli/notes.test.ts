import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, SHOP, shopModel } from "./support.ts";

const CITY = '  @Column({ type: "text", nullable: true }) city: string | null;\n';
const BY_HAND = "CREATE VIEW report AS SELECT city FROM shop; CREATE INDEX lower_city ON shop (lower(city))";
const SENTENCES = [
  "Note: The view report uses shop.city: PostgreSQL refuses the change while it exists.",
  "Note: The index lower_city of shop uses shop.city: it is lost with this change.",
];

test("every output says the same about objects that models do not declare", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject({ ...SHOP, "models/shop.ts": shopModel(CITY) }, url);
    await project.run("revision", "--autogenerate", "-m", "Shops");
    await project.run("upgrade");
    const client = await connect(url);
    await client.query(BY_HAND);
    project.write({ "models/shop.ts": shopModel("") });
    const revise = ["revision", "--autogenerate", "-m", "No city", "--rev-id", "bbbb22220000"];

    const texts = [
      (await project.run("diff")).stderr,
      (await project.run("diff", "--sql")).stdout,
      (await project.run("check")).stderr,
      (await project.run(...revise, "--dry-run")).stdout,
    ];
    const data = [
      JSON.parse((await project.run("diff", "--json")).stdout).brokenDependents,
      JSON.parse((await project.run("check", "--json")).stdout).brokenDependents,
      JSON.parse((await project.run(...revise, "--json")).stdout).brokenDependents,
    ];
    texts.push((await project.run("upgrade", "--plan")).stdout);
    const plan = JSON.parse((await project.run("upgrade", "--plan", "--json")).stdout);
    data.push(plan.revisions[0].brokenDependents);

    for (const text of texts) for (const sentence of SENTENCES) expect(text).toContain(sentence);
    for (const notes of data)
      expect(notes).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            object: "view report",
            effect: "blocks",
            uses: ["shop.city"],
            drop: [expect.stringMatching(/^DROP VIEW /)],
            create: expect.arrayContaining([expect.stringMatching(/^CREATE VIEW /)]),
          }),
          expect.objectContaining({ object: "index lower_city of shop", effect: "lost", uses: ["shop.city"] }),
        ]),
      );

    await client.query("CREATE VIEW later AS SELECT city FROM shop");
    await client.end();
    expect((await project.run("diff")).stderr).toContain("Note: The view later uses shop.city");
    expect((await project.run("upgrade", "--plan")).stdout).not.toContain("later");
  }));

test("options that are not installed and a cache that cannot be written are said, once for each command", () =>
  withDatabase(newest(), async (url) => {
    const tsconfig = JSON.parse(SHOP["tsconfig.json"] ?? "{}");
    const extended = JSON.stringify({ ...tsconfig, extends: "@tsconfig/not-installed/tsconfig.json" });
    const project = cliProject({ ...SHOP, "tsconfig.json": extended }, url);
    const cache = join(project.folder, "node_modules/.cache");
    rmSync(cache, { recursive: true, force: true });
    writeFileSync(cache, "");
    const notes = async (...args: readonly string[]) =>
      (await project.run(...args)).stderr.split("\n").filter((line) => line.startsWith("Note: "));
    const missing =
      "Note: tsconfig.json extends @tsconfig/not-installed/tsconfig.json, which is not installed: its options are left out.";
    const unusable =
      /^Note: node_modules\/\.cache\/typeorm-remodel cannot be used: EEXIST.*Each command compiles the project again\.$/;
    expect(await notes("check")).toEqual([missing, expect.stringMatching(unusable)]);
    expect(await notes("heads")).toEqual([]);
    expect(await notes("check", "--quiet")).toEqual([]);
    project.write({ "tsconfig.json": JSON.stringify(tsconfig) });
    rmSync(cache);
    expect(await notes("check")).toEqual([]);
  }));
