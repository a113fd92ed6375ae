import { RemodelError } from "../errors.ts";
import type { Tenant } from "./tenant.ts";

/** One of several parts of the fleet. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * Reads the option `--shard`.
 * @param text `I/N`, with I from 1 to N
 * @throws RemodelError `USAGE`
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new RemodelError("USAGE", `--shard cannot be ${JSON.stringify(text)}.`, {
    hint: "Write I/N, with I from 1 to N: --shard 1/4",
  });
}

/**
 * Finds the tenants of a shard. All tenants of a server are in the same shard, so that the limit for one server holds
 * although shards know nothing of one another. Only a new server, no new tenant, can move tenants to another shard.
 * @param fleet all tenants, before any selection: the shards of different selections are the same
 */
export function takeShard(fleet: readonly Tenant[], { index, count }: Shard): readonly Tenant[] {
  const servers = [...new Set(fleet.map(({ server }) => server))].sort();
  const own = new Set(servers.filter((_, at) => at % count === index - 1));
  return fleet.filter(({ server }) => own.has(server));
}
