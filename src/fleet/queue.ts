import { dropUndefined } from "../given.ts";
import { groupBy } from "../group-by.ts";
import type { Attempt, Entry, Job, Start } from "./attempt.ts";

/** The tenants of a wave that are still to be tried. */
export interface Queue<J extends Job, A extends Attempt> {
  /** Takes the next tenant that may start. */
  take(now: number): Start<J, A> | undefined;
  /** Notes that an attempt has ended, before the tenant is put back or done with. */
  release(start: Start<J, A>, attempt: Attempt): void;
  /** Puts a tenant back until a time. */
  pause(entry: Entry<J>, until: number): void;
  /** Puts a tenant back until all others are done with. */
  setAside(entry: Entry<J>): void;
  /** Puts a tenant back until the others of its database are done with. */
  setApart(entry: Entry<J>): void;
  /** Notes that nothing reached the tenant's server in so many attempts that no other tenant of it is tried. */
  giveUp(entry: Entry<J>, attempt: A): void;
  /** When the next pause ends. */
  wakeAt(): number | undefined;
  running(): number;
}

interface Server<J extends Job, A extends Attempt> {
  ready: Entry<J>[];
  running: number;
  limit: number;
  /** The limit never grows beyond this. */
  readonly most: number;
  /** How many attempts in a row did not reach it. */
  silent: number;
  /** How many of its tenants are paused. */
  paused: number;
  given?: A;
}

/** A database, perhaps with several tenants. */
interface WaveDatabase<J extends Job> {
  readonly shared: boolean;
  running: number;
  /** How many tenants without steps outside a transaction are ready, paused or running. */
  open: number;
  /** The tenants with such steps, until one of them may start. */
  apart: Entry<J>[];
}

interface QueueState<J extends Job, A extends Attempt> {
  readonly servers: ReadonlyMap<string, Server<J, A>>;
  readonly databases: ReadonlyMap<string, WaveDatabase<J>>;
  /** The databases with tenants that run apart. */
  readonly divided: Set<WaveDatabase<J>>;
  paused: { readonly entry: Entry<J>; readonly until: number }[];
  aside: Entry<J>[];
  running: number;
}

/**
 * Makes the queue of a wave.
 * @param jobs the tenants, in the order in which they are tried
 * @param perServer how many tenants of one server run at once; of an embedded database, which allows one connection, one
 */
export function createQueue<J extends Job, A extends Attempt>(jobs: readonly J[], perServer: number): Queue<J, A> {
  const entries = jobs.map((job, at): Entry<J> => ({ job, at, failed: 0, apart: false, last: false }));
  const servers = groupBy(entries, ({ job }) => job.server);
  const databases = groupBy(entries, ({ job }) => job.database);
  const state: QueueState<J, A> = {
    servers: mapValues(servers, (all, name) => {
      const most = name.startsWith("pglite:") ? 1 : perServer;
      return { ready: [...all], running: 0, limit: most, most, silent: 0, paused: 0 };
    }),
    databases: mapValues(databases, ({ length }) => ({ shared: length > 1, running: 0, open: length, apart: [] })),
    divided: new Set(),
    paused: [],
    aside: [],
    running: 0,
  };
  return {
    take: (now) => {
      refill(state, now);
      return takeNext(state);
    },
    release: (start, attempt) => release(state, start, attempt),
    pause: (entry, until) => {
      if (!entry.apart) findDatabase(state, entry).open += 1;
      findServer(state, entry).paused += 1;
      state.paused.push({ entry, until });
    },
    setAside: (entry) => void state.aside.push(entry),
    setApart: (entry) => {
      entry.apart = true;
      putApart(state, entry);
    },
    giveUp: (entry, attempt) => {
      const server = findServer(state, entry);
      if (server.silent >= entry.failed) server.given ??= attempt;
    },
    wakeAt: () => (state.paused.length === 0 ? undefined : Math.min(...state.paused.map(({ until }) => until))),
    running: () => state.running,
  };
}

/** Makes ready what was put back and may start now. */
function refill<J extends Job, A extends Attempt>(state: QueueState<J, A>, now: number): void {
  endPauses(state, now);
  for (const { open, running, apart } of state.divided) {
    const [next] = apart;
    if (open + running === 0 && next !== undefined && !isReady(state, next)) makeReady(state, next);
  }
  if (state.aside.length > 0 && isIdle(state)) lookAgain(state);
}

function endPauses<J extends Job, A extends Attempt>(state: QueueState<J, A>, now: number): void {
  const due = state.paused.filter(({ until }) => until <= now);
  if (due.length > 0) state.paused = state.paused.filter(({ until }) => until > now);
  for (const { entry } of due) {
    findServer(state, entry).paused -= 1;
    if (entry.apart) putApart(state, entry);
    else makeReady(state, entry);
  }
}

function isIdle<J extends Job, A extends Attempt>({ running, paused, servers, divided }: QueueState<J, A>): boolean {
  if (running + paused.length + divided.size > 0) return false;
  return [...servers.values()].every(({ ready }) => ready.length === 0);
}

function lookAgain<J extends Job, A extends Attempt>(state: QueueState<J, A>): void {
  for (const entry of state.aside.splice(0)) {
    entry.last = true;
    if (entry.apart) putApart(state, entry);
    else {
      findDatabase(state, entry).open += 1;
      makeReady(state, entry);
    }
  }
  refill(state, Number.NEGATIVE_INFINITY);
}

/** Takes the first tenant in the order of the wave whose server may run one more. */
function takeNext<J extends Job, A extends Attempt>(state: QueueState<J, A>): Start<J, A> | undefined {
  const able = [...state.servers.values()].filter(mayStart);
  const first = able.reduce<Server<J, A> | undefined>((best, one) => (isBefore(one, best) ? one : best), undefined);
  const entry = first?.ready.shift();
  if (first === undefined || entry === undefined) return undefined;
  const database = findDatabase(state, entry);
  takeFromApart(state, database, entry);
  for (const counted of [state, first, database]) counted.running += 1;
  const { given } = first;
  return { entry, alone: entry.apart || !database.shared, ...dropUndefined({ given }) };
}

/** While a server is silent, only a tenant that has waited for it is tried. */
function mayStart<J extends Job, A extends Attempt>({
  ready: [first],
  running,
  limit,
  silent,
  paused,
  given,
}: Server<J, A>): boolean {
  if (first === undefined) return false;
  if (given !== undefined) return true;
  return running < limit && (silent === 0 || paused === 0 || first.failed > 0);
}

function isBefore<J extends Job, A extends Attempt>(
  { ready: [one] }: Server<J, A>,
  other: Server<J, A> | undefined,
): boolean {
  return (one?.at ?? 0) < (other?.ready[0]?.at ?? Number.POSITIVE_INFINITY);
}

/** A passing failure halves the limit of the server; every other answer of it raises the limit by one. */
function release<J extends Job, A extends Attempt>(
  state: QueueState<J, A>,
  { entry, given }: Start<J, A>,
  { next, silent }: Attempt,
): void {
  const [server, database] = [findServer(state, entry), findDatabase(state, entry)];
  for (const counted of [state, server, database]) counted.running -= 1;
  if (!entry.apart) database.open -= 1;
  if (given !== undefined) return;
  const failed = next === "again";
  server.limit = failed ? Math.max(1, Math.floor(server.limit / 2)) : Math.min(server.most, server.limit + 1);
  server.silent = failed && silent === true ? server.silent + 1 : 0;
}

function putApart<J extends Job, A extends Attempt>(state: QueueState<J, A>, entry: Entry<J>): void {
  const database = findDatabase(state, entry);
  database.apart.push(entry);
  state.divided.add(database);
}

function takeFromApart<J extends Job, A extends Attempt>(
  { divided }: QueueState<J, A>,
  database: WaveDatabase<J>,
  entry: Entry<J>,
): void {
  database.apart = database.apart.filter((one) => one !== entry);
  if (database.apart.length === 0) divided.delete(database);
}

function makeReady<J extends Job, A extends Attempt>(state: QueueState<J, A>, entry: Entry<J>): void {
  const { ready } = findServer(state, entry);
  const after = ready.findIndex(({ at }) => at > entry.at);
  ready.splice(after < 0 ? ready.length : after, 0, entry);
}

function isReady<J extends Job, A extends Attempt>(state: QueueState<J, A>, entry: Entry<J>): boolean {
  return findServer(state, entry).ready.includes(entry);
}

function findServer<J extends Job, A extends Attempt>({ servers }: QueueState<J, A>, { job }: Entry<J>): Server<J, A> {
  return demand(servers.get(job.server));
}

function findDatabase<J extends Job, A extends Attempt>(
  { databases }: QueueState<J, A>,
  { job }: Entry<J>,
): WaveDatabase<J> {
  return demand(databases.get(job.database));
}

function demand<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("The queue of a wave has only its own tenants.");
  return value;
}

function mapValues<From, To>(
  map: ReadonlyMap<string, From>,
  change: (value: From, key: string) => To,
): ReadonlyMap<string, To> {
  return new Map([...map].map(([key, value]) => [key, change(value, key)]));
}
