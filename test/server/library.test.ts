import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DataSource, EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import * as remodel from "../../src/index.ts";
import { cliProject, MODULE, SHOP as SHOP_FILES } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";

const SHOP = new EntitySchema({
  name: "shop",
  columns: { id: { type: "int", primary: true, generated: true }, name: { type: "text" } },
});
const FAX = new EntitySchema({ name: "fax", columns: { id: { type: "int", primary: true } } });

test("every command is a function that takes a data source or its options, and returns data", () =>
  withDatabase(newest(), async (url) => {
    const cwd = cliProject(MODULE).folder;
    const options = { type: "postgres", url, entities: [SHOP] } as const;
    const place = { dataSource: options, migrations: "revisions", cwd };

    expect(await remodel.isAtHead(place)).toBe(false);
    await expect(remodel.upgrade(place)).rejects.toMatchObject({ code: "HISTORY_EMPTY" });
    const written = await remodel.revision(place, { message: "Shops.", autogenerate: true, revisionId: "a1" });
    expect(written).toMatchObject({ revision: { id: "a1", down: [] }, questions: 0 });
    expect(readdirSync(join(cwd, "revisions"))).toEqual(["a1_shops.ts"]);
    expect(await remodel.pendingRevisions(place)).toMatchObject([{ id: "a1", message: "Shops" }]);
    const { review, notes } = await remodel.review(place);
    expect({ findings: review.findings, notes }).toEqual({ findings: [], notes: [] });
    expect(await remodel.verify(place, ["a1"], { on: url, rows: 1 })).toMatchObject({
      proofs: [{ revision: "a1", proved: true }],
    });
    expect(await remodel.plan(place, "upgrade")).toMatch('CREATE TABLE "shop"');
    expect(await remodel.script(place, "upgrade", "heads")).toMatch('CREATE TABLE "shop"');
    expect(await remodel.upgrade(place)).toMatchObject({
      direction: "upgrade",
      revisions: [{ revision: { id: "a1" } }],
    });
    expect(await remodel.upgrade(place)).toEqual({ direction: "upgrade", revisions: [] });
    expect(await remodel.plan(place, "upgrade")).toBe("");
    expect(await remodel.isAtHead(place)).toBe(true);
    expect(await remodel.check(place)).toMatchObject({ inSync: true });
    expect(await remodel.current(place)).toMatchObject({ current: ["a1"], pending: [] });

    // A data source that is in use keeps its connections; patterns and classes mean what they mean to TypeORM.
    const dataSource = await new DataSource({ ...options, entities: [SHOP, FAX] }).initialize();
    try {
      const inUse = { ...place, dataSource };
      expect(await remodel.diff(inUse)).toMatchObject({ inSync: false, text: expect.stringMatching(/^\+table fax$/m) });
      await remodel.revision(inUse, { message: "Faxes.", autogenerate: true, revisionId: "b2" });
      await remodel.upgrade(inUse, "b2", { lockTimeout: 1000 });
      expect(await dataSource.getRepository("fax").count()).toBe(0);
    } finally {
      await dataSource.destroy();
    }
    const squashed = await remodel.squash(place, "base:b2", { on: url, revisionId: "s5", dryRun: true });
    expect(squashed).toMatchObject({ revision: "s5", replaces: ["a1", "b2"], proved: true });
    await remodel.revision(place, { message: "Other.", head: ["a1"], splice: true, revisionId: "c3" });
    expect((await remodel.heads(place)).map(({ id }) => id).sort()).toEqual(["b2", "c3"]);
    expect(await remodel.merge(place, ["heads"], { revisionId: "d4" })).toMatchObject({
      revision: { id: "d4" },
      downRevision: ["b2", "c3"],
      overlaps: [],
    });
    expect((await remodel.history(place)).map(({ id }) => id)).toEqual(["d4", "c3", "b2", "a1"]);
    expect(await remodel.branches(place)).toEqual([
      { revision: "a1", message: "Shops", followers: expect.arrayContaining(["b2", "c3"]) },
    ]);
    expect(await remodel.show(place, "current")).toMatchObject({ id: "b2", text: expect.stringContaining("fax") });
    expect(await remodel.todos(place)).toEqual([]);
    expect(await remodel.resolve(place, undefined, { accept: ["all"] })).toMatchObject({ answered: [] });
    expect(await remodel.stamp(place, ["heads"])).toMatchObject({ current: ["d4"] });
    expect(await remodel.sizes(place)).toMatchObject({ "public.shop": expect.anything() });
    expect(await remodel.dev(place, url)).toMatchObject({
      inSync: false,
      text: expect.stringMatching(/^-table fax$/m),
    });
    expect(await remodel.build(place, "out")).toMatchObject({ folder: join(cwd, "out"), revisions: 4 });
    expect(await remodel.isAtHead({ ...place, migrations: "out" })).toBe(true);
    expect(await remodel.downgrade(place, "base")).toMatchObject({ direction: "downgrade" });
    expect(await remodel.current(place)).toMatchObject({ current: [] });
  }));

test("a revision moves behind another one, and a project is examined", () =>
  withDatabase(newest(), async (url) => {
    const { folder: cwd } = cliProject(SHOP_FILES, url);
    const place = { url, cwd };
    await remodel.revision(place, { message: "One.", revisionId: "one1" });
    for (const revisionId of ["two2", "two3"])
      await remodel.revision(place, { message: "Two.", head: ["one1"], splice: true, revisionId });
    expect(await remodel.rebase(place, "two3", "two2")).toMatchObject({ revision: { down: ["two2"] }, before: "one1" });
    expect((await remodel.heads(place)).map(({ id }) => id)).toEqual(["two3"]);
    expect(await remodel.doctor(place)).toMatchObject({ problems: 0, lines: expect.any(Array) });
    await expect(remodel.doctor({ ...place, dataSource: {} })).rejects.toMatchObject({ code: "USAGE" });
  }));

test("a fleet is looked at, stamped and grows by functions", () =>
  withDatabase(newest(), async (url) => {
    const { folder: cwd } = cliProject(
      {
        ...SHOP_FILES,
        "remodel.config.ts": `export const remodel = { url: "${url}", fleet: { tenants: { schemas: "mall_*" } } };\n`,
      },
      url,
    );
    await remodel.revision({ url, cwd }, { message: "Malls.", revisionId: "a1" });
    await expect(remodel.createTenant({ cwd }, "mall_1", "nowhere")).rejects.toMatchObject({
      code: "REVISION_UNKNOWN",
    });
    expect(await remodel.createTenant({ cwd }, "mall_1")).toMatchObject({ outcome: "upgraded", to: ["a1"] });
    const client = await connect(url);
    await client.query("CREATE SCHEMA mall_2");
    await client.end();
    const fleet = await remodel.openFleet({ cwd });
    expect(await remodel.fleetPreflight(fleet)).toMatchObject({
      target: ["a1"],
      classes: [{ state: "there" }, { state: "ready" }],
    });
    expect(await remodel.fleetSizes(fleet)).toEqual({ sizes: expect.any(Object), unread: [] });
    expect(await remodel.fleetStatus(fleet)).toMatchObject({ counts: { there: 1 } });
    expect(await remodel.fleetStamp(fleet, "head", { like: "mall_1" })).toMatchObject({ outcome: "done" });
    expect(await remodel.fleetStatus(fleet)).toMatchObject({ counts: { there: 2 } });
    expect(await remodel.fleetCheck(fleet)).toMatchObject({ classes: [{ count: 2 }] });
  }));

test("a session that is given stays open, and a configuration may be given too", () =>
  withDatabase(newest(), async (url) => {
    const cwd = cliProject(MODULE).folder;
    const dataSource = { type: "postgres", entities: [SHOP] };
    const place = { dataSource, url, cwd, config: { migrations: "db", stateTable: "applied" } };
    await remodel.revision(place, { message: "Shops.", autogenerate: true });
    const session = await remodel.openSession({
      project: await remodel.openProject({ cwd, migrations: "db", dataSourceOptional: true }),
      connection: url,
    });
    expect(await remodel.pendingRevisions(session)).toHaveLength(1);
    expect(await remodel.isAtHead(session)).toBe(false);
    await session.close();
    await remodel.upgrade(place);
    expect(await remodel.isAtHead(place)).toBe(true);
    await remodel.revision(place, { message: "New.", revisionId: "new1" });
    await remodel.upgrade(place);
    rmSync(join(cwd, "db/new1_new.ts"));
    expect(await remodel.isAtHead(place)).toBe(true); // newer code has upgraded the database
    await expect(remodel.check({ dataSource: { type: "mysql" }, cwd })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
  }));

test("a database that has its tables already is adopted by a function", () =>
  withDatabase(newest(), async (url) => {
    const cwd = cliProject(SHOP_FILES, url).folder;
    const client = await connect(url);
    await client.query("CREATE TABLE shop (id serial PRIMARY KEY, name character varying NOT NULL)");
    await client.end();
    const place = { dataSource: "ormconfig.ts", url, cwd };
    const adopted = await remodel.adopt(place, { on: url, revisionId: "base1" });
    expect(adopted).toMatchObject({ baseline: { revision: "base1" }, proved: true, stamped: true, differs: false });
    expect(await remodel.isAtHead(place)).toBe(true);
    await expect(remodel.adopt({ ...place, dataSource: { type: "postgres" } })).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("the path of the file"),
    });
  }));
