import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { cliProject, revisionText, SHOP } from "./support.ts";

const PAGE = fileURLToPath(new URL("../../docs/review.md", import.meta.url));
const CREATES = `  op.createTable("shop", {
    columns: [{ name: "id", type: "integer" }, { name: "code", type: "text", nullable: true }],
    primaryKey: { name: "PK_shop", columns: ["id"] },
  });`;

/** `vitest run test/cli/review-docs.test.ts -u` writes the page. */
test("every command of docs/review.md gives what the page shows", async () => {
  await withDatabase(newest(), async (url) => {
    const first = revisionText("7c1f0a9d52b4", null, CREATES, '  op.dropTable("shop");');
    const project = cliProject({ ...SHOP, "migrations/7c1f0a9d52b4_shops.ts": first }, url);
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-C", project.folder, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
        stdio: "pipe",
      });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "migrations");
    git("commit", "--quiet", "--message=shops");
    git("update-ref", "refs/remotes/origin/main", "main");
    expect(await project.run("upgrade")).toMatchObject({ code: 0 });
    const client = await connect(url);
    await client.query(
      "INSERT INTO shop SELECT at, nullif('c' || at, 'c3') FROM generate_series(1, 9) at; ANALYZE shop; SELECT pg_stat_reset()",
    );
    const page = await playPage(readFileSync(PAGE, "utf8"), project, (sql) => runPsql(client, sql));
    await client.end();
    await expect(page).toMatchFileSnapshot(PAGE);
  });
});
