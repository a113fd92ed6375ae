import childProcess from "node:child_process";
import crypto from "node:crypto";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { Module, syncBuiltinESMExports } from "node:module";
import net from "node:net";
import os from "node:os";
import workers from "node:worker_threads";
import { isInstalled, observeFiles } from "./observe-files.ts";
import { observeArguments, observeClock, observeEnvironment } from "./observe-process.ts";
import { addObserver, type Observations, observe, unobserved } from "./observers.ts";
import { answer } from "./questions.ts";
import { refusing, replace, type Undo } from "./replaced.ts";

const MACHINE = ["cpus", "freemem", "totalmem", "loadavg", "uptime", "networkInterfaces", "availableParallelism"];
const PROCESSES = ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"];
const CHANCE = ["randomBytes", "randomUUID", "randomInt", "randomFillSync", "randomFill", "generateKeyPairSync"];
const NAMES = ["lookup", "resolve", "resolve4", "resolve6", "resolveTxt", "resolveSrv", "reverse"];
const WRITES = ["writeFileSync", "appendFileSync", "mkdirSync", "rmSync", "unlinkSync", "renameSync", "copyFileSync"];
const STREAMS = ["openSync", "opendirSync", "createReadStream", "readFile", "readdir", "stat", "open", "watch"];
const UNSEEN = "a file in a way that is not observed";

/** Functions whose results are others each time, or are not known here; what a reason calls them. */
const UNREPEATABLE: readonly (readonly [object: object, names: readonly string[], what: string])[] = [
  [Math, ["random"], "chance"],
  [crypto, CHANCE, "chance"],
  [crypto.webcrypto, ["getRandomValues", "randomUUID"], "chance"],
  [performance, ["now"], "the clock"],
  [process, ["hrtime", "uptime", "memoryUsage", "cpuUsage"], "the process"],
  [os, MACHINE, "the machine"],
  [globalThis, ["fetch"], "the network"],
  [net.Socket.prototype, ["connect"], "the network"],
  [dgram, ["createSocket"], "the network"],
  [dns, NAMES, "the network"],
  [dns.promises, NAMES, "the network"],
  [childProcess, PROCESSES, "another process"],
  [workers, ["Worker"], "a thread"],
  [fs, STREAMS, UNSEEN],
  [fs, WRITES, "a file that it writes"],
  [fs.promises, Object.keys(fs.promises), UNSEEN],
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
    for (const file of Object.keys(Object(Module)._cache))
      if (isInstalled(file)) observe(["installed", file], () => answer(["installed", file]));
    if (end()) {
      undo?.();
      undo = undefined;
    }
  }
}

function replaceAll(): Undo {
  const undos = [
    ...observeFiles(),
    ...UNREPEATABLE.flatMap(([object, names, what]) =>
      names.map((name) => replace(object, name, (original) => refusing(original, what))),
    ),
    observeClock(),
    observeEnvironment(),
    observeArguments(),
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
