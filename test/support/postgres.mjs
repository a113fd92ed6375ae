// Starts real PostgreSQL servers from the npm packages in test/pg. Plain JavaScript, so that node runs it as it is.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { fastestFolder } from "./fastest-folder.mjs";

/**
 * @typedef {object} Server a running PostgreSQL server
 * @property {number} major its major version
 * @property {string} url a superuser's connection to its database `postgres`
 * @property {() => Promise<void>} stop stops it and removes its data
 */

/**
 * @typedef {object} Servers several running servers
 * @property {string[]} urls superusers' connections, in the order of the majors asked for
 * @property {() => Promise<void>} stop stops them and removes their data
 */

const PACKAGES = fileURLToPath(new URL("../pg/node_modules/", import.meta.url));

/** PostgreSQL refuses to run as root; `nobody` has the passwd entry that initdb asks for. */
const USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The variable that names the folder of {@link keepFresh}, for the processes of one run. */
const FRESH_DATA = "REMODEL_TEST_FRESH_DATA";

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  jit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  track_counts: "off",
  update_process_title: "off",
  shared_buffers: "32MB",
  bgwriter_lru_maxpages: "0",
  max_connections: "200",
  max_locks_per_transaction: "512",
  timezone: "UTC",
  // `log` stands above `error`: what statements in tests do wrong is not our log's business, that it is ready is.
  log_min_messages: "log",
};

/**
 * Ways to run a query that the planner does not weigh in tests. Planning takes most of the time of a server whose tables
 * are nearly empty, and a fifth of that goes without these. What a query returns does not depend on them.
 */
export const FEWER_PLANS = {
  enable_incremental_sort: "off",
  enable_material: "off",
  enable_memoize: "off",
  enable_mergejoin: "off",
  max_parallel_workers_per_gather: "0",
};

/** Since 18: files are copied without reading them, and no processes read ahead for others. */
const SINCE_18 = { io_method: "sync", file_copy_method: "clone" };

/**
 * Each backend keeps the memory that it got: planning the tool's large queries would otherwise return it to the kernel
 * and ask for it again, a tenth of a backend's processor time. (glibc; other libraries do not read these.)
 */
const MEMORY = {
  MALLOC_TRIM_THRESHOLD_: "268435456",
  MALLOC_MMAP_THRESHOLD_: "268435456",
  MALLOC_TOP_PAD_: "16777216",
};

/**
 * Starts one server of a major, or takes the one that the environment names as `REMODEL_TEST_URL_<major>`.
 * @param {number} major
 * @param {Readonly<Record<string, string>>} [more] settings besides ours
 * @returns {Promise<Server>}
 */
export async function startServer(major, more = {}) {
  const given = process.env[`REMODEL_TEST_URL_${major}`];
  if (given) return { major, url: given, stop: async () => {} };
  if (!existsSync(`${PACKAGES}pg${major}/native/bin/postgres`)) throw new Error(missing(major));
  const folder = mkdtempSync(join(fastestFolder(), `remodel-pg${major}-`));
  own(folder);
  try {
    const native = findBinaries(major, folder);
    const data = join(folder, "data");
    await initialize(native, folder, data, major);
    await keepFresh(folder, data, major);
    const { port, stop } = await boot(native, folder, data, { settings: { ...settingsOf(major), ...more } });
    const remove = () => rmSync(folder, { recursive: true, force: true });
    /** @param {string} database */
    const url = (database) => `postgres://postgres@127.0.0.1:${port}/${database}`;
    await warm(url("template1"));
    return { major, url: url("postgres"), stop: () => stop("SIGINT").finally(remove) };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * @typedef {object} OwnServer a server of one test
 * @property {string} url a superuser's connection to its database `postgres`, which stays the same
 * @property {string} data its data folder
 * @property {() => Promise<void>} crash ends it at once, as when the machine fails: sessions are cut off
 * @property {() => Promise<void>} start starts it again, at the same port
 * @property {() => Promise<void>} stop stops it and removes its data
 */

/** A committed transaction survives a crash. Files of PostgreSQL's own stay in memory. */
const OWN_SETTINGS = { synchronous_commit: "on", full_page_writes: "on", wal_level: "replica" };

/**
 * Starts a server for one test, which may take it away and give it back.
 * @param {number} major
 * @returns {Promise<OwnServer>}
 */
export async function startOwnServer(major) {
  if (!existsSync(`${PACKAGES}pg${major}/native/bin/postgres`)) throw new Error(missing(major));
  const folder = mkdtempSync(join(fastestFolder(), `remodel-own-pg${major}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  own(folder);
  try {
    const native = findBinaries(major, folder);
    const data = join(folder, "data");
    await initialize(native, folder, data, major);
    const settings = { ...settingsOf(major), ...OWN_SETTINGS };
    let running = await boot(native, folder, data, { settings });
    const { port } = running;
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      data,
      crash: () => running.stop("SIGQUIT"),
      start: async () => {
        running = await boot(native, folder, data, { settings, port });
      },
      stop: () => running.stop("SIGINT").finally(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Starts servers side by side; all of them or none.
 * @param {readonly number[]} majors
 * @param {Readonly<Record<string, string>>} [more] settings besides ours
 * @returns {Promise<Servers>}
 */
export async function startServers(majors, more) {
  const results = await Promise.allSettled(majors.map((major) => startServer(major, more)));
  const servers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { urls: servers.map((server) => server.url), stop };
}

/**
 * Starts servers under a process of their own, which stops them and removes their data however this process ends.
 * @param {readonly number[]} majors
 * @returns {Promise<Servers>}
 */
export async function superviseServers(majors) {
  const script = fileURLToPath(new URL("start-server.mjs", import.meta.url));
  process.env[FRESH_DATA] = join(fastestFolder(), `remodel-fresh-${process.pid}`);
  // Detached: Ctrl+C shall reach the tests first, and end the servers only when the tests have ended.
  const child = spawn(process.execPath, [script, "--until-stdin-ends", ...majors.map(String)], { detached: true });
  const ended = once(child, "close");
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  /** @type {string[]} */
  const urls = [];
  for await (const line of createInterface({ input: child.stdout })) if (urls.push(line) === majors.length) break;
  child.stdout.resume();
  if (urls.length < majors.length) {
    await ended;
    throw new Error(complaint.trim() || "The PostgreSQL servers did not start.");
  }
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { urls, stop };
}

/** @param {number} major */
function missing(major) {
  return `There is no PostgreSQL ${major} for these tests. On Linux x64 install it with "npm ci --prefix test/pg --ignore-scripts"; elsewhere name a server in REMODEL_TEST_URL_${major}=postgres://superuser@host:port/postgres, or choose other majors with REMODEL_TEST_PG.`;
}

/**
 * The folder of binaries that the server's user can run: the package itself, or a copy of it.
 * @param {number} major
 * @param {string} folder
 */
function findBinaries(major, folder) {
  const installed = `${PACKAGES}pg${major}`;
  hydrate(installed);
  if (runs(`${installed}/native`)) return `${installed}/native`;
  const copy = join(folder, "binaries");
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  hydrate(copy);
  own(copy);
  for (const path of readdirSync(copy, { recursive: true, encoding: "utf8" })) own(join(copy, path));
  if (!runs(`${copy}/native`)) throw new Error(`The binaries of PostgreSQL ${major} do not run, not even in ${copy}.`);
  return `${copy}/native`;
}

/**
 * Makes the links between the package's libraries that its postinstall script makes, which `--ignore-scripts` left out.
 * @param {string} folder
 */
function hydrate(folder) {
  /** @type {{ target: string }[]} */
  const links = JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"));
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder });
}

/** @param {string} native */
function runs(native) {
  const probe = '"$0"/bin/postgres --version && test -r "$0"/share/postgresql/postgres.bki';
  return spawnSync("sh", ["-c", probe, native], { ...USER, cwd: tmpdir() }).status === 0;
}

/** @param {string} path */
function own(path) {
  if (USER.uid !== undefined) lchownSync(path, USER.uid, USER.gid);
}

/**
 * Makes a data folder, or copies the one that the run's server of the major began with, which takes a tenth of the time.
 * @param {string} native
 * @param {string} folder
 * @param {string} data
 * @param {number} major
 */
async function initialize(native, folder, data, major) {
  const fresh = freshData(major);
  if (fresh !== undefined && existsSync(fresh)) return await run("cp", ["-R", fresh, data], folder);
  const args = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  if (major >= 18) args.push("--no-data-checksums");
  await run(`${native}/bin/initdb`, args, folder);
}

/**
 * Keeps a data folder that no server has used yet for others of this run.
 * @param {string} folder
 * @param {string} data
 * @param {number} major
 */
async function keepFresh(folder, data, major) {
  const fresh = freshData(major);
  if (fresh === undefined || existsSync(fresh)) return;
  mkdirSync(dirname(fresh), { recursive: true });
  own(dirname(fresh));
  await run("cp", ["-R", data, fresh], folder);
}

/** Removes what was kept; for the process that started the servers of the run. */
export function removeFresh() {
  const folder = process.env[FRESH_DATA];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/**
 * Where data folders are kept as they were made: {@link superviseServers} says it to the processes of its run.
 * @param {number} major
 */
function freshData(major) {
  const folder = process.env[FRESH_DATA];
  return folder === undefined ? undefined : join(folder, String(major));
}

/**
 * Runs a command as the server's user.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function run(command, args, cwd) {
  const child = spawn(command, args, { ...USER, cwd, env: { PATH: process.env["PATH"], LC_ALL: "C" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} failed:\n${output}`);
}

/**
 * @param {string} native
 * @param {string} folder
 * @param {string} data
 * @param {{ settings: Readonly<Record<string, string>>, port?: number }} own
 * @returns {Promise<{ port: number, stop: (signal: NodeJS.Signals) => Promise<void> }>}
 */
async function boot(native, folder, data, own, attempts = 5) {
  const port = own.port ?? (await freePort());
  const settings = Object.entries(own.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", data, "-p", String(port), ...settings];
  const env = { ...process.env, ...MEMORY };
  const child = spawn(`${native}/bin/postgres`, args, {
    ...USER,
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  let output = "";
  for await (const line of createInterface({ input: child.stderr })) {
    output += `${line}\n`;
    if (!/ready to accept (read-only )?connections/.test(line)) continue;
    child.stderr.resume();
    return { port, stop: (signal) => stop(child, ended, signal) };
  }
  // Between finding a free port and using it, somebody else may have taken it.
  if (output.includes("Address already in use") && attempts > 1) return boot(native, folder, data, own, attempts - 1);
  throw new Error(`PostgreSQL did not start:\n${output}`);
}

/** @param {number} major */
function settingsOf(major) {
  return major >= 18 ? { ...SETTINGS, ...SINCE_18 } : SETTINGS;
}

/**
 * Connects once to the database that others are copied from. The first connection to a database writes a file of what all
 * of them need to know of its catalog; the copies then have it too, which halves the cost of their first connection.
 * @param {string} url
 */
async function warm(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.end();
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<unknown>} ended
 * @param {NodeJS.Signals} signal
 */
async function stop(child, ended, signal) {
  if (child.exitCode !== null) return;
  child.kill(signal);
  const impatience = setTimeout(() => child.kill("SIGQUIT"), 10_000);
  await ended;
  clearTimeout(impatience);
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
