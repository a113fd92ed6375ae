import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { RunReport } from "../../src/fleet/report.ts";
import { runInProcess } from "../cli/in-process.ts";
import { type BadMalls, makeBad, SHOP, STRICT } from "../support/bad-malls.ts";
import { FIRST, SECOND, type TestFleet, withFleet } from "../support/fleet.ts";

/** How many malls there are, and how many of them are bad. */
const MALLS = Number(process.env["REMODEL_FLEET_MALLS"] ?? 18);
const BAD = Number(process.env["REMODEL_FLEET_BAD"] ?? 15);

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

const LIMITS = ["--lock-timeout", "200ms", "--lock-wait", "300ms", "--lock-retries", "1", "--timeout", "3s"];

/** Runs `remodel fleet upgrade` on all malls. */
async function upgrade({ cwd, malls }: TestFleet, { urls }: BadMalls, ...args: readonly string[]) {
  const tenants = malls.map((mall) => ({ name: mall.tenant.name, url: urls.get(mall) }));
  const config = { migrations: "revisions", fleet: { tenants } };
  writeFileSync(join(cwd, "../remodel.config.ts"), `export const remodel = ${JSON.stringify(config)};\n`);
  const words = ["fleet", "upgrade", "--no-journal", ...LIMITS, ...args];
  return await runInProcess(words, join(cwd, ".."), { PATH: process.env["PATH"] ?? "" });
}

async function runReport(fleet: TestFleet, bad: BadMalls, ...args: readonly string[]) {
  const { stdout, stderr, code } = await upgrade(fleet, bad, "--json", ...args);
  const report: RunReport = JSON.parse(stdout);
  return { ...report, stderr, code };
}

function countFailed({ waves }: RunReport): number {
  return waves.reduce((sum, { counts }) => sum + counts.failed + counts.quarantined + counts.unreachable, 0);
}

test(`of ${MALLS} malls the ${BAD} bad ones are reported, each in its class, within every budget; all others are upgraded`, () =>
  withFleet(MALLS, SHOP, async (fleet) => {
    const { malls, query, write } = fleet;
    const bad = await makeBad(fleet, BAD);
    try {
      write(STRICT);
      for (const budget of ["0", "3", "5%"]) {
        const ran = await runReport(fleet, bad, "--no-preflight", "--budget", budget);
        const allowed = budget === "5%" ? Math.floor(MALLS / 20) : Number(budget);
        expect({ budget, outcome: ran.outcome, failed: countFailed(ran) }).toEqual({
          budget,
          outcome: "halted",
          failed: allowed + 1,
        });
      }
      const ran = await runReport(fleet, bad, "--no-preflight");
      expect(ran).toMatchObject({ outcome: "partial", code: 1 });
      for (const [at, mall] of malls.entries()) {
        const { name } = mall.tenant;
        const { kind, outcome, reason = /^$/ } = bad.faults.get(mall) ?? { kind: "good", outcome: "upgraded" };
        const isGood = outcome === "upgraded";
        const ended = ran.tenants[at]?.outcome;
        expect({ kind, outcome: ended }).toEqual({ kind, outcome: ended === "there" && isGood ? ended : outcome });
        const own = ran.classes.find(({ tenants }) => tenants.includes(name));
        expect({ kind, reason: own?.reason ?? "" }).toEqual({ kind, reason: expect.stringMatching(reason) });
        const [row] = await query(
          mall,
          "SELECT (SELECT string_agg(revision, ' ' ORDER BY 1) FROM remodel_revision) AS revisions, (SELECT sum(n)::integer FROM shop) AS n",
        );
        expect({ kind, ...row }).toEqual({ kind, revisions: isGood ? `${FIRST} ${SECOND}` : FIRST, n: isGood ? 9 : 6 });
      }
      const failures = [...bad.faults].filter(([, { outcome }]) => outcome !== "upgraded").map(([mall]) => mall);
      const reported = ran.tenants.filter(({ outcome }) => outcome !== "upgraded" && outcome !== "there");
      expect(reported.map(({ name }) => name)).toEqual(failures.map(({ tenant }) => tenant.name));

      const edited = [...bad.faults].find(([, { kind }]) => kind === "an edited revision")?.[0].tenant.name;
      expect(ran.stderr).toMatch(
        new RegExp(`^Note: In ${edited}( and \\d+ more)? ${FIRST} was edited after it was applied`, "m"),
      );

      // Preflight quarantines what it is sure of without a try.
      const { stdout } = await upgrade(fleet, bad);
      for (const words of [
        /quarantined at b_second, b_second\.ts:\d+: 23502 shop\.code/,
        /quarantined: the server is a read-only standby/,
        /skipped: drifted/,
      ])
        expect(stdout).toMatch(words);
      if (MALLS >= 200) process.stdout.write(stdout);

      // The others have no revision that this one could fail at twice, so only two of them are tried.
      write('op.sql("ALTER TABLE shop ADD broken no_such_type");', "", "c_third", SECOND);
      const good = malls.filter((mall) => !failures.includes(mall)).flatMap(({ tenant }) => ["--select", tenant.name]);
      const systemic = await runReport(fleet, bad, "--no-preflight", ...good);
      expect(systemic).toMatchObject({ outcome: "halted", waves: [{ counts: { failed: 2, upgraded: 0 } }] });
    } finally {
      await bad.close();
    }
  }));
