import childProcess from "node:child_process";
import crypto from "node:crypto";
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import os from "node:os";
import v8 from "node:v8";
import vm from "node:vm";
import workers from "node:worker_threads";
import { observeFiles } from "./observe-files.ts";
import { observeLoaded, observeResolution } from "./observe-modules.ts";
import { observeClock, observeCommand, observeEnvironment } from "./observe-process.ts";
import { addObserver, type Observations, unobserved } from "./observers.ts";
import { refusing, replace, replaceValue, type Undo } from "./replaced.ts";

const MACHINE = ["cpus", "freemem", "totalmem", "loadavg", "uptime", "networkInterfaces", "availableParallelism"];
const PROCESSES = ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"];
const OF_PROCESS = [
  "hrtime",
  "uptime",
  "memoryUsage",
  "cpuUsage",
  "resourceUsage",
  "constrainedMemory",
  "availableMemory",
];
const BYTES = [
  "randomBytes",
  "randomUUID",
  "randomInt",
  "randomFillSync",
  "randomFill",
  "getRandomValues",
  "pseudoRandomBytes",
];
const KEYS = [
  "generateKey",
  "generateKeySync",
  "generateKeyPair",
  "generateKeyPairSync",
  "generatePrime",
  "generatePrimeSync",
];
const EXCHANGES = ["createECDH", "createDiffieHellman", "createDiffieHellmanGroup", "getDiffieHellman"];
/** Of some algorithms, each signature and each ciphertext is another one. */
const SIGNATURES = ["sign", "createSign", "publicEncrypt"];
const HEAP = ["getHeapStatistics", "getHeapSpaceStatistics", "getHeapCodeStatistics", "getHeapSnapshot"];
const CONTEXTS = ["createContext", "runInNewContext"];
const CLOCKS = ["now", "mark", "measure", "toJSON", "eventLoopUtilization", "timerify"];

/** Functions whose results are others each time, or are not known here; what a reason calls them. */
const UNREPEATABLE: readonly (readonly [object: object, names: readonly string[], what: string])[] = [
  [Math, ["random"], "chance"],
  [crypto, [...BYTES, ...KEYS, ...EXCHANGES, ...SIGNATURES], "chance"],
  [crypto.webcrypto, ["getRandomValues", "randomUUID"], "chance"],
  [crypto.webcrypto.subtle, ["generateKey", "sign", "encrypt"], "chance"],
  [performance, CLOCKS, "the clock"],
  [process, OF_PROCESS, "the process"],
  [process.report, ["getReport", "writeReport"], "the process"],
  [v8, HEAP, "the process"],
  [os, MACHINE, "the machine"],
  [globalThis, ["fetch"], "the network"],
  [net.Socket.prototype, ["connect"], "the network"],
  [net.Server.prototype, ["listen"], "the network"],
  [dgram, ["createSocket"], "the network"],
  [dns, Object.keys(dns), "the network"],
  [dns.promises, Object.keys(dns.promises), "the network"],
  [childProcess, PROCESSES, "another process"],
  [workers, ["Worker"], "a thread"],
  // It has a clock and a chance of its own.
  [vm, CONTEXTS, "another context"],
  [vm.Script.prototype, ["runInNewContext"], "another context"],
];

/** Values that are others for each process. */
const VALUES: readonly (readonly [object: object, names: readonly string[], what: string])[] = [
  [Object.getPrototypeOf(performance), ["timeOrigin", "nodeTiming"], "the clock"],
  [performance, ["timeOrigin", "nodeTiming"], "the clock"],
  [Event.prototype, ["timeStamp"], "the clock"],
];

let undo: Undo | undefined;

/**
 * Runs code of the project, and keeps what it asks the world: files, folders, environment variables, installed packages.
 * What cannot be asked again, such as the clock, becomes a reason.
 */
export async function observing<Result>(observations: Observations, work: () => Promise<Result>): Promise<Result> {
  const end = addObserver(observations);
  undo ??= replaceAll();
  try {
    return await work();
  } finally {
    observeLoaded();
    if (end()) {
      undo?.();
      undo = undefined;
    }
  }
}

function replaceAll(): Undo {
  const undos = [
    ...observeFiles(),
    ...observeClock(),
    ...UNREPEATABLE.flatMap(([object, names, what]) =>
      names.map((name) => replace(object, name, (original) => refusing(original, what))),
    ),
    ...VALUES.flatMap(([object, names, what]) => names.map((name) => replaceValue(object, name, what))),
    observeResolution(),
    observeEnvironment(),
    ...observeCommand(),
  ];
  exportAgain();
  return () => {
    for (const one of undos.toReversed()) one();
    exportAgain();
  };
}

/** Gives what was replaced to ES modules too. It reads every property of what Node has built in. */
function exportAgain(): void {
  unobserved(syncBuiltinESMExports);
}
