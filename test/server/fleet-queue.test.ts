import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type JobSender, type JobWorker, openSender, openWorker } from "../../src/fleet/job-queue.ts";
import type { TenantAttempt, TenantJob } from "../../src/fleet/line.ts";
import { attemptThrough, type WorkOptions, workThrough } from "../../src/fleet/remote.ts";
import { createLoader } from "../../src/load/loader.ts";
import { startPooler } from "../support/pooler.ts";
import { startOwnServer } from "../support/postgres.mjs";
import { until } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { withFolder } from "../support/session.ts";

interface Queue {
  readonly url: string;
  sender(): Promise<JobSender>;
  worker(): Promise<JobWorker>;
}

/** Gives a project what a queue needs. */
function linkModules(folder: string): void {
  for (const name of ["pg", "pg-boss"]) {
    const module = fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
    symlinkSync(module, join(folder, "../node_modules", name));
  }
}

/** Calls a function with a queue in a database of its own; closes what it opened. */
async function withQueue(body: (queue: Queue) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    linkModules(folder);
    const opened: { close(): Promise<void> }[] = [];
    const keep = <One extends { close(): Promise<void> }>(one: One) => {
      opened.push(one);
      return one;
    };
    await withDatabase(newest(), async (url) => {
      try {
        await body({
          url,
          sender: async () => keep(await openSender(url, createLoader(folder), folder)),
          worker: async () => keep(await openWorker(url, createLoader(folder), folder)),
        });
      } finally {
        await Promise.all(opened.map((one) => one.close()));
      }
    });
  });
}

/** Waits for the next job; the sender may still be about to put it into the queue. */
function take(worker: JobWorker) {
  return until(() => worker.take());
}

/** Waits until jobs are queued, and returns them as the table has them. */
async function waitForQueued(url: string): Promise<unknown[]> {
  const client = await connect(url);
  try {
    return await until(async () => {
      const { rows } = await client.query(
        "SELECT singleton_key, data FROM pgboss.job WHERE name = 'remodel_fleet' AND state = 'created'",
      );
      return rows.length > 0 ? rows : undefined;
    });
  } finally {
    await client.end();
  }
}

const never = new AbortController().signal;

/** What a run asks, and the tenant that it asks it for. */
const REQUEST = { tenant: "a", target: "head", ids: [] };

/** Lets a worker do its jobs, two at a time, until nothing is left. */
function drain(worker: JobWorker, attempt: WorkOptions["attempt"]): Promise<number> {
  return workThrough(worker, { concurrency: 2, drain: true, stop: never, attempt });
}

/** What a worker returns that had nothing to do. */
const THERE: TenantAttempt = {
  next: "ended",
  outcome: "there",
  line: { name: "a", wave: "rest", server: "db:5432", outcome: "there", durationMs: 1 },
};

/** The same tenant for a sender. */
const JOB: TenantJob = {
  name: "a",
  server: "db:5432",
  database: "db:5432/a",
  tenant: { name: "a", server: "db:5432", database: "a", wave: "rest", labels: {}, target: () => ({}) },
};

async function removeTables(url: string): Promise<void> {
  const client = await connect(url);
  await client.query("DROP SCHEMA pgboss CASCADE");
  await client.end();
}

test("a job goes to one worker, and its result comes back", () =>
  withQueue(async ({ sender, worker }) => {
    const [from, one, two] = [await sender(), await worker(), await worker()];
    const results = ["a", "b"].map((tenant) => from.send(tenant, { tenant }, never));
    const jobs = [await take(one), await take(two)];
    expect(new Set(jobs.map(({ data }) => data))).toEqual(new Set([{ tenant: "a" }, { tenant: "b" }]));
    expect(await one.take()).toBeUndefined();
    await Promise.all(jobs.map((job) => job.finish({ done: job.data })));
    expect(await Promise.all(results)).toEqual([{ done: { tenant: "a" } }, { done: { tenant: "b" } }]);
  }));

test("the job of a worker that is gone goes to another one", () =>
  withQueue(async ({ sender, worker }) => {
    const from = await sender();
    const lost = await worker();
    const result = from.send("a", { tenant: "a" }, never);
    await take(lost);
    await lost.close();
    await (await take(await worker())).finish({ by: "the second" });
    expect(await result).toEqual({ by: "the second" });
  }));

test("a job that nobody has taken can be withdrawn, one that is being done cannot", () =>
  withQueue(async ({ sender, worker }) => {
    const [from, at] = [await sender(), await worker()];
    const stop = new AbortController();
    const taken = from.send("a", {}, stop.signal);
    const job = await take(at);
    const queued = from.send("b", {}, stop.signal);
    stop.abort();
    expect(await queued).toBeUndefined();
    await job.finish({ done: true });
    expect(await taken).toEqual({ done: true });
    expect(await at.take()).toBeUndefined();
  }));

test("one sender is enough: a second one is told so, and a later one removes what the first one left", () =>
  withQueue(async ({ sender, worker, url }) => {
    const at = await worker();
    expect(await at.expectsMore()).toBe(false);
    const first = await sender();
    expect(await at.expectsMore()).toBe(true);
    await expect(sender()).rejects.toMatchObject({ code: "FLEET_BUSY" });
    void first.send("left", {}, never);
    const job = await take(at);
    void first.send("left too", {}, never);
    expect(await waitForQueued(url)).toEqual([{ singleton_key: "left too", data: {} }]);
    await first.close();
    await sender();
    expect(await at.take()).toBeUndefined();
    await job.finish({});
  }));

test("a job shows the tenant, and holds only what was given to it", () =>
  withQueue(async ({ sender, url }) => {
    const from = await sender();
    const stop = new AbortController();
    const result = from.send("mall-017", { tenant: "mall-017", target: "head" }, stop.signal);
    expect(await waitForQueued(url)).toEqual([
      { singleton_key: "mall-017", data: { tenant: "mall-017", target: "head" } },
    ]);
    stop.abort();
    expect(await result).toBeUndefined();
  }));

test("many processes may start at once with an empty database", async () => {
  // pg-boss itself deadlocks in every third of these.
  for (let at = 0; at < 6; at++)
    await withQueue(async ({ sender, worker }) => {
      const [from, ...workers] = await Promise.all([sender(), ...Array.from({ length: 5 }, () => worker())]);
      const result = from.send("a", { tenant: "a" }, never);
      await (await take(workers[4]!)).finish({ done: true });
      expect(await result).toEqual({ done: true });
    });
});

test("a queue behind a pooler is refused: it loses the locks by which workers are known", () =>
  withQueue(async ({ url }) => {
    const pooler = await startPooler(url);
    try {
      await withFolder(async (folder) => {
        linkModules(folder);
        const opened = openWorker(pooler.url, createLoader(folder), folder);
        await expect(opened).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("pooler") });
      });
    } finally {
      await pooler.close();
    }
  }));

test("results are looked for while more jobs are put into the queue", () =>
  withQueue(async ({ sender, worker }) => {
    const [from, at] = [await sender(), await worker()];
    const numbers = Array.from({ length: 300 }, (_, number) => number);
    const results = Promise.all(numbers.map((number) => from.send(`mall-${number}`, { number }, never)));
    const work = Promise.all(numbers.map(async () => (await take(at)).finish({ done: true })));
    await work;
    expect(await results).toEqual(numbers.map(() => ({ done: true })));
  }));

test("where the server of the queue goes away, both sides say so, and the same run goes on once it is back", () =>
  withFolder(async (folder) => {
    linkModules(folder);
    const server = await startOwnServer(newest());
    const opened: { close(): Promise<void> }[] = [];
    const open = async () => {
      const loader = createLoader(folder);
      const [from, worker] = [
        await openSender(server.url, loader, folder),
        await openWorker(server.url, loader, folder),
      ];
      opened.push(from, worker);
      return { worker, result: from.send("a", { tenant: "a" }, never) };
    };
    try {
      const first = await open();
      const job = await take(first.worker);
      const lost = expect(first.result).rejects.toMatchObject({
        code: "DATABASE_LOST",
        hint: expect.stringContaining("again"),
      });
      await server.crash();
      await expect(job.finish({})).rejects.toMatchObject({ code: "DATABASE_LOST" });
      await lost;
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await server.start();
      const second = await open();
      await (await take(second.worker)).finish({ done: "a" });
      expect(await second.result).toEqual({ done: "a" });
    } finally {
      await Promise.all(opened.map((one) => one.close()));
      await server.stop();
    }
  }));

const REMOVED = {
  code: "DATABASE_FAILED",
  message: expect.stringContaining("tables of the queue were removed"),
  hint: expect.stringContaining("Run the command again"),
};

test("where the tables of the queue are removed, both sides say so, and the next run makes them", () =>
  withQueue(async ({ sender, worker, url }) => {
    const [from, at] = [await sender(), await worker()];
    const lost = expect(from.send("a", REQUEST, never)).rejects.toMatchObject(REMOVED);
    await until(async () => (await waitForQueued(url)).length > 0);
    const work = drain(at, async () => {
      await removeTables(url);
      return THERE;
    });
    await Promise.all([lost, expect(work).rejects.toMatchObject(REMOVED)]);
    await from.close();
    const [again, next] = [await sender(), await worker()];
    const result = again.send("a", REQUEST, never);
    await (await take(next)).finish({ done: "a" });
    expect(await result).toEqual({ done: "a" });
  }));

test("a job of another version is finished, so that it ends no worker, and its sender says what to do", () =>
  withQueue(async ({ sender, worker }) => {
    const [from, at] = [await sender(), await worker()];
    const older = { send: (tenant: string) => from.send(tenant, { tenant }, never) };
    const attempt = attemptThrough(
      { ...from, ...older },
      { ...REQUEST, direction: "upgrade", limits: {}, allowDrift: false },
      never,
    );
    const result = expect(attempt(JOB, { alone: false, last: false })).rejects.toMatchObject({
      code: "FLEET_INVALID",
      message: expect.stringContaining("a: "),
      hint: expect.stringContaining("same version of remodel"),
    });
    const work = drain(at, () => Promise.reject(new Error("is not called")));
    await result;
    await from.close();
    expect(await work).toBe(1);
  }));
