// Whatever code reads, either the same question has another answer once it has changed, or the result is not kept.
import { execSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs, { symlinkSync, unlinkSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { env } from "node:process";
import v8 from "node:v8";
import vm from "node:vm";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { observing } from "../../src/load/observe.ts";
import { createObservations, type Observations } from "../../src/load/observers.ts";
import { answer, hashAnswers, parseInquiry } from "../../src/load/questions.ts";
import { readTsConfig } from "../../src/load/tsconfig.ts";
import { copyEnvironment, project, write } from "./fixture.ts";

copyEnvironment();

/** Runs code, which may fail and go on. */
async function observeAnyhow(work: () => unknown): Promise<Observations> {
  return await observe(async () => {
    try {
      await work();
    } catch {
      // what it has asked is known
    }
  });
}

async function observe(work: () => unknown): Promise<Observations> {
  const observations = createObservations();
  await observing(observations, async () => {
    await work();
  });
  return observations;
}

/** Whether what was made with these observations would not be used now. */
function isOutdated({ answers, reasons }: Observations): boolean {
  const now = [...answers.keys()].map((question) => [question, answer(parseInquiry(question))] as const);
  return reasons.size > 0 || !hashAnswers(now).equals(hashAnswers(answers));
}

const PRIVATE_KEY = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

/** What is another thing each time. */
const UNREPEATABLE: Readonly<Record<string, () => unknown>> = {
  "the process id": () => process.pid,
  "the parent's process id": () => process.ppid,
  "the arguments": () => process.argv.length,
  "what is typed": () => process.stdin,
  memory: () => process.memoryUsage.rss(),
  "the time of the processor": () => process.resourceUsage(),
  hrtime: () => process.hrtime.bigint(),
  heap: () => v8.getHeapStatistics(),
  report: () => process.report.getReport(),
  "Date.now": () => Date.now(),
  "new Date": () => new Date().toISOString(),
  "the year": () => new Date().getFullYear(),
  "a date in a text": () => `${new Date()}`,
  "a date of Intl": () => new Intl.DateTimeFormat("en").format(),
  "a date given to Intl": () => new Intl.DateTimeFormat("en").format(new Date()),
  "parts of Intl": () => new Intl.DateTimeFormat("en").formatToParts(),
  "performance.now": () => performance.now(),
  "performance.mark": () => performance.mark("here").startTime,
  "performance.timeOrigin": () => performance.timeOrigin,
  "the time of an event": () => new Event("x").timeStamp,
  "Math.random": () => Math.random(),
  randomUUID: () => crypto.randomUUID(),
  "random values": () => crypto.getRandomValues(new Uint8Array(1)),
  "random values of the global": () => globalThis.crypto.getRandomValues(new Uint8Array(1)),
  "a key": () => crypto.generateKeySync("hmac", { length: 64 }),
  "a curve": () => crypto.createECDH("secp256k1").generateKeys(),
  "a group": () => crypto.getDiffieHellman("modp1"),
  "a signature": () => crypto.sign("sha256", Buffer.from("x"), PRIVATE_KEY),
  "another context": () => vm.runInNewContext("Math.random()"),
  "a script in another context": () => new vm.Script("Math.random()").runInNewContext(),
  "a context": () => vm.createContext({}),
  "code made of a text": () => new Function("return Math.random()")(),
  "a file by its number": () => fs.readFileSync(99),
  "a part of a file by its number": () => fs.readSync(99, Buffer.alloc(1)),
  "a file to write to": () => fs.openSync(import.meta.filename, "a"),
  "a callback of a file": () => fs.access(import.meta.filename, () => undefined),
  "a promise of a file": () => fs.promises.readFile(import.meta.filename),
  "a folder as a stream": () => fs.opendirSync(import.meta.dirname).closeSync(),
  "a file as a stream": () => fs.createReadStream(import.meta.filename).destroy(),
  "what is no file": () => fs.readFileSync("/dev/null"),
  "the size of a file": () => fs.statSync(import.meta.filename).size,
  "the size of a file as a large number": () => fs.statSync(import.meta.filename, { bigint: true }).size,
  "the mode of a file": () => fs.statSync(import.meta.filename).mode,
  "all about a file": () => ({ ...fs.lstatSync(import.meta.filename) }),
  "whether a file may be run": () => fs.accessSync(import.meta.filename, fs.constants.R_OK),
  "another process": () => execSync("true"),
  "another process at the same time": () => spawn("true"),
  "a thread": () => new Worker("0", { eval: true }),
  "the network": () => http.get("http://127.0.0.1:1/").on("error", () => undefined),
  "a server": () => http.createServer().listen(0).close(),
  fetch: () => void fetch("http://127.0.0.1:1/").catch(() => undefined),
  "an environment of its own": () => {
    process.env = { ...process.env };
  },
};

test.each(Object.entries(UNREPEATABLE))("not kept: %s", async (_, work) => {
  expect([...(await observeAnyhow(work)).reasons]).not.toEqual([]);
});

const at = (folder: string, path: string) => join(folder, path);
const manifest = (json: object) => JSON.stringify(json);
const load = (folder: string, name: string): unknown => createRequire(at(folder, "main.js"))(name);
const tryLoad = (folder: string, name: string): unknown => {
  try {
    return createRequire(at(folder, "main.js")).resolve(name);
  } catch {
    return undefined;
  }
};

/** A way to read something, and a change that it would see. */
interface Reading {
  readonly files?: Readonly<Record<string, string>>;
  readonly before?: (folder: string) => unknown;
  readonly read: (folder: string) => unknown;
  readonly change: (folder: string) => unknown;
}

const setVariable = () => {
  process.env["A_VARIABLE"] = "set";
};

const READINGS: Readonly<Record<string, Reading>> = {
  "a folder and those below": {
    files: { "data/a/x": "" },
    read: (folder) => fs.readdirSync(at(folder, "data"), { recursive: true }),
    change: (folder) => write(folder, { "data/a/y": "" }),
  },
  "a folder": {
    files: { "data/x": "" },
    read: (folder) => fs.readdirSync(at(folder, "data")),
    change: (folder) => write(folder, { "data/y": "" }),
  },
  "a file as bytes": {
    files: { x: "1" },
    read: (folder) => fs.readFileSync(at(folder, "x")),
    change: (folder) => write(folder, { x: "2" }),
  },
  "a file by its number": {
    files: { x: "1" },
    read: (folder) => fs.readFileSync(fs.openSync(at(folder, "x"), "r")),
    change: (folder) => write(folder, { x: "2" }),
  },
  "a file in another encoding": {
    files: { x: "\u00e9" },
    read: (folder) => fs.readFileSync(at(folder, "x"), "latin1"),
    change: (folder) => write(folder, { x: "\u00e8" }),
  },
  "whether a file is there": {
    read: (folder) => fs.existsSync(at(folder, "x")),
    change: (folder) => write(folder, { x: "" }),
  },
  "what is at a path": {
    files: { x: "" },
    read: (folder) => fs.statSync(at(folder, "x")).isFile(),
    change: (folder) => unlinkSync(at(folder, "x")),
  },
  "a file behind a link": {
    files: { a: "1", b: "2" },
    before: (folder) => symlinkSync("a", at(folder, "link")),
    read: (folder) => fs.readFileSync(at(folder, "link"), "utf8"),
    change: (folder) => {
      unlinkSync(at(folder, "link"));
      symlinkSync("b", at(folder, "link"));
    },
  },
  "a variable, destructured": {
    read: () => {
      const { A_VARIABLE = "none" } = process.env;
      return A_VARIABLE;
    },
    change: setVariable,
  },
  "whether a variable is there": { read: () => "A_VARIABLE" in process.env, change: setVariable },
  "whether a variable is its own": { read: () => Object.hasOwn(process.env, "A_VARIABLE"), change: setVariable },
  "the names of variables": { read: () => Object.keys(process.env), change: setVariable },
  "a copy of the environment": { read: () => ({ ...process.env }), change: setVariable },
  "the environment by import": { read: () => env["A_VARIABLE"], change: setVariable },
  "a file that a package loads": {
    files: { "node_modules/a/index.js": 'module.exports = require("./b.js");', "node_modules/a/b.js": "" },
    read: (folder) => load(folder, "a"),
    change: (folder) => write(folder, { "node_modules/a/b.js": "exports.b = 1;" }),
  },
  "a file that an ES module of a package imports": {
    files: {
      "node_modules/a/package.json": manifest({ type: "module", exports: "./a.js" }),
      "node_modules/a/a.js": 'export { b } from "./b.js";',
      "node_modules/a/b.js": 'export { c as b } from "c";',
      "node_modules/c/package.json": manifest({ type: "module", exports: "./c.js" }),
      "node_modules/c/c.js": "export const c = 1;",
    },
    read: (folder) => load(folder, "a"),
    change: (folder) => write(folder, { "node_modules/c/c.js": "export const c = 22;" }),
  },
  "a package that another one can do without": {
    files: { "node_modules/a/index.js": 'try { require("b"); } catch {}' },
    read: (folder) => load(folder, "a"),
    change: (folder) => write(folder, { "node_modules/b/index.js": "" }),
  },
  "a file that a package can do without": {
    files: { "node_modules/a/index.js": 'try { require("./b"); } catch {}' },
    read: (folder) => load(folder, "a"),
    change: (folder) => write(folder, { "node_modules/a/b.js": "" }),
  },
  "a package that is not there": {
    read: (folder) => tryLoad(folder, "b"),
    change: (folder) => write(folder, { "node_modules/b/index.js": "" }),
  },
  "a file of the project that Node loads": {
    files: { "a.cjs": "" },
    read: (folder) => load(folder, "./a.cjs"),
    change: (folder) => write(folder, { "a.cjs": "exports.a = 1;" }),
  },
  "a tsconfig.json that another one extends": {
    files: { "tsconfig.json": '{ "extends": "./base" }' },
    read: readTsConfig,
    change: (folder) => write(folder, { "base.json": "{}" }),
  },
  "a tsconfig.json of a package": {
    files: { "tsconfig.json": '{ "extends": "base" }' },
    read: readTsConfig,
    change: (folder) => write(folder, { "node_modules/base/tsconfig.json": "{}" }),
  },
};

test.each(Object.entries(READINGS))(
  "outdated, once it is another: %s",
  async (_, { files = {}, before, read, change }) => {
    const folder = project(files, {});
    before?.(folder);
    const observations = await observe(() => read(folder));
    expect([...observations.reasons]).toEqual([]);
    expect(isOutdated(observations)).toBe(false);
    change(folder);
    expect(isOutdated(observations)).toBe(true);
  },
);

const HARMLESS: Readonly<Record<string, (folder: string) => unknown>> = {
  "a given date": () => new Date("2024-02-03").toISOString() + new Intl.DateTimeFormat("en").format(new Date(0)),
  "a line on the console": () => process.stdout.write(""),
  "an entry of a file of variables": (folder) => {
    process.loadEnvFile(at(folder, "variables"));
    const { A_VARIABLE } = process.env;
    delete process.env["A_VARIABLE"];
    return A_VARIABLE;
  },
};

test.each(Object.entries(HARMLESS))("kept: %s", async (_, read) => {
  const folder = project({ variables: "A_VARIABLE=from a file\n" }, {});
  expect(isOutdated(await observe(() => read(folder)))).toBe(false);
});

test("the type of a column is the same while it is observed, and after", async () => {
  const types = new Set([Date]);
  for (const _ of [1, 2]) await observe(() => types.add(Date));
  expect([...types]).toEqual([Date]);
});
