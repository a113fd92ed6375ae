import { expect, test } from "vitest";
import { stamp } from "../../src/author/stamp.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { inSession, type Place, reopened, withPlace, writeRevision } from "../support/running.ts";

const APART = "export const transaction = false;";
const SHOP = `op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "old", type: "text", nullable: true }], primaryKey: { columns: ["id"] } });`;
const STOP = `op.sql("SELECT 1 / 0");`;

/** A revision that stops in its middle, and its way back; `finish` is what the failing line becomes. */
interface Interrupted {
  readonly what: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Where a person has to decide. */
  readonly unclear?: true;
  /** Its transactions end where it says so, with `op.commit`. Otherwise each operation has its own. */
  readonly commits?: true;
}

const CHECK = `op.createCheckConstraint("shop", { name: "c", expression: "id > 0" }, { notValid: true });`;
const COMMIT = "op.commit();";

const COLUMN = `op.addColumn("shop", { name: "n", type: "integer", nullable: true });`;
const NO_COLUMN = `op.dropColumn("shop", "n");`;

const INTERRUPTED: readonly Interrupted[] = [
  { what: "operations", up: [COLUMN, STOP], down: [NO_COLUMN] },
  {
    what: "more of them",
    up: [COLUMN, STOP, `op.createTable("mall", { columns: [{ name: "id", type: "integer" }] });`],
    down: [`op.dropTable("mall");`, NO_COLUMN],
  },
  {
    what: "a drop that was not reached keeps its rows",
    up: [
      `op.createIndex("shop", { name: "shop_old", columns: ["old"] });`,
      STOP,
      `op.renameTable("shop", "store");`,
      `op.createTable("shop", { columns: [{ name: "x", type: "integer" }] });`,
    ],
    down: [`op.dropTable("shop");`, `op.renameTable("store", "shop");`, `op.dropIndex("shop", "shop_old");`],
  },
  {
    what: "renames and constraints",
    up: [
      `op.renameColumn("shop", "old", "older");`,
      `op.createCheckConstraint("shop", { name: "c", expression: "id > 0" });`,
      STOP,
      `op.dropColumn("shop", "older");`,
    ],
    down: [
      `op.addColumn("shop", { name: "older", type: "text", nullable: true });`,
      `op.dropConstraint("shop", "c");`,
      `op.renameColumn("shop", "older", "old");`,
    ],
  },
  {
    what: "statements of one's own",
    up: [`op.sql("ALTER TABLE shop ADD COLUMN n integer");`, STOP],
    down: [`op.sql("ALTER TABLE shop DROP COLUMN n");`],
  },
  {
    what: "tables of one's own",
    up: [`op.sql("CREATE TABLE mall (id integer)");`, STOP, `op.sql("CREATE TABLE pond (id integer)");`],
    down: [`op.sql("DROP TABLE pond");`, `op.sql("DROP TABLE IF EXISTS mall");`],
  },
  {
    what: "rows, by place",
    up: [`op.sql("UPDATE shop SET id = id + 10");`, STOP, `op.sql("UPDATE shop SET id = id + 7");`],
    down: [`op.sql("UPDATE shop SET id = id - 7");`, `op.sql("SELECT 1");`, `op.sql("UPDATE shop SET id = id - 10");`],
  },
  {
    what: "rows, unclear",
    up: [`op.sql("UPDATE shop SET id = id + 10");`, STOP, `op.sql("UPDATE shop SET id = id + 7");`],
    down: [`op.sql("UPDATE shop SET id = id - 17");`],
    unclear: true,
  },
  {
    what: "transactions that the revision ends itself",
    up: [COLUMN, COMMIT, `op.createIndex("shop", { name: "shop_n", columns: ["n"] });`, STOP],
    down: [`op.dropIndex("shop", "shop_n");`, COMMIT, NO_COLUMN],
    commits: true,
  },
  {
    what: "a check that is there for a while",
    up: [
      CHECK,
      COMMIT,
      `op.validateConstraint("shop", "c");`,
      COMMIT,
      STOP,
      `op.alterColumn("shop", "old", { nullable: false });`,
      `op.dropConstraint("shop", "c");`,
    ],
    down: [`op.alterColumn("shop", "old", { nullable: true });`],
    commits: true,
  },
  {
    what: "an index that becomes a constraint",
    up: [
      `op.createIndex("shop", { name: "shop_id", columns: ["id"], unique: true }, { concurrently: true });`,
      STOP,
      `op.createUniqueConstraint("shop", { name: "u", columns: ["id"] }, { usingIndex: "shop_id" });`,
    ],
    down: [`op.dropConstraint("shop", "u");`],
    commits: true,
  },
];

const go = (place: Place, way: "upgrade" | "downgrade", target: string) =>
  inSession(place, (session) => (way === "upgrade" ? upgrade : downgrade)(session, target)).then(
    ({ revisions }) => revisions.map(({ revision }) => revision.id),
    (error: unknown) => error,
  );

const write = (place: Place, { up, down, commits }: Omit<Interrupted, "what">) => {
  writeRevision(place, "r2", "r1", up.join("\n  "), commits ? "" : APART, down.join("\n  "));
  return reopened(place);
};

async function contents(place: Place): Promise<unknown> {
  const { rows } = await place.admin.query("SELECT * FROM shop");
  return { catalog: await listCatalog(place.admin), rows };
}

const mended = ({ up, down, ...rest }: Interrupted): Interrupted => ({
  ...rest,
  up: up.map((line) => (line === STOP ? `op.sql("SELECT 1");` : line)),
  down,
});

test("a revision that stopped in its middle is taken back, or finished; nothing goes below or above it", () =>
  withPlace(async (empty) => {
    for (const one of INTERRUPTED) {
      await empty.admin.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      writeRevision(empty, "r1", null, SHOP, "", `op.dropTable("shop");`);
      writeRevision(empty, "r3", "r2", `op.sql("SELECT 1");`);
      const broken = await write(empty, one);
      expect(await go(broken, "upgrade", "r1"), one.what).toEqual(["r1"]);
      await empty.admin.query("INSERT INTO shop VALUES (1, 'a'), (2, 'b')");
      const before = await contents(broken);
      expect(await go(broken, "upgrade", "r3"), one.what).toMatchObject({ code: "REVISION_FAILED" });
      const middle = await contents(broken);
      expect(middle, one.what).not.toEqual(before);
      expect(await go(broken, "downgrade", "r2"), one.what).toMatchObject({ code: "REVISION_HALF_APPLIED" });
      const back = await go(broken, "downgrade", one.unclear ? "base" : "r1");
      if (one.unclear)
        expect(back, one.what).toMatchObject({
          code: "REVISION_HALF_APPLIED",
          hint: expect.stringContaining("remodel stamp r2@r2-1"),
        });
      else expect(back, one.what).toEqual(["r2"]);
      expect(await contents(broken), one.what).toEqual(one.unclear ? middle : before);
      if (!one.unclear) expect(await go(broken, "upgrade", "r2"), one.what).toMatchObject({ code: "REVISION_FAILED" });
      expect(await go(await write(empty, mended(one)), "upgrade", "heads"), one.what).toEqual(["r2", "r3"]);
      const { rows } = await empty.admin.query(
        "SELECT action, count(*)::int FROM remodel_log WHERE revision = 'r2' AND action IN ('upgrade', 'downgrade') GROUP BY 1 ORDER BY 1",
      );
      expect(rows, one.what).toEqual([
        ...(one.unclear ? [] : [{ action: "downgrade", count: 1 }]),
        { action: "upgrade", count: 1 },
      ]);
    }
  }));

test("a downgrade that stopped in its middle is finished, or its revision is applied again; nothing goes above it", () =>
  withPlace(async (empty) => {
    writeRevision(empty, "r1", null, SHOP, "", `op.dropTable("shop");`);
    const index = `op.createIndex("shop", { name: "shop_n", columns: ["n"] });`;
    const place = await write(empty, {
      up: [COLUMN, index],
      down: [`op.dropIndex("shop", "shop_n");`, STOP, NO_COLUMN],
    });
    expect(await go(place, "upgrade", "r2")).toEqual(["r1", "r2"]);
    const whole = await contents(place);
    for (let times = 0; times < 2; times++) {
      expect(await go(place, "downgrade", "r1")).toMatchObject({ code: "REVISION_FAILED" });
      expect(await contents(place)).not.toEqual(whole);
      expect(await go(place, "upgrade", "heads")).toEqual(["r2"]);
      expect(await contents(place)).toEqual(whole);
    }
    expect(await go(place, "downgrade", "base")).toMatchObject({ code: "REVISION_FAILED" });
    const mended = await write(empty, {
      up: [COLUMN, index],
      down: [`op.dropIndex("shop", "shop_n");`, `op.sql("SELECT 1");`, NO_COLUMN],
    });
    expect(await go(mended, "downgrade", "base")).toEqual(["r2", "r1"]);
    expect(await go(mended, "upgrade", "heads")).toEqual(["r1", "r2"]);
    expect(await contents(mended)).toEqual(whole);
  }));

test("a revision whose later steps join one transaction does not run its finished ones again; a stamp ends its notes", () =>
  withPlace(async (empty) => {
    writeRevision(empty, "r1", null, SHOP, "", `op.dropTable("shop");`);
    const place = await write(empty, { up: [COLUMN, STOP], down: [NO_COLUMN] });
    expect(await go(place, "upgrade", "r2")).toMatchObject({ code: "REVISION_FAILED" });
    writeRevision(empty, "r2", "r1", `${COLUMN}\n  op.sql("CREATE TABLE mall ()");`, "", NO_COLUMN);
    expect(await go(await reopened(empty), "upgrade", "r2")).toEqual(["r2"]);

    await empty.admin.query("DROP TABLE mall");
    const again = await write(empty, { up: [COLUMN, STOP], down: [NO_COLUMN] });
    expect(await go(again, "downgrade", "r1")).toEqual(["r2"]);
    expect(await go(again, "upgrade", "r2")).toMatchObject({ code: "REVISION_FAILED" });
    await empty.admin.query("ALTER TABLE shop DROP COLUMN n");
    await inSession(again, (session) => stamp(session, ["r1"]));
    const whole = await write(empty, { up: [COLUMN], down: [NO_COLUMN] });
    expect(await go(whole, "upgrade", "r2")).toEqual(["r2"]);
    expect((await empty.admin.query("SELECT n FROM shop")).rows).toEqual([]);
  }));
