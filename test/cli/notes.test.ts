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
