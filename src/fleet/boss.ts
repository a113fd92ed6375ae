import type { Database, Row } from "../database.ts";
import type { Loader } from "../load/loader.ts";

/** A job as pg-boss stores it. */
export interface QueuedJob {
  readonly id: string;
  readonly state: "created" | "retry" | "active" | "completed" | "cancelled" | "failed";
  readonly data: unknown;
  readonly output: unknown;
}

/** What remodel uses of pg-boss, in one shape for versions 10 to 12. */
export interface Boss {
  /** Makes or updates its tables in the schema `pgboss`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  createQueue(queue: string): Promise<void>;
  removeQueued(queue: string): Promise<void>;
  /** @returns the id of the job */
  send(queue: string, data: object, options: SendOptions): Promise<string>;
  /** Takes the next job, in the transaction that is open on a connection. */
  fetch(queue: string, db: Database): Promise<Pick<QueuedJob, "id" | "data"> | undefined>;
  find(queue: string, id: string): Promise<QueuedJob | undefined>;
  complete(queue: string, id: string, output: object): Promise<void>;
  /** Lets another worker take a job that was taken. */
  putBack(queue: string, id: string): Promise<void>;
  cancel(queue: string, id: string): Promise<void>;
}

/** The options of pg-boss for one job. */
export interface SendOptions {
  readonly singletonKey: string;
  readonly retryLimit: number;
  readonly expireInSeconds: number;
}

/** A connection as pg-boss wants it. */
interface BossDatabase {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
}

/** The class of pg-boss, versions 10 to 12. */
interface BossClient {
  on(event: "error", listener: (error: Error) => void): unknown;
  start(): Promise<unknown>;
  stop(options: object): Promise<unknown>;
  createQueue(queue: string): Promise<unknown>;
  purgeQueue?(queue: string): Promise<unknown>;
  deleteQueuedJobs?(queue: string): Promise<unknown>;
  send(queue: string, data: object, options: SendOptions): Promise<string | null>;
  fetch(
    queue: string,
    options: { readonly db: BossDatabase },
  ): Promise<readonly Pick<QueuedJob, "id" | "data">[] | null>;
  getJobById(queue: string, id: string): Promise<QueuedJob | null>;
  complete(queue: string, id: string, output: object): Promise<unknown>;
  fail(queue: string, id: string, output: object): Promise<unknown>;
  cancel(queue: string, id: string): Promise<unknown>;
}

const METHODS = ["start", "stop", "createQueue", "send", "fetch", "getJobById", "complete", "fail", "cancel"];

/**
 * Loads the project's pg-boss.
 * @param url the database with the queue
 * @throws RemodelError `PEER_MISSING`
 */
export function loadBoss(loader: Loader, url: string): Boss {
  const exports: { readonly PgBoss?: unknown; readonly default?: unknown } = Object(loader.require("pg-boss"));
  const PgBoss = exports.PgBoss ?? exports.default ?? exports;
  if (!isConstructor(PgBoss)) throw unusable();
  const client = new PgBoss({ connectionString: url, application_name: "remodel", schedule: false });
  if (!isBossClient(client)) throw unusable();
  client.on("error", () => {}); // Each call reports its own failure; without a listener the process would end.
  return adapt(client);
}

function adapt(client: BossClient): Boss {
  return {
    start: async () => void (await client.start()),
    stop: async () => void (await client.stop({ graceful: false, wait: true })),
    createQueue: async (queue) => void (await client.createQueue(queue)),
    removeQueued: async (queue) => void (await (client.deleteQueuedJobs?.(queue) ?? client.purgeQueue?.(queue))),
    send: async (queue, data, options) => {
      const id = await client.send(queue, data, options);
      if (id === null) throw new Error("pg-boss did not take the job.");
      return id;
    },
    fetch: async (queue, db) => {
      const executeSql: BossDatabase["executeSql"] = async (text, values) => ({ rows: await db.query(text, values) });
      return (await client.fetch(queue, { db: { executeSql } }))?.[0];
    },
    find: async (queue, id) => (await client.getJobById(queue, id)) ?? undefined,
    complete: async (queue, id, output) => void (await client.complete(queue, id, output)),
    putBack: async (queue, id) => void (await client.fail(queue, id, { message: "its worker was lost" })),
    cancel: async (queue, id) => void (await client.cancel(queue, id)),
  };
}

function isConstructor(value: unknown): value is new (options: object) => unknown {
  return typeof value === "function";
}

function isBossClient(value: unknown): value is BossClient {
  const object: Readonly<Record<string, unknown>> = Object(value);
  return METHODS.every((name) => typeof object[name] === "function");
}

function unusable(): Error {
  return new Error("This version of pg-boss lacks functions that remodel uses: install pg-boss 10, 11 or 12.");
}
