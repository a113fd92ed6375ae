import { array, assert, constantFrom, integer, property, string, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { countAllowed, parseBudget } from "../../src/fleet/budget.ts";
import { matchesGlob } from "../../src/fleet/patterns.ts";
import { selectTenants } from "../../src/fleet/selection.ts";
import { parseShard, takeShard } from "../../src/fleet/shard.ts";
import type { Tenant } from "../../src/fleet/tenant.ts";
import { assignWaves, limitWave, refuseSeveralWaves, takeWaves } from "../../src/fleet/waves.ts";
import type { WaveConfig } from "../../src/fleet-config.ts";

function makeTenant(name: string, labels: Record<string, string> = {}, server = "db1:5432"): Tenant {
  return { name, server, database: name, labels, target: () => "postgres://db1" };
}

const MALLS = [
  makeTenant("mall_1", { tier: "pilot", land: "at" }),
  makeTenant("mall_2", { tier: "gold" }),
  makeTenant("mall-3", {}, "db2:5432"),
  makeTenant("a=b", { tier: "golden" }),
];

function names(tenants: readonly Tenant[]): readonly string[] {
  return tenants.map(({ name }) => name);
}

function refused(code: ErrorCode, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

test.each<[glob: string, name: string, matches: boolean]>([
  ["mall_*", "mall_1", true],
  ["mall_*", "mall_", true],
  ["mall_*", "mall-1", false],
  ["mall_*", "Mall_1", false],
  ["*", "", true],
  ["", "", true],
  ["a", "ab", false],
  ["*b*", "abc", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["a*b*b", "ab", false],
  ["*ab*ab*", "abab", true],
  ["*ab*ab*", "abcb", false],
  ["%", "x", false],
  ["m?ll", "mall", false],
  ["[m]all", "mall", false],
  ["m.ll", "mall", false],
])("the glob %j and the name %j", (glob, name, matches) => expect(matchesGlob(glob, name)).toBe(matches));

test("a glob of parts matches every name that has something between the parts", () => {
  const text = string({ maxLength: 5 }).filter((one) => !one.includes("*"));
  assert(
    property(
      array(text, { minLength: 1, maxLength: 4 }),
      array(text, { minLength: 4, maxLength: 4 }),
      (parts, fill) => {
        const name = parts.flatMap((part, at) => (at === 0 ? [part] : [fill[at] ?? "", part])).join("");
        return matchesGlob(parts.join("*"), name);
      },
    ),
  );
});

describe("tenants are selected by name, glob and label", () => {
  test.each<[select: readonly string[], except: readonly string[], selected: readonly string[]]>([
    [[], [], ["mall_1", "mall_2", "mall-3", "a=b"]],
    [["mall_1"], [], ["mall_1"]],
    [["mall_*"], [], ["mall_1", "mall_2"]],
    [["tier=gold"], [], ["mall_2"]],
    [["tier=gold*"], [], ["mall_2", "a=b"]],
    [["tier=*"], [], ["mall_1", "mall_2", "a=b"]],
    [["a=b"], [], ["a=b"]],
    [["land=at", "mall-3"], [], ["mall_1", "mall-3"]],
    [["server=db2:*"], [], ["mall-3"]],
    [["mall*"], ["tier=pilot", "mall-3"], ["mall_2"]],
    [[], ["*_*"], ["mall-3", "a=b"]],
  ])("--select %j --except %j", (select, except, selected) => {
    expect(names(selectTenants(MALLS, { select, except }))).toEqual(selected);
  });

  test("nothing selected is an error that says why", () => {
    const select = (given: readonly string[], except: readonly string[] = [], tenants: readonly Tenant[] = MALLS) => {
      return () => selectTenants(tenants, { select: given, except });
    };
    expect(select(["mall_3"])).toThrow(refused("FLEET_EMPTY", /^No tenant matches "mall_3"\.$/));
    expect(select(["mall_3"])).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^Did you mean mall-3 or/) }),
    );
    expect(select(["toString=*"])).toThrow(refused("FLEET_EMPTY", /"toString=\*"/));
    expect(select(["mall_1"], ["*"])).toThrow(refused("FLEET_EMPTY", /--except matches every one/));
    expect(select([], [], [])).toThrow(refused("FLEET_EMPTY", /^The fleet has no tenants\.$/));
  });
});

describe("waves take tenants in their order", () => {
  const assign = (waves: readonly WaveConfig[]) =>
    assignWaves(waves, MALLS).map(({ wave, tenants }) => [wave.name, names(tenants)]);

  test.each<[what: string, waves: readonly WaveConfig[], assigned: readonly (readonly [string, readonly string[]])[]]>([
    ["no wave", [], [["rest", ["mall_1", "mall_2", "mall-3", "a=b"]]]],
    [
      "one with a match",
      [{ name: "canary", match: { tier: "pilot" } }],
      [
        ["canary", ["mall_1"]],
        ["rest", ["mall_2", "mall-3", "a=b"]],
      ],
    ],
    [
      "two that match the same, a list and a glob",
      [
        { name: "a", match: { tier: ["pilot", "golden"] } },
        { name: "b", match: { tier: "*o*" } },
        { name: "c", match: { name: "mall*" } },
      ],
      [
        ["a", ["mall_1", "a=b"]],
        ["b", ["mall_2"]],
        ["c", ["mall-3"]],
      ],
    ],
    [
      "all labels must match",
      [{ name: "a", match: { tier: "pilot", land: "de" } }, { name: "b" }],
      [
        ["a", []],
        ["b", ["mall_1", "mall_2", "mall-3", "a=b"]],
      ],
    ],
    [
      "a catch-all in front",
      [{ name: "a" }, { name: "b", match: { tier: "*" } }],
      [
        ["a", ["mall_1", "mall_2", "mall-3", "a=b"]],
        ["b", []],
      ],
    ],
  ])("%s", (_, waves, assigned) => expect(assign(waves)).toEqual(assigned));

  test("a wave `rest` with a match cannot be the last", () => {
    expect(() => assign([{ name: "rest", match: { tier: "pilot" } }])).toThrow(
      refused("FLEET_INVALID", /"rest" has a match/),
    );
  });

  test("every tenant is in exactly one wave", () => {
    const value = constantFrom("a", "b", "c");
    const waves = array(value, { maxLength: 3 }).map((all) =>
      all.map((tier, at) => ({ name: `w${at}`, match: { tier } })),
    );
    assert(
      property(waves, array(value, { minLength: 1, maxLength: 9 }), (given, tiers) => {
        const tenants = tiers.map((tier, at) => makeTenant(`m${at}`, { tier }));
        const all = assignWaves(given, tenants).flatMap((one) => names(one.tenants));
        expect([...all].sort()).toEqual(names(tenants));
      }),
    );
  });

  test("waves are taken by name, and a shard needs one", () => {
    const waves = assignWaves([{ name: "a", match: { tier: "pilot" } }, { name: "b" }], MALLS);
    expect(takeWaves(waves, ["b"]).map(({ wave }) => wave.name)).toEqual(["b"]);
    expect(takeWaves(waves, [])).toEqual(waves);
    expect(() => takeWaves(waves, ["c"])).toThrow(refused("USAGE", /no wave "c"/));
    expect(() => refuseSeveralWaves(waves, [])).toThrow(refused("USAGE", /Shards do not wait/));
    expect(refuseSeveralWaves(waves, ["a"])).toBeUndefined();
    expect(refuseSeveralWaves(waves.slice(1), [])).toBeUndefined();
  });

  test.each([
    [{}, {}, { concurrency: 8, perServer: 4, timeoutMs: 10_000 }],
    [{ concurrency: 16, perServer: 2 }, {}, { concurrency: 16, perServer: 2, timeoutMs: 10_000 }],
    [{ concurrency: 16 }, { concurrency: 3, timeoutMs: 5 }, { concurrency: 3, perServer: 4, timeoutMs: 5 }],
    [{ concurrency: 2 }, { concurrency: 3, perServer: 9 }, { concurrency: 2, perServer: 9, timeoutMs: 10_000 }],
  ])("the limits of the wave %j and of the command %j", (wave, given, limits) => {
    expect(limitWave(wave, given)).toEqual(limits);
  });
});

describe("a budget", () => {
  test.each<[budget: WaveConfig["budget"], tenants: number, allowed: number]>([
    [undefined, 10, Number.POSITIVE_INFINITY],
    [0, 10, 0],
    [3, 1, 3],
    ["0%", 1000, 0],
    ["2%", 1000, 20],
    ["2%", 49, 0],
    ["2%", 50, 1],
    ["5%", 199, 9],
    ["0.29%", 10_000, 29],
    ["1.1%", 1000, 11],
    ["100%", 7, 7],
  ])("%j of %j tenants allows %j", (budget, tenants, allowed) => expect(countAllowed(budget, tenants)).toBe(allowed));

  test("is read from the command line", () => {
    expect(["0", "12", "2%", "2.5%", "100%"].map(parseBudget)).toEqual([0, 12, "2%", "2.5%", "100%"]);
    for (const text of ["", "-1", "2 %", "101%", "1e3", "%", "1.5", "0x1"])
      expect(() => parseBudget(text)).toThrow(refused("USAGE", /^--budget cannot be/));
  });
});

describe("a shard", () => {
  test("is written I/N", () => {
    expect(parseShard("2/3")).toEqual({ index: 2, count: 3 });
    for (const text of ["0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/3", " 1/3"])
      expect(() => parseShard(text)).toThrow(refused("USAGE", /^--shard cannot be/));
  });

  test("has every tenant in exactly one, and all tenants of a server in one", () => {
    assert(
      property(uniqueArray(integer({ min: 0, max: 99 })), integer({ min: 1, max: 5 }), (numbers, count) => {
        const fleet = numbers.map((at) => makeTenant(`m${at}`, {}, `db${at % 7}:5432`));
        const shards = Array.from({ length: count }, (_, at) => takeShard(fleet, { index: at + 1, count }));
        expect(shards.flatMap(names).sort()).toEqual([...names(fleet)].sort());
        const servers = shards.flatMap((shard) => [...new Set(shard.map(({ server }) => server))]);
        expect(new Set(servers).size).toBe(servers.length);
        expect(
          Math.max(...shards.map((shard) => new Set(shard.map(({ server }) => server)).size)) * count,
        ).toBeLessThan(new Set(fleet.map(({ server }) => server)).size + count);
      }),
    );
  });
});
