import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempt, Job } from "../../src/fleet/attempt.ts";
import { isFailure, type Outcome } from "../../src/fleet/outcome.ts";
import { type AttemptOptions, runWave } from "../../src/fleet/run-wave.ts";
import type { Halt, WaveRules } from "../../src/fleet/schedule.ts";
import { type MadeUpClock, makeUpClock } from "../support/made-up-clock.ts";

/** A made-up tenant: how each attempt on it ends, the last one again and again. */
interface MadeUpTenant extends Job {
  readonly attempts: readonly Attempt[];
  readonly ms: number;
}

const UPGRADED: Attempt = { next: "ended", outcome: "upgraded" };
const QUARANTINED: Attempt = { next: "ended", outcome: "quarantined" };
const SKIPPED: Attempt = { next: "ended", outcome: "skipped" };
const PASSING: Attempt = { next: "again", outcome: "busy" };
const SILENT: Attempt = { next: "again", outcome: "unreachable", silent: true };
const LOCKED: Attempt = { next: "later", outcome: "busy" };
const APART: Attempt = { next: "apart", outcome: "waiting" };
const WRONG: Attempt = { next: "ended", outcome: "failed", cause: "7c1f 31 42703" };

const RULES: WaveRules = { concurrency: 8, perServer: 4, retries: 3, pauseMs: (failed) => 100 * 2 ** failed };

function mall(name: string, attempts: readonly Attempt[] = [UPGRADED], more: Partial<MadeUpTenant> = {}): MadeUpTenant {
  return { name, server: "one", database: name, attempts, ms: 10, ...more };
}

function malls(count: number, attempts?: readonly Attempt[], more?: Partial<MadeUpTenant>): readonly MadeUpTenant[] {
  return Array.from({ length: count }, (_, at) => mall(`mall-${at + 1}`, attempts, more));
}

/** An attempt as it was seen. */
interface Seen extends AttemptOptions {
  readonly name: string;
  readonly from: number;
  to?: number;
}

interface Ran {
  readonly outcomes: Readonly<Record<string, Outcome>>;
  readonly halt: Halt | undefined;
  readonly seen: readonly Seen[];
  /** The most attempts at once: in all, on one server, in one database. */
  readonly most: { all: number; server: number; database: number };
  readonly endedTwice: readonly string[];
  readonly ms: number;
}

/** Runs made-up tenants. */
async function run(
  tenants: readonly MadeUpTenant[],
  rules: Partial<WaveRules> = {},
  stopAt?: number,
  causes = new Set<string>(),
): Promise<Ran> {
  const clock = makeUpClock();
  const stop = new AbortController();
  if (stopAt !== undefined) clock.after(stopAt, () => stop.abort());
  const watch = watchAttempts(clock);
  const outcomes: Record<string, Outcome> = {};
  const endedTwice: string[] = [];
  const halt = await clock.until(
    runWave(
      tenants,
      { ...RULES, ...rules },
      {
        clock,
        stop: stop.signal,
        causes,
        attempt: watch.attempt,
        onEnd: ({ name }, { outcome }) => {
          if (name in outcomes) endedTwice.push(name);
          outcomes[name] = outcome;
        },
        onHalt: () => undefined,
      },
    ),
  );
  return { outcomes, halt, seen: watch.seen, most: watch.most, endedTwice, ms: clock.now() };
}

function watchAttempts(clock: MadeUpClock) {
  const seen: Seen[] = [];
  const running: MadeUpTenant[] = [];
  const most = { all: 0, server: 0, database: 0 };
  const attempt = async (tenant: MadeUpTenant, options: AttemptOptions): Promise<Attempt> => {
    const number = seen.filter(({ name }) => name === tenant.name).length;
    const one: Seen = { ...options, name: tenant.name, from: clock.now() };
    seen.push(one);
    running.push(tenant);
    most.all = Math.max(most.all, running.length);
    most.server = Math.max(most.server, running.filter(({ server }) => server === tenant.server).length);
    if (options.alone)
      most.database = Math.max(most.database, running.filter(({ database }) => database === tenant.database).length);
    await clock.sleep(tenant.ms);
    running.splice(running.indexOf(tenant), 1);
    one.to = clock.now();
    const planned = tenant.attempts[number] ?? tenant.attempts.at(-1) ?? UPGRADED;
    return planned === APART && options.alone ? UPGRADED : planned;
  };
  return { seen, most, attempt };
}

function count(ran: Ran, outcome: Outcome): number {
  return Object.values(ran.outcomes).filter((one) => one === outcome).length;
}

describe("limits", () => {
  test("no more tenants at once than allowed, nor on one server", async () => {
    const two = malls(20).map((one, at) => ({ ...one, server: at % 2 === 0 ? "one" : "two" }));
    expect((await run(two, { concurrency: 5, perServer: 3 })).most).toMatchObject({ all: 5, server: 3 });
    expect((await run(malls(20), { concurrency: 5, perServer: 3 })).most).toMatchObject({ all: 3, server: 3 });
  });

  test("no more at once than may still fail, plus one", async () => {
    expect((await run(malls(20), { budget: 2 })).most.all).toBe(3);
    expect((await run(malls(20), { budget: 0 })).most.all).toBe(1);
  });
});

describe("the budget", () => {
  test.each([0, 1, 3, 10])("of %i: one more may fail, then nothing begins", async (budget) => {
    const ran = await run(malls(40, [QUARANTINED]), { budget });
    expect(count(ran, "quarantined")).toBe(budget + 1);
    expect(Object.keys(ran.outcomes)).toHaveLength(budget + 1);
    expect(ran.halt).toEqual({ reason: "budget", failed: budget + 1, allowed: budget });
  });

  test("a tenant that is skipped or busy does not count", async () => {
    const ran = await run([...malls(5, [SKIPPED]), mall("busy", [LOCKED]), mall("good")], { budget: 0 });
    expect(ran.outcomes).toMatchObject({ busy: "busy", good: "upgraded" });
    expect(ran.halt).toBeUndefined();
  });

  test("a tenant that was to be tried again is not, once the wave has halted", async () => {
    const ran = await run([mall("slow", [PASSING]), mall("bad", [QUARANTINED])], { budget: 0 });
    expect(ran.outcomes).toEqual({ bad: "quarantined" });
  });
});

describe("a passing failure", () => {
  test("is tried again after growing pauses", async () => {
    const { seen, outcomes } = await run([mall("mall", [PASSING, PASSING, UPGRADED])]);
    expect(seen.map(({ from }) => from)).toEqual([0, 210, 620]);
    expect(outcomes).toEqual({ mall: "upgraded" });
  });

  test("ends as what it is after the last attempt", async () => {
    const { seen, outcomes } = await run([mall("busy", [PASSING]), mall("away", [SILENT])]);
    expect(outcomes).toEqual({ busy: "busy", away: "unreachable" });
    expect(seen).toHaveLength(8);
  });

  test("does not keep others waiting during its pauses", async () => {
    const { seen } = await run([mall("locked", [PASSING]), ...malls(5)], { concurrency: 1 });
    const tries = seen.filter(({ name }) => name === "locked").map(({ from }) => from);
    const others = seen.filter(({ name }) => name !== "locked").map(({ from }) => from);
    expect(others.every((from) => from < (tries[1] ?? 0))).toBe(true);
  });

  test("lowers what runs at once on that server, and on no other", async () => {
    const failing = malls(8, [PASSING, UPGRADED]);
    const fine = malls(30, [UPGRADED], { server: "two" }).map((one) => ({ ...one, name: `other ${one.name}` }));
    const { seen, outcomes } = await run([...failing, ...fine], { concurrency: 100 });
    expect(Object.values(outcomes).every((one) => one === "upgraded")).toBe(true);
    const at = (from: number, all: readonly MadeUpTenant[]) =>
      seen.filter((one) => one.from === from && all.some(({ name }) => name === one.name)).length;
    expect([at(0, failing), at(10, failing), at(20, failing)]).toEqual([4, 1, 1]);
    expect([at(0, fine), at(10, fine), at(20, fine)]).toEqual([4, 4, 4]);
  });

  test("of a server that nothing reaches ends its other tenants without an attempt each", async () => {
    const { seen, outcomes, halt } = await run(malls(100, [SILENT]));
    expect(Object.values(outcomes).filter((one) => one === "unreachable")).toHaveLength(100);
    expect(seen.length).toBeLessThan(100);
    expect(halt).toBeUndefined();
  });

  test("of such a server stays within the budget", async () => {
    const ran = await run(malls(100, [SILENT]), { budget: 5 });
    expect(count(ran, "unreachable")).toBe(6);
  });

  test("of a server that comes back costs nothing", async () => {
    const { outcomes } = await run(malls(50, [SILENT, SILENT, UPGRADED]));
    expect(Object.values(outcomes)).toEqual(Array(50).fill("upgraded"));
  });
});

describe("a tenant that another run changes", () => {
  test("is looked at again when all others are done with", async () => {
    const { seen, outcomes } = await run([
      mall("busy", [LOCKED, UPGRADED]),
      ...malls(3),
      mall("again", [PASSING, UPGRADED]),
    ]);
    expect(outcomes["busy"]).toBe("upgraded");
    expect(seen.at(-1)).toMatchObject({ name: "busy", last: true });
    expect(seen.slice(0, -1).every(({ last }) => !last)).toBe(true);
  });

  test("and is busy if it still is", async () => {
    const { seen, outcomes } = await run([mall("busy", [LOCKED])]);
    expect(outcomes).toEqual({ busy: "busy" });
    expect(seen).toHaveLength(2);
  });
});

describe("a systemic failure", () => {
  test("halts with the second tenant that has it", async () => {
    const ran = await run(malls(30, [WRONG]), { concurrency: 1 });
    expect(count(ran, "failed")).toBe(2);
    expect(ran.halt).toEqual({ reason: "systemic", failed: 2 });
  });

  test("does not halt where each tenant has another one", async () => {
    const each = malls(5).map((one, at) => ({ ...one, attempts: [{ ...WRONG, cause: `7c1f ${at} 42703` }] }));
    expect((await run(each, { concurrency: 1 })).halt).toBeUndefined();
  });

  test("counts across waves", async () => {
    const causes = new Set<string>();
    expect((await run([mall("first", [WRONG])], {}, undefined, causes)).halt).toBeUndefined();
    expect((await run([mall("second", [WRONG])], {}, undefined, causes)).halt).toMatchObject({ reason: "systemic" });
  });

  test("of the project halts at the first tenant", async () => {
    const ran = await run(malls(9, [{ ...WRONG, cause: "other", fatal: true }]), { concurrency: 1 });
    expect(count(ran, "failed")).toBe(1);
    expect(ran.halt).toMatchObject({ reason: "project" });
  });
});

describe("steps outside a transaction", () => {
  test("run one at a time in a database, after its other tenants", async () => {
    const shared = [mall("a", [APART]), mall("b", [APART]), mall("c", [PASSING, UPGRADED]), mall("d")];
    const { seen, most, outcomes } = await run(shared.map((one) => ({ ...one, database: "shared" })));
    expect(Object.values(outcomes)).toEqual(Array(4).fill("upgraded"));
    expect(most.database).toBe(1);
    const [c, a, b] = seen.slice(-3);
    expect([c?.name, a?.name, b?.name]).toEqual(["c", "a", "b"]);
    expect([a?.alone, b?.alone]).toEqual([true, true]);
    expect(a?.from).toBeGreaterThanOrEqual(c?.to ?? 0);
    expect(b?.from).toBeGreaterThanOrEqual(a?.to ?? 0);
  });

  test("run at once where each tenant is a database", async () => {
    const { most, seen } = await run(malls(8, [APART]), { perServer: 8 });
    expect(most.all).toBe(8);
    expect(seen.every(({ alone }) => alone)).toBe(true);
  });
});

describe("cancelling", () => {
  test("begins nothing more and waits for what runs", async () => {
    const ran = await run(malls(20, [UPGRADED], { ms: 100 }), { concurrency: 2 }, 150);
    expect(count(ran, "upgraded")).toBe(4);
    expect(Object.keys(ran.outcomes)).toHaveLength(4);
    expect(ran.ms).toBe(200);
  });

  test("does not wait for a pause to end", async () => {
    const ran = await run([mall("mall", [PASSING])], { pauseMs: () => 60_000 }, 50);
    expect(ran.outcomes).toEqual({});
    expect(ran.seen).toHaveLength(1);
  });
});

test("an error that is a bug is not swallowed", async () => {
  const { signal } = new AbortController();
  const work = {
    clock: makeUpClock(),
    stop: signal,
    causes: new Set<string>(),
    attempt: () => Promise.reject(new Error("a bug")),
    onEnd: () => undefined,
    onHalt: () => undefined,
  };
  await expect(runWave(malls(3), RULES, work)).rejects.toThrow("a bug");
});

const attempt = fc.constantFrom(UPGRADED, QUARANTINED, SKIPPED, PASSING, SILENT, LOCKED, APART, WRONG);
const tenants = fc
  .array(
    fc.record({
      attempts: fc.array(attempt, { minLength: 1, maxLength: 4 }),
      server: fc.constantFrom("one", "two", "three"),
      shared: fc.boolean(),
      ms: fc.nat({ max: 50 }),
    }),
    { maxLength: 25 },
  )
  .map((list) =>
    list.map(({ shared, server, ...one }, at) => {
      const name = `mall-${at}`;
      return { ...one, name, server, database: shared ? `${server}/shared` : name };
    }),
  );
const rules = fc.record(
  {
    budget: fc.nat({ max: 5 }),
    concurrency: fc.integer({ min: 1, max: 9 }),
    perServer: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ["concurrency", "perServer"] },
);

test("every run keeps to its budget and its limits, and each tenant has one outcome", async () => {
  await fc.assert(
    fc.asyncProperty(
      tenants,
      rules,
      fc.option(fc.nat({ max: 900 }), { nil: undefined }),
      async (list, limits, stopAt) => {
        const ran = await run(list, limits, stopAt);
        const { budget = Number.POSITIVE_INFINITY, concurrency, perServer } = limits;
        const failed = Object.values(ran.outcomes).filter(isFailure).length;
        expect(failed).toBeLessThanOrEqual(budget + 1);
        expect(ran.most.all).toBeLessThanOrEqual(Math.min(concurrency, budget + 1));
        expect(ran.most.server).toBeLessThanOrEqual(perServer);
        expect(ran.endedTwice).toEqual([]);
        if (stopAt === undefined && ran.halt === undefined) expect(Object.keys(ran.outcomes)).toHaveLength(list.length);
        expect(ran.seen.every(({ to }) => to !== undefined)).toBe(true);
      },
    ),
    { numRuns: Number(process.env["REMODEL_PROPERTY_RUNS"] ?? 200) },
  );
});
