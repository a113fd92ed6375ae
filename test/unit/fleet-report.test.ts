import { describe, expect, test } from "vitest";
import { nextCommand } from "../../src/cli/fleet/go-on.ts";
import { OUTCOMES, type Outcome } from "../../src/fleet/outcome.ts";
import { classifyOutcomes, countOutcomes, type EndedTenant, type RunReport } from "../../src/fleet/report.ts";
import { describeFleetRun } from "../../src/fleet/report-text.ts";

const HEAD = "7c1f0a9d52b4";

function ended(name: string, outcome: Outcome, reason?: string, failed = false): EndedTenant {
  const place = { revision: HEAD, file: "/malls/migrations/shops.ts", line: 31 };
  const error = failed ? { error: { code: "REVISION_FAILED", message: "refused", ...place } } : {};
  const to = outcome === "upgraded" || outcome === "there" ? { to: [HEAD] } : {};
  const line = { name, wave: "rest", server: "a:5432", outcome, durationMs: 5, ...to, ...error };
  return { line, ...(reason !== undefined && { reason }) };
}

function several(count: number, from: number, ...rest: [Outcome, string?, boolean?]): readonly EndedTenant[] {
  return Array.from({ length: count }, (_, at) => ended(`mall-${from + at}`, ...rest));
}

const ALL = [
  ...several(1200, 1, "upgraded"),
  ...several(3, 2001, "there"),
  ...several(5, 3001, "quarantined", "23505 UQ_shop_code", true),
  ...several(1, 4001, "skipped", "drifted (shop has a column note)"),
  ...several(1, 5001, "unreachable", "no server answers (ECONNREFUSED)"),
  ...several(2, 6001, "waiting"),
];

function report(all: readonly EndedTenant[], more: Partial<RunReport> = {}): RunReport {
  const tenants = all.map(({ line }) => line);
  const waves = [{ name: "rest", counts: countOutcomes(tenants) }];
  return { target: [HEAD], outcome: "partial", waves, tenants, classes: classifyOutcomes(all), ...more };
}

describe("a report", () => {
  test("counts every outcome, also those with nothing in them", () => {
    expect(Object.keys(countOutcomes([]))).toEqual([...OUTCOMES]);
    expect(countOutcomes(ALL.map(({ line }) => line))).toMatchObject({ upgraded: 1200, there: 3, busy: 0, waiting: 2 });
  });

  test("puts tenants that ended alike into one class", () => {
    expect(classifyOutcomes(ALL).map(({ tenants: _, ...one }) => one)).toEqual([
      { outcome: "upgraded", count: 1200 },
      { outcome: "there", count: 3 },
      { outcome: "quarantined", reason: `at ${HEAD}, shops.ts:31: 23505 UQ_shop_code`, count: 5 },
      { outcome: "waiting", count: 2 },
      { outcome: "skipped", reason: "drifted (shop has a column note)", count: 1 },
      { outcome: "unreachable", reason: "no server answers (ECONNREFUSED)", count: 1 },
    ]);
  });

  test("is read as classes", () => {
    const next = "remodel fleet upgrade";
    const text = describeFleetRun(report(ALL, { outcome: "halted", reason: "6 failed, 5 were allowed", next }));
    expect(text).toBe(
      `Wave rest: 1,210 of 1,212
  1,203  at ${HEAD}, 3 of them before this run
      5  quarantined at ${HEAD}, shops.ts:31: 23505 UQ_shop_code    mall-3001, mall-3002, mall-3003 … (2 more)
      2  waiting                                                         mall-6001, mall-6002
      1  skipped: drifted (shop has a column note)                       mall-4001
      1  unreachable: no server answers (ECONNREFUSED)                   mall-5001
Stopped: 6 failed, 5 were allowed. Finished tenants stay as they are. Go on: remodel fleet upgrade`,
    );
  });

  test("has one line for each class, whatever the tenants are called", () => {
    const lines = describeFleetRun(report([ended("two\nlines", "waiting")])).split("\n");
    expect(lines.slice(1, -1)).toEqual(["  1  waiting    two\\nlines"]);
  });

  test("of a run that did everything ends with the classes", () => {
    const text = describeFleetRun(report(several(4, 1, "upgraded"), { outcome: "done" }));
    expect(text).toBe(`Wave rest: 4 of 4\n  4  at ${HEAD}`);
  });

  test("of a run after which everything is as before says that there was nothing to do", () => {
    const text = describeFleetRun(report(several(4, 1, "there"), { outcome: "done" }));
    expect(text).toBe(`Wave rest: 4 of 4\n  4  at ${HEAD}: nothing to do`);
  });
});

describe("the command that goes on", () => {
  const args = (more: object) => ({ _: ["fleet", "upgrade"], $0: "remodel", ...more });

  test("is the same one", () => {
    const given = args({
      target: "7c1f",
      select: ["tier=pilot", "mall 1"],
      budget: "2%",
      "lock-timeout": "5s",
      "allow-drift": true,
    });
    const left = ["a", "b", "c", "d", "e", "f"];
    expect(nextCommand("fleet upgrade", given, left)).toBe(
      "remodel fleet upgrade 7c1f --select tier=pilot --select 'mall 1' --budget 2% --lock-timeout 5s --allow-drift",
    );
  });

  test("names the tenants if they are few", () => {
    const given = args({ select: ["*"], except: ["x"], wave: ["canary"] });
    expect(nextCommand("fleet upgrade", given, ["it's", "b"])).toBe(
      `remodel fleet upgrade --select 'it'\\''s' --select b --wave canary`,
    );
  });

  test("names a tenant whose name begins like an option", () => {
    expect(nextCommand("fleet upgrade", args({}), ["-rf", "--it's"])).toBe(
      `remodel fleet upgrade --select=-rf '--select=--it'\\''s'`,
    );
  });

  test("shows no password", () => {
    const given = args({ url: "postgres://deployer:hunter2@host/malls" });
    expect(nextCommand("fleet upgrade", given, [])).not.toContain("hunter2");
  });
});
