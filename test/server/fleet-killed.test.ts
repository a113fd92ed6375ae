import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { COMMAND } from "../cli/support.ts";
import { FIRST, type Mall, type TestFleet, withFleet } from "../support/fleet.ts";
import { until } from "../support/running.ts";

/** How often a run is killed. */
const KILLS = Number(process.env["REMODEL_FLEET_KILLS"] ?? 2);
/** The lines that a whole run of the journal has, about. */
const LINES = 24;

vi.setConfig({ testTimeout: 600_000 });

const SHOP = `CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, m integer NOT NULL);
INSERT INTO shop SELECT at, 0, 0 FROM generate_series(1, 40) at;`;

function start({ cwd, malls }: TestFleet, ...args: readonly string[]) {
  const tenants = malls.map(({ tenant: { name }, url }) => ({ name, url }));
  writeFileSync(
    join(cwd, "../remodel.config.ts"),
    `export const remodel = { migrations: "revisions", fleet: { tenants: ${JSON.stringify(tenants)} } };\n`,
  );
  const words = [COMMAND, "fleet", "upgrade", "--no-preflight", "--concurrency", "2", ...args];
  return spawn(process.execPath, words, { cwd: join(cwd, ".."), stdio: "ignore" });
}

function countLines({ cwd }: TestFleet): number {
  const home = join(cwd, "../.remodel/fleet");
  if (!existsSync(home)) return 0;
  return readdirSync(home).reduce(
    (sum, name) => sum + readFileSync(join(home, name), "utf8").split("\n").length - 1,
    0,
  );
}

test(`killed ${KILLS} times, the same command finishes, and nothing ran twice`, () =>
  withFleet(4, SHOP, async (fleet) => {
    const { malls, query, write } = fleet;
    let last = FIRST;
    for (let kill = 1; kill <= KILLS; kill++) {
      const id = `k${String(kill).padStart(3, "0")}_step`;
      write(
        `op.sql("UPDATE shop SET n = n + 1");
  op.createIndex("shop", { name: "shop_n_${kill}", columns: ["n"] }, { concurrently: true });
  op.backfill("shop", { set: { m: "m + 1" }, batch: 15 });`,
        "",
        id,
        last,
      );
      last = id;
      rmSync(join(fleet.cwd, "../.remodel"), { recursive: true, force: true });
      const killed = start(fleet);
      const ended = once(killed, "exit");
      const at = Math.floor(Math.random() * LINES);
      await until(async () => (countLines(fleet) >= at || killed.exitCode !== null ? true : undefined));
      killed.kill("SIGKILL");
      await ended;
      const [code] = await once(start(fleet), "exit");
      expect({ kill, at, code }).toEqual({ kill, at, code: 0 });
      for (const mall of malls)
        expect({ kill, at, ...(await readState(query, mall)) }).toEqual({
          kill,
          at,
          n: [kill],
          m: [kill],
          twice: 0,
          revisions: kill + 1,
          invalid: 0,
        });
    }
  }));

async function readState(query: TestFleet["query"], mall: Mall): Promise<object> {
  const [row] = await query(
    mall,
    `SELECT (SELECT array_agg(DISTINCT n) FROM shop) AS n, (SELECT array_agg(DISTINCT m) FROM shop) AS m,
  (SELECT count(*)::integer FROM (SELECT FROM remodel_log WHERE action = 'upgrade' GROUP BY revision HAVING count(*) > 1) x) AS twice,
  (SELECT count(*)::integer FROM remodel_revision) AS revisions, (SELECT count(*)::integer FROM pg_index WHERE NOT indisvalid) AS invalid`,
  );
  return row ?? {};
}
