import { expect, test } from "vitest";
import { until } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import {
  addEmbedded,
  type CliProject,
  cliProject,
  expectRefused,
  killAll,
  MODULE,
  ORMCONFIG,
  revisionText,
} from "./support.ts";

const FIRST = "aaaa11110000";
const [SECOND, THIRD] = ["bbbb22220000", "cccc33330000"];

const TABLES = `  op.createEnum("shop_status_enum", ["open", "closed", "gold"]);
  op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "fax", type: "text", nullable: true },
    { name: "note", type: "text", nullable: true }, { name: "status", type: "shop_status_enum", nullable: true }],
    primaryKey: { columns: ["id"] } });
  op.createTable("tick", { columns: [{ name: "on", type: "boolean" }, { name: "off", type: "boolean", nullable: true }] });
  op.createTable('"Odd.Na""me"', { columns: [{ name: "Id", type: "integer" }, { name: 'a "b".c', type: "text", nullable: true },
    { name: "D", type: "text", nullable: true }], primaryKey: { columns: ["Id"] } });`;

const PROJECT = { ...MODULE, "migrations/1.ts": revisionText(FIRST, null, TABLES) };

/** Revisions that follow one another, each with what comes of it. */
const CHAIN: readonly (readonly [what: string, up: string, down: string, proof: object])[] = [
  [
    "USING changes values of the same type",
    `  op.alterColumn("shop", "fax", { type: "text", using: 'upper("fax")' });`,
    "",
    {
      proved: false,
      upgrade: { grade: "loses", loses: ["shop.fax"] },
      notProved: [
        { table: "shop", reason: expect.stringMatching(/^fax has other values afterwards, such as '.*' → '.*'\. /) },
      ],
    },
  ],
  [
    "the downgrade leaves rows, and the second upgrade inserts them again",
    `  op.sql("INSERT INTO tick VALUES (true)");`,
    "",
    {
      proved: false,
      notProved: [{ table: "tick", reason: "it has 21 rows after the first upgrade, and 22 after the second" }],
    },
  ],
  [
    "a table without a key is kept",
    `  op.renameColumn("tick", "on", "isOn");
  op.addColumn("tick", { name: "extra", type: "integer", nullable: true });`,
    `  op.dropColumn("tick", "extra");
  op.renameColumn("tick", "isOn", "on");`,
    { proved: true, upgrade: { grade: "lossless", loses: [] }, downgrade: { grade: "lossless", loses: [] } },
  ],
  [
    "a label of an enum type is declared, and another column is cut",
    `  op.accept("enum-value-removed", "no shop has it");
  op.accept("rows-in-the-way", "no shop has it");
  op.replaceEnum("shop_status_enum", ["open", "closed"], [{ table: "shop", column: "status" }]);
  op.alterColumn("shop", "note", { type: "character varying(500)", using: 'left("note", 500)' });`,
    `  op.alterColumn("shop", "note", { type: "text" });
  op.replaceEnum("shop_status_enum", ["open", "closed", "gold"], [{ table: "shop", column: "status" }]);`,
    {
      proved: false,
      upgrade: { grade: "loses", loses: ["shop.note"] },
      notProved: [{ table: "shop", reason: expect.stringMatching(/^note loses values in character varying\(500\)/) }],
    },
  ],
  [
    "a name with quotes and dots goes, and nothing says so",
    `  op.dropColumn('"Odd.Na""me"', 'a "b".c');`,
    `  op.addColumn('"Odd.Na""me"', { name: 'a "b".c', type: "text", nullable: true });`,
    {
      proved: false,
      notProved: [{ table: 'Odd.Na"me', reason: expect.stringMatching(/ --accept-loss 'Odd\.Na"me\.a "b"\.c'$/) }],
    },
  ],
  [
    "another one goes, and the revision says so",
    `  op.accept("drop-column", "unused");
  op.dropColumn('"Odd.Na""me"', "D");`,
    `  op.addColumn('"Odd.Na""me"', { name: "D", type: "text", nullable: true });`,
    { proved: true, upgrade: { grade: "loses", loses: ['Odd.Na"me.D'] } },
  ],
  [
    "a statement takes more than it was accepted to take",
    `  op.accept("drop-column", "unused");
  op.sql("ALTER TABLE tick DROP extra");
  op.sql("ALTER TABLE tick DROP off");`,
    `  op.addColumn("tick", { name: "off", type: "boolean", nullable: true });
  op.addColumn("tick", { name: "extra", type: "integer", nullable: true });`,
    { proved: false, notProved: [{ table: "tick", reason: expect.stringMatching(/^off is gone/) }] },
  ],
  [
    "what an acceptance is about was renamed before, and another statement changes a type",
    `  op.renameTable("shop", "store");
  op.accept("drop-column", "unused");
  op.dropColumn("store", "note");
  op.accept("retype-loses", "short is enough");
  op.sql("ALTER TABLE store ALTER fax TYPE varchar(2) USING left(fax, 2)");`,
    `  op.alterColumn("store", "fax", { type: "text" });
  op.addColumn("store", { name: "note", type: "character varying(500)", nullable: true });
  op.renameTable("store", "shop");`,
    { proved: true, notProved: [], upgrade: { grade: "loses", loses: ["shop.fax", "shop.note"] } },
  ],
];

test("what a revision does wrong is found, and what is right is not", () =>
  withProject(async (project, url) => {
    const ids = CHAIN.map((_, at) => `bbbb2222000${at}`);
    project.write(
      Object.fromEntries(
        CHAIN.map(([, up, down], at) => [
          `migrations/2-${at}.ts`,
          revisionText(ids[at] ?? "", ids[at - 1] ?? FIRST, up, down),
        ]),
      ),
    );
    const ran = await project.run("verify", ...ids, "--on", url, "--url", url, "--json", "--accept-loss", "shop.fx");
    expect(ran.stderr).toBe("Note: --accept-loss shop.fx names no column and no table of these revisions.\n");
    const { revisions } = JSON.parse(ran.stdout);
    for (const [at, [what, , , proof]] of CHAIN.entries()) expect(revisions[at], what).toMatchObject(proof);
  }));

test("the history is run again once after a revision that cannot be run, and not for each one that follows", () =>
  withProject(async (project, url) => {
    const count = "__ranFirst";
    const runs = (): number => Reflect.get(globalThis, count) ?? 0;
    const open = `  op.todo("Which name?");`;
    const followers = ["cccc01", "cccc02", "cccc03"];
    project.write({
      "migrations/1.ts": revisionText(
        FIRST,
        null,
        `${TABLES}\n  op.run(() => { globalThis.${count} = (globalThis.${count} ?? 0) + 1; });`,
      ),
      "migrations/2.ts": revisionText(SECOND, FIRST, open),
      ...Object.fromEntries(
        followers.map((id, at) => [`migrations/3-${at}.ts`, revisionText(id, followers[at - 1] ?? SECOND)]),
      ),
    });
    const ran = await project.run("verify", FIRST, SECOND, ...followers, "--on", url, "--url", url, "--json");
    const reasons = JSON.parse(ran.stdout).revisions.map(({ notProved }: { notProved: { reason: string }[] }) =>
      notProved.map(({ reason }) => reason),
    );
    const failed = [expect.stringMatching(`^Revision ${SECOND}, which runs before it, failed: `)];
    expect(reasons.slice(2)).toEqual([failed, failed, failed]);
    // It is run for the first three revisions, and not for the last two.
    expect(runs()).toBe(3);
    Reflect.deleteProperty(globalThis, count);
  }));

test("two heads are compared in columns that they rename, and only if all tables have rows", () =>
  withProject(async (project, url) => {
    const heads = async () => JSON.parse((await project.run("verify", "--heads", "--on", url, "--json")).stdout).heads;
    const picky = `  op.createTable("picky", { columns: [{ name: "id", type: "text" }] });
  op.createCheckConstraint("picky", { name: "CHK_picky", expression: "md5(id) LIKE 'acbd18db4cc2f85cedef654fccc4a4d%'" });`;
    const copies = `  op.sql("UPDATE shop SET note = fax");\n  op.renameColumn("shop", "note", "remark");`;
    project.write({
      "migrations/1.ts": revisionText(FIRST, null, `${TABLES}\n${picky}`),
      "migrations/2.ts": revisionText(SECOND, FIRST, copies),
      "migrations/3.ts": revisionText(THIRD, FIRST, `  op.sql("UPDATE shop SET fax = 'x'");`),
    });
    expect(await heads()).toEqual({
      equal: false,
      difference: "picky could not be filled: CHK_picky. A seed.sql helps",
    });
    project.write({ "seed.sql": "INSERT INTO picky VALUES ('foo')" });
    expect(await heads()).toEqual({
      equal: false,
      difference: expect.stringMatching(
        `^The rows differ, first in shop.remark: '.*' after ${SECOND}, ${THIRD}, and 'x' after ${THIRD}, ${SECOND}.$`,
      ),
    });
  }));

/** What the heads of a history do, each one alone, and what comes of it. */
const HEADS: readonly (readonly [what: string, heads: readonly string[], proof: object])[] = [
  [
    "three heads that do not touch one another, and a time and numbers of new rows",
    [
      `  op.sql("CREATE TABLE a AS SELECT id, now() AS at FROM shop");\n  op.run(async (db) => void (await db.query("UPDATE shop SET note = clock_timestamp()::text")));`,
      `  op.addColumn("shop", { name: "phone", type: "text", nullable: true });\n  op.sql("UPDATE shop SET phone = fax");`,
      `  op.createTable("b", { columns: [{ name: "id", type: "serial" }], primaryKey: { columns: ["id"] } });\n  op.sql("INSERT INTO b DEFAULT VALUES");`,
    ],
    { equal: true },
  ],
  [
    "rows that one inserts and the other deletes",
    [`  op.sql("INSERT INTO tick VALUES (true)");`, `  op.sql("DELETE FROM tick");`],
    {
      equal: false,
      difference: expect.stringMatching(/^The rows differ, first in tick: 0 rows after .*, and 1 row after /),
    },
  ],
  [
    "a column that both rename",
    [`  op.renameColumn("shop", "fax", "phone");`, `  op.renameColumn("shop", "fax", "mobile");`],
    { equal: false, difference: expect.stringMatching(/^In the order .* an upgrade failed: /) },
  ],
  [
    "rows in the way that are accepted",
    [
      `  op.accept("rows-in-the-way", "each has one");\n  op.alterColumn("shop", "fax", { nullable: false });`,
      `  op.renameColumn("shop", "note", "remark");`,
    ],
    { equal: true },
  ],
];

test.each(HEADS)("heads are compared: %s", async (_, ups, proof) =>
  withProject(async (project, url) => {
    const ids = ups.map((__, at) => `bbbb0000000${at}`);
    project.write({
      "migrations/1.ts": revisionText(FIRST, null, TABLES),
      ...Object.fromEntries(ups.map((up, at) => [`migrations/2-${at}.ts`, revisionText(ids[at] ?? "", FIRST, up)])),
    });
    const ran = await project.run("verify", "--heads", "--on", url, "--json");
    expect(JSON.parse(ran.stdout).heads).toEqual(proof);
  }),
);

test("what cannot be tried is refused at once, with what to type next", () =>
  withProject(async (project, url) => {
    project.write({ "migrations/2.ts": revisionText(SECOND, FIRST) });
    const verify = (...args: readonly string[]) => project.run("verify", ...args, "--quiet");
    expectRefused(await verify(SECOND, "--all"), "USAGE", /^USAGE: --all says /, `remodel verify ${SECOND}`);
    expectRefused(await verify("--heads", "--from-live"), "USAGE", "mutually exclusive", "--help");
    const missing = await verify(SECOND, "--on", `${url}_not`);
    expectRefused(missing, "DATABASE_UNREACHABLE", "does not exist", /--on postgres:\/\/…\/postgres$/);
    const admin = await connect(url);
    const role = `plain_${new URL(url).pathname.slice(-12)}`;
    try {
      await admin.query(`CREATE ROLE ${role} LOGIN`);
      const plain = await verify(SECOND, "--on", Object.assign(new URL(url), { username: role }).href);
      expectRefused(plain, "DATABASE_FORBIDDEN", "permission denied to create database", "CREATEDB");
    } finally {
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
    }
    project.write({
      "ormconfig.ts": ORMCONFIG,
      "migrations/2.ts": revisionText(SECOND, FIRST, `  op.sql("SELECT pg_sleep(601)");`),
      "migrations/3.ts": revisionText(THIRD, SECOND),
    });
    expectRefused(await verify("--all", "--on", url), "MODELS_EMPTY", "entit", "Correct the patterns");
  }));

const SLEEPING = `SELECT DISTINCT datname::text AS name FROM pg_stat_activity
  WHERE query = 'SELECT pg_sleep(602)' AND state = 'active' AND datname LIKE 'remodel_verify_%'`;

test("a signal ends every command that tries something, and its database is dropped", () =>
  withProject(async (project, url) => {
    project.write({
      "ormconfig.ts": ORMCONFIG,
      "models/shop.ts": `import { Entity, PrimaryColumn } from "typeorm";\n@Entity()\nexport class Shop { @PrimaryColumn() id: number; }\n`,
      "migrations/2.ts": revisionText(SECOND, FIRST, `  op.sql("SELECT pg_sleep(602)");`),
      "migrations/3.ts": revisionText(THIRD, FIRST),
    });
    const client = await connect(url);
    const commands = ["verify --heads", "merge heads --prove", "review --measure --no-database"].map((line) =>
      project.start(...line.split(" "), "--on", url, "--url", url, "--quiet"),
    );
    try {
      const names = await until(async () => {
        const found = (await client.query<{ name: string }>(SLEEPING)).rows.map(({ name }) => name);
        const hasEnded = commands.some(({ child }) => child.exitCode !== null);
        return found.length === commands.length || hasEnded ? found : undefined;
      });
      for (const [at, { child }] of commands.entries()) child.kill(at % 2 === 0 ? "SIGTERM" : "SIGINT");
      const ended = await Promise.all(commands.map((command) => command.ended));
      const stderr = expect.stringMatching(/^CANCELLED: /m);
      expect(ended).toEqual([143, 130, 143].map((code) => ({ code, stdout: "", stderr })));
      const left = await client.query("SELECT FROM pg_database WHERE datname = ANY ($1)", [names]);
      expect([names.length, left.rowCount]).toEqual([commands.length, 0]);
    } finally {
      await killAll(commands);
      await client.end();
    }
  }));

async function withProject(body: (project: CliProject, url: string) => Promise<void>): Promise<void> {
  await withDatabase(newest(), async (url) => {
    const project = cliProject(PROJECT, url);
    addEmbedded(project);
    await body(project, url);
  });
}
