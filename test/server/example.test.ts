import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { openSession, type Session } from "../../src/state/session.ts";
import { readSyncStatus } from "../../src/state/sync-status.ts";
import { listCatalog, listRows, type Rows } from "../support/observer.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What is put into the tables once a revision is applied. */
const ROWS = (revision: string) => `${ROOT}/test/fixtures/example/${revision.slice(0, 4)}.sql`;

/** What a revision drops, or writes into rows that were there before. */
const LOST = ["brand.fax", "shop.status", "store.status", "tenant.email", "unit.area"];

/** What a stage of the way looks like from outside; columns that were dropped and added again stand at the end. */
interface Stage {
  readonly revision: string;
  readonly catalog: string;
  readonly rows: Rows;
}

test.each([...new Set([oldest(), newest()])])(
  "the example's revisions go up, down and up again with rows in the tables, on PostgreSQL %i",
  async (major) => {
    await withDatabase(major, async (url) => {
      const session = await openSession({ cwd: ROOT, url });
      const client = await connect(url);
      try {
        const empty = await listCatalog(client);
        const stages = await climb(session, client);
        expect(stages).toHaveLength(session.graph().revisions.size);
        expect(stages.length).toBeGreaterThan(6);
        await expectInSync(session);
        const { tenant, shop } = stages.at(-1)!.rows;
        expect(tenant).toContainEqual(expect.objectContaining({ email: "invoices+che200@malls.example" }));
        expect(shop).toContainEqual(expect.objectContaining({ code: "S2", status: "renovating" }));

        await descend(session, client, stages);
        expect(await listCatalog(client)).toBe(empty);
        await upgrade(session);
        await expectInSync(session);
      } finally {
        await client.end();
        await session.close();
      }
    });
  },
);

test("TypeScript accepts models, ormconfig.ts and migrations as an editor sees them", () => {
  const tsc = `${ROOT}/node_modules/typescript/bin/tsc`;
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: ROOT, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

/** Applies one revision after the other and fills its tables. */
async function climb(session: Session, client: pg.Client): Promise<Stage[]> {
  const stages: Stage[] = [];
  const { pending } = await readSyncStatus(session);
  for (const revision of pending) {
    await upgrade(session, revision);
    if (existsSync(ROWS(revision))) await client.query(readFileSync(ROWS(revision), "utf8"));
    stages.push(await stageOf(revision, client));
  }
  return stages;
}

/** Takes back one revision after the other; each is applied once more and taken back again. */
async function descend(session: Session, client: pg.Client, stages: readonly Stage[]): Promise<void> {
  for (const [at, above] of [...stages.entries()].reverse()) {
    const below = stages[at - 1];
    await downgrade(session, "-1");
    if (below === undefined) return;
    await expectStage(client, below);
    await upgrade(session, "+1");
    expect((await stageOf(above.revision, client)).catalog).toBe(above.catalog);
    await downgrade(session, "-1");
    await expectStage(client, below);
  }
}

/** The catalog is that of the stage, and so are its rows. */
async function expectStage(client: pg.Client, stage: Stage): Promise<void> {
  const { catalog, rows } = await stageOf(stage.revision, client);
  expect(catalog).toBe(stage.catalog);
  expect(kept(rows)).toEqual(kept(stage.rows));
}

/** The rows without those columns, sorted. */
function kept(rows: Rows): unknown {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [
      table,
      list
        .map((row) =>
          JSON.stringify(
            Object.entries(row)
              .filter(([column]) => !LOST.includes(`${table}.${column}`))
              .sort(),
          ),
        )
        .sort(),
    ]),
  );
}

async function stageOf(revision: string, client: pg.Client): Promise<Stage> {
  const { typeorm_metadata: _, ...rows } = await listRows(client);
  return { revision, catalog: await listCatalog(client, { columnOrder: false }), rows };
}

async function expectInSync(session: Session): Promise<void> {
  const { upgrade, downgrade, unreadable, unmodelled } = await compare(session);
  expect({ upgrade, downgrade, unreadable, unmodelled }).toEqual({
    upgrade: [],
    downgrade: [],
    unreadable: [],
    unmodelled: [],
  });
}
