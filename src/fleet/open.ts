import { type Connection, connect } from "../connection/connect.ts";
import { RemodelError } from "../errors.ts";
import type { FleetConfig } from "../fleet-config.ts";
import { mapGiven } from "../given.ts";
import { isBuilt } from "../revision/folder.ts";
import { once } from "../state/once.ts";
import { openProject, type ProjectFiles, type ProjectOptions } from "../state/project-files.ts";
import { buildTenants } from "./inventory.ts";
import { describeNewRecord, readRecords } from "./inventory-sources.ts";
import { type Selection, selectTenants } from "./selection.ts";
import { parseShard, takeShard } from "./shard.ts";
import type { GivenLimits, Tenant, TenantOfWave, WaveTenants } from "./tenant.ts";
import { assignWaves, refuseSeveralWaves, takeWaves } from "./waves.ts";

/** Where the project of a fleet is, and which of its tenants are selected. */
export interface FleetOptions extends ProjectOptions, Partial<Selection> {
  /** Another database than the project's own. */
  readonly url?: string;
  /** Only these waves. */
  readonly waves?: readonly string[];
  /** Only this part of the servers: `I/N`. */
  readonly shard?: string;
  /** The command goes wave by wave, so a shard may have one wave only. */
  readonly inOrder?: boolean;
  /** A tenant that may not exist yet. An inventory that lists what exists has it too if its name fits. */
  readonly newTenant?: string;
  readonly limits?: GivenLimits;
}

/** A project and its selected tenants. */
export interface Fleet {
  readonly project: ProjectFiles;
  readonly config: FleetConfig;
  /** Every wave, in order, also those without a selected tenant. */
  readonly waves: readonly WaveTenants[];
  /** All selected tenants, in the order of the inventory. A shard may have none. */
  readonly tenants: readonly Tenant[];
  /** All tenants of the inventory, each with its wave, whether selected or not. */
  readonly inventory: readonly TenantOfWave[];
  /** What the command line says, see `limitWave`. */
  readonly limits: GivenLimits;
}

/**
 * Reads the inventory of a project's fleet and selects tenants. No tenant is connected to.
 * @throws RemodelError `FLEET_INVALID`, `FLEET_EMPTY`, `USAGE`, and what `openProject` throws
 */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { url, select = [], except = [], waves: names = [], shard, limits = {}, newTenant } = options;
  const part = mapGiven(shard, parseShard);
  const project = await openProject({ ...options, dataSourceOptional: true });
  const config = requireFleet(project);
  const all = await readInventory(project, config, { url, newTenant });
  const selected = new Set(selectTenants(all, { select, except }));
  const ofShard = part === undefined ? selected : intersect(takeShard(all, part), selected);
  const inWaves = assignWaves(config.waves ?? [], all);
  const inventory = inWaves.flatMap(({ wave, tenants }) => tenants.map((one) => ({ ...one, wave: wave.name })));
  const assigned = takeWaves(inWaves, names);
  if (part !== undefined && options.inOrder) refuseSeveralWaves(assigned, names);
  const waves = assigned.map(({ wave, tenants }) => ({ wave, tenants: tenants.filter((one) => ofShard.has(one)) }));
  const taken = new Set(waves.flatMap(({ tenants }) => tenants));
  if (part === undefined && taken.size === 0) throw emptyWavesError(names);
  return { project, config, waves, tenants: all.filter((one) => taken.has(one)), inventory, limits };
}

/** All tenants of the fleet, in the order of the inventory. */
async function readInventory(
  project: ProjectFiles,
  config: FleetConfig,
  { url, newTenant }: { readonly url: string | undefined; readonly newTenant: string | undefined },
): Promise<readonly Tenant[]> {
  const { settings, home, configFolder, cwd, loader } = project;
  const own = once(async () => url ?? (await project.database()));
  const ownBase = url === undefined ? home : cwd;
  const withConnection = async <Result>(body: (connection: Connection) => Promise<Result>, other?: string) => {
    const base = other === undefined ? ownBase : configFolder;
    const options = { silenceMs: settings.networkTimeout, endsAtSignal: true } as const;
    const connection = await connect(other ?? (await own()), loader, base, options);
    return await body(connection).finally(() => connection.close());
  };
  const records = await readRecords(config.tenants, { configFolder, withConnection });
  const added = mapGiven(newTenant, (tenant) => describeNewRecord(config.tenants, tenant));
  const isListed = records.some((one) => Object(one).name === newTenant);
  return await buildTenants(added === undefined || isListed ? records : [...records, added], {
    url: config.url,
    own,
    home,
    configFolder,
    env: process.env,
  });
}

function requireFleet({ settings, folder }: ProjectFiles): FleetConfig {
  if (settings.fleet !== undefined) return settings.fleet;
  if (isBuilt(folder))
    throw new RemodelError(
      "FLEET_INVALID",
      `The build in ${folder} has no fleet: a list of tenants is not part of it.`,
      {
        hint: 'Add "remodel": { "fleet": { "tenants": "malls.json" } } to the package.json of the folder in which you type the command.',
      },
    );
  throw new RemodelError("FLEET_INVALID", "The configuration has no fleet.", {
    hint: 'Add fleet: { tenants: "malls.json" } to defineConfig, in remodel.config.ts or in the file with the data source.',
  });
}

function emptyWavesError(names: readonly string[]): RemodelError {
  return new RemodelError("FLEET_EMPTY", `No selected tenant is in the wave ${names.join(" or ")}.`, {
    hint: "To see the waves, run: remodel fleet list",
  });
}

function intersect(tenants: readonly Tenant[], others: ReadonlySet<Tenant>): ReadonlySet<Tenant> {
  return new Set(tenants.filter((one) => others.has(one)));
}
