import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { NOTHING } from "../../src/kinds/apply.ts";
import { fixText } from "../../src/review/fix.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { findRewritings, type Rewritings } from "../../src/review/rewrite.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { loadRevisions } from "../../src/state/revisions.ts";
import { listCatalog } from "../support/observer.ts";
import { inSession, type Place, reopened, withKeptPlace, writeRevision } from "../support/running.ts";
import { anyMajors, newest } from "../support/servers.ts";

const BASE = `op.createTable("mall", { columns: [{ name: "id", type: "serial" }], primaryKey: { columns: ["id"] } });
  op.createTable("shop", {
    columns: [
      { name: "id", type: "serial" },
      { name: "mall_id", type: "integer", nullable: true },
      { name: "code", type: "character varying(20)", nullable: true },
      { name: "Odd \\"name\\"", type: "text", nullable: true },
    ],
    primaryKey: { columns: ["id"] },
  });
  op.createIndex("shop", { name: "IDX_code", columns: ["code"] });
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });
  op.createTable("bill", { columns: [{ name: "id", type: "integer", nullable: true }, { name: "no", type: "integer" }] });`;
const ROWS = `INSERT INTO mall SELECT at FROM generate_series(1, 5) at;
  INSERT INTO shop SELECT at, 1 + at % 5, 'c' || at, 'x' FROM generate_series(1, 50) at;
  INSERT INTO bill SELECT at, at FROM generate_series(1, 50) at;`;

/** A change that blocks others as long as it works, and its way back. */
interface Change {
  readonly what: string;
  readonly up: string;
  readonly down: string;
  /** Other lines of the file, which stay. */
  readonly stays?: string;
  /** After a stop in the middle it can only be finished. */
  readonly oneWay?: true;
}

const CHANGES: readonly Change[] = [
  {
    what: "NOT NULL",
    up: `op.alterColumn("shop", "code", { nullable: false }); // why`,
    down: `op.alterColumn("shop", "code", { nullable: true });`,
    stays: "// why",
  },
  {
    what: "NOT NULL of an odd name",
    up: `op.alterColumn("shop", 'Odd "name"', { nullable: false });`,
    down: `op.alterColumn("shop", 'Odd "name"', { nullable: true });`,
  },
  {
    what: "a check",
    up: `op.createCheckConstraint("shop", { name: "CHK_code", expression: "code <> ''" });`,
    down: `op.dropConstraint("shop", "CHK_code");`,
  },
  {
    what: "a foreign key",
    up: `op.createForeignKey("shop", {
    name: "FK_mall",
    columns: ["mall_id"],
    references: { table: "mall", columns: ["id"] },
    onDelete: "CASCADE",
    deferrable: "INITIALLY DEFERRED",
  });
  op.dropColumn("shop", "Odd \\"name\\"");`,
    down: `op.addColumn("shop", { name: 'Odd "name"', type: "text", nullable: true }, { after: "code" });
  op.dropConstraint("shop", "FK_mall");`,
    stays: "op.dropColumn(",
  },
  {
    what: "an index",
    up: `// Malls are looked up.
  op.createIndex("shop", { name: "IDX_mall", columns: ["mall_id", "code"], unique: true, where: "mall_id > 0" });`,
    down: `op.dropIndex("shop", "IDX_mall");`,
    stays: "// Malls are looked up.",
  },
  {
    what: "an index instead of one",
    up: `op.dropIndex("shop", "IDX_code");
  op.createIndex("shop", { name: "IDX_code", columns: ["code", "id"] });`,
    down: `op.dropIndex("shop", "IDX_code");
  op.createIndex("shop", { name: "IDX_code", columns: ["code"] });`,
    oneWay: true,
  },
  {
    what: "a unique constraint",
    up: `op.createUniqueConstraint("shop", { name: "UQ_shop", columns: ["mall_id", "code"], deferrable: "INITIALLY IMMEDIATE" });`,
    down: `op.dropConstraint("shop", "UQ_shop");`,
  },
  {
    what: "a unique constraint instead of one",
    up: `op.dropConstraint("shop", "UQ_code");
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code", "mall_id"] });`,
    down: `op.dropConstraint("shop", "UQ_code");
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });`,
  },
  {
    what: "a primary key over columns that may be NULL",
    up: `op.createPrimaryKey("bill", { name: "PK_bill", columns: ["no", "id"] });`,
    down: `op.dropConstraint("bill", "PK_bill");
  op.alterColumn("bill", "id", { nullable: true });`,
    oneWay: true,
  },
  {
    what: "a volatile default",
    up: `op.addColumn("shop", { name: "token", type: "uuid", default: "gen_random_uuid()", comment: "Secret" });`,
    down: `op.dropColumn("shop", "token");`,
  },
  {
    what: "a volatile default of a column that may be NULL",
    up: `op.addColumn("shop", { name: "at", type: "timestamp with time zone", nullable: true, default: "clock_timestamp()" });`,
    down: `op.dropColumn("shop", "at");`,
  },
  ...["smallserial", "serial", "bigserial"].map((type) => ({
    what: `a ${type} column`,
    up: `op.addColumn("shop", { name: "no", type: "${type}" });`,
    down: `op.dropColumn("shop", "no");`,
  })),
  ...["ALWAYS", "BY DEFAULT"].map((identity) => ({
    what: `an identity column, ${identity}`,
    up: `op.addColumn("shop", { name: "no", type: "bigint", generatedIdentity: "${identity}" });`,
    down: `op.dropColumn("shop", "no");`,
  })),
];

const file = (place: Place) => join(place.folder, "r2.ts");

/** What can be rewritten in the second revision of a history. */
async function findIn(place: Place): Promise<Rewritings> {
  return await inSession(place, async (session) => {
    const revisions = [...session.graph().revisions.values()].sort((a, b) => a.id.localeCompare(b.id));
    const loaded = await loadRevisions(session.loader, revisions);
    const run = loaded.map((one, at) => ({ loaded: one, isReviewed: at === 1, runs: at === 1 }));
    const known = { before: NOTHING, own: "public", isVolatile: judgeVolatility(), showPath: (path: string) => path };
    const [reviewed] = prepareRevisions(run, { ...known, asIfLarge: true });
    return findRewritings(reviewed!);
  });
}

const goes = async (place: Place, way: typeof upgrade | typeof downgrade, target: string) => {
  const again = await reopened(place);
  return await inSession(again, (session) => way(session, target)).then(
    () => "done",
    ({ code }: { readonly code?: string }) => code,
  );
};

/** Where a run can stop so that a part of it stays: after a transaction. What comes of it does not differ by major. */
function findStops(calls: readonly string[], major: number): readonly number[] {
  const stops = calls.flatMap((call, at) => (/op\.commit|op\.backfill|concurrently/.test(call) ? [at + 1] : []));
  return major === newest() ? stops : [];
}

const rows = async ({ admin }: Place) => {
  const { rows: all } = await admin.query("SELECT id, mall_id, code FROM shop ORDER BY id");
  return all;
};

for (const major of anyMajors())
  test.each(CHANGES)(
    `PostgreSQL ${major}: $what is rewritten to steps that give the same, both ways, from every stop`,
    (change) =>
      withKeptPlace(async (place) => {
        writeRevision(place, "r1", null, BASE, "", `for (const name of ["bill", "shop", "mall"]) op.dropTable(name);`);
        writeRevision(place, "r2", "r1", change.up, "", change.down);
        expect(await goes(place, upgrade, "r1")).toBe("done");
        await place.admin.query(ROWS);
        const before = { catalog: await listCatalog(place.admin), rows: await rows(place) };
        expect(await goes(place, upgrade, "r2")).toBe("done");
        const plain = await listCatalog(place.admin);
        expect(await goes(place, downgrade, "r1")).toBe("done");
        expect(await listCatalog(place.admin)).toBe(before.catalog);

        const { found, left } = await findIn(await reopened(place));
        expect(left).toEqual([]);
        expect(found).toHaveLength(1);
        const fixed = fixText(readFileSync(file(place), "utf8"), found, morph);
        expect(fixed.left).toEqual([]);
        expect(fixed.text).toContain(change.stays ?? "op.");
        writeFileSync(file(place), fixed.text);
        expect(await findIn(await reopened(place))).toEqual({ found: [], left: [] });

        const [, up = "", down = ""] =
          /upgrade\(op: Operations\): void \{\n([\s\S]*?)\n\}[\s\S]*downgrade\(op: Operations\): void \{\n([\s\S]*?)\n\}/.exec(
            fixed.text,
          ) ?? [];
        const calls = up.split(/(?<=\);)\n/);
        for (const stop of findStops(calls, major)) {
          const broken = [...calls.slice(0, stop), `  op.sql("SELECT 1 / 0");`, ...calls.slice(stop)].join("\n");
          writeFileSync(
            file(place),
            fixed.text.replace(up, () => broken),
          );
          expect(await goes(place, upgrade, "r2"), up).toBe("REVISION_FAILED");
          if (stop % 2 === 0 || change.oneWay) {
            expect(await goes(place, downgrade, "r1"), broken).toBe(change.oneWay ? "REVISION_HALF_APPLIED" : "done");
            const back = { catalog: await listCatalog(place.admin), rows: await rows(place) };
            if (!change.oneWay) expect(back, broken).toEqual(before);
          }
          writeFileSync(file(place), fixed.text);
          expect(await goes(place, upgrade, "r2"), down).toBe("done");
          expect(await listCatalog(place.admin), broken).toBe(plain);
          expect(await goes(place, downgrade, "r1")).toBe("done");
          expect({ catalog: await listCatalog(place.admin), rows: await rows(place) }).toEqual(before);
        }
      }, major),
  );
