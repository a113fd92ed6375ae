import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JournalEvent } from "../../src/fleet/journal.ts";
import type { TenantLine } from "../../src/fleet/line.ts";
import { type FleetRunOptions, runFleet, type WaveToRun } from "../../src/fleet/run-fleet.ts";
import type { Tenant } from "../../src/fleet/tenant.ts";
import { openProject, type ProjectFiles } from "../../src/state/project-files.ts";
import { fileText } from "./running.ts";
import { connect, createDatabase, majors, type TestDatabase } from "./servers.ts";
import { withFolder } from "./session.ts";

const PG = fileURLToPath(new URL("../../node_modules/pg", import.meta.url));

/** The first revision of every mall. */
export const FIRST = "a_first";
/** The revision that the tests bring to the malls. */
export const SECOND = "b_second";

/** Takes the migration lock of a mall, as another run does. */
export const LOCK_SQL =
  "SELECT pg_advisory_lock(1919249780, hashtext('public'::regnamespace::oid::text || '.remodel_revision'))";

/** A mall, with its database. */
export interface Mall {
  readonly tenant: Tenant;
  readonly url: string;
}

/** A project with malls that are at its first revision. */
export interface TestFleet {
  readonly cwd: string;
  readonly malls: readonly Mall[];
  /** Writes the second revision, or another one. */
  write(up: string, down?: string, id?: string, after?: string, exports?: string): void;
  /** Opens the project again, which then has the revisions that were written. */
  open(): Promise<ProjectFiles>;
  /** Runs statements in the database of a mall. */
  query(mall: Mall, sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** A name with three digits, so that names sort as numbers do. */
export function nameMall(number: number): string {
  return `mall-${String(number).padStart(3, "0")}`;
}

/** Makes a tenant of a URL. */
export function buildTenant(name: string, url: string, schema?: string): Tenant {
  const { host, pathname } = new URL(url);
  const place = { name, server: host, database: pathname.slice(1), labels: {}, target: () => url };
  return schema === undefined ? place : { ...place, schema };
}

/**
 * Calls a function with a project and malls on all servers of this run, which are gone afterwards.
 * @param sql what each mall has before the first revision of the tests
 */
export async function withFleet(count: number, sql: string, body: (fleet: TestFleet) => Promise<void>): Promise<void> {
  const servers = majors();
  const databases: TestDatabase[] = [];
  await withFolder(async (folder) => {
    try {
      for (let at = 0; at < count; at++) databases.push(await createDatabase(servers[at % servers.length], { sql }));
      const malls = databases.map(({ url }, at): Mall => ({ url, tenant: buildTenant(nameMall(at + 1), url) }));
      symlinkSync(PG, join(folder, "../node_modules/pg"));
      writeFileSync(join(folder, `${FIRST}.ts`), fileText(FIRST, null, ""));
      const fleet = createTestFleet(folder, malls);
      await runTestFleet(
        await fleet.open(),
        malls.map(({ tenant }) => tenant),
      );
      await body(fleet);
    } finally {
      await Promise.all(databases.map((database) => database.drop()));
    }
  });
}

function createTestFleet(cwd: string, malls: readonly Mall[]): TestFleet {
  return {
    cwd,
    malls,
    write: (up, down = "", id = SECOND, after = FIRST, exports = "") => {
      const file = join(cwd, `${id}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, fileText(id, after, up, down, exports));
    },
    open: () => openProject({ cwd, migrations: ".", dataSourceOptional: true }),
    query: async ({ url }, sql) => {
      const client = await connect(url);
      try {
        const { rows } = await client.query(sql);
        return rows ?? [];
      } finally {
        await client.end();
      }
    },
  };
}

/** A wave without limits but those of the command. */
export function buildWave(tenants: readonly Tenant[], more: Partial<WaveToRun> = {}): WaveToRun {
  return { name: "rest", tenants, concurrency: 8, perServer: 4, timeoutMs: 3000, canary: false, ...more };
}

/** What a run in a test did. */
export type TestRun = Awaited<ReturnType<typeof runFleet>> & {
  readonly events: readonly JournalEvent[];
  /** The line of a tenant. */
  line(name: string): TenantLine;
};

/** Runs a fleet in this process. */
export async function runTestFleet(
  project: ProjectFiles,
  tenants: readonly Tenant[] | readonly WaveToRun[],
  options: Partial<FleetRunOptions> = {},
): Promise<TestRun> {
  const waves = tenants.flatMap((one) => ("tenants" in one ? [one] : []));
  const loose = tenants.flatMap((one) => ("tenants" in one ? [] : [one]));
  const events: JournalEvent[] = [];
  const { signal } = new AbortController();
  const report = await runFleet({
    project,
    waves: waves.length > 0 ? waves : [buildWave(loose)],
    direction: "upgrade",
    target: "heads",
    limits: { lockTimeout: 200, lockRetries: 1, lockWait: 300 },
    allowDrift: false,
    stop: signal,
    cancel: signal,
    journal: (event) => void events.push(event),
    watch: { onWave: () => undefined, onProgress: () => undefined, onEnd: () => undefined },
    known: new Map(),
    ...options,
  });
  const line = (name: string) => {
    const found = report.tenants.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no tenant ${name}.`);
    return found;
  };
  return { ...report, events, line };
}
