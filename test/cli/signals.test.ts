// Ctrl-C while a command has nothing that it could cancel: it connects, or it compiles and runs models.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileText } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { addEmbedded, type CliProject, cliProject, type Files, killAll, SHOP, whileRunning } from "./support.ts";

const HISTORY: Files = { "migrations/a_one.ts": fileText("a_one", null, 'op.sql("CREATE TABLE one (id integer)");') };

/** A model that says that it runs, and then keeps its process busy until there is a file `go`. */
const BUSY: Files = {
  "models/shop.ts": `import { existsSync } from "node:fs";
${SHOP["models/shop.ts"]}
console.error("busy");
while (!existsSync("go"));
`,
};

/** Sends a signal while a command runs the busy model. */
async function interruptBusy(project: CliProject, words: string, signal: NodeJS.Signals = "SIGINT") {
  const command = project.start(...words.split(" "));
  try {
    const busy = new Promise<void>((resolve) => {
      command.child.stderr?.on("data", (text: string) => void (text.includes("busy") && resolve()));
    });
    await whileRunning([command], busy);
    command.child.kill(signal);
    writeFileSync(join(project.folder, "go"), "");
    return await command.ended;
  } finally {
    await killAll([command]);
  }
}

test.each([
  ["SIGINT", 130, "upgrade"],
  ["SIGTERM", 143, "upgrade --single-transaction"],
  ["SIGINT", 130, "adopt"],
] as const)("%s while models run ends with %i, and nothing is done: %s", (signal, exit, words) =>
  withDatabase(newest(), async (url) => {
    const project = cliProject({ ...SHOP, ...BUSY, ...(words === "adopt" ? {} : HISTORY) }, url);
    addEmbedded(project);
    const before = Object.keys(project.files());
    const { code, stdout, stderr } = await interruptBusy(project, words, signal);
    const [, ...said] = stderr.split("\n").filter((line) => line !== "busy");
    expect({ code, stdout, said }).toEqual({
      code: exit,
      stdout: "",
      said: ["CANCELLED: Cancelled while models/shop.ts was loading.", ""],
    });
    expect(Object.keys(project.files())).toEqual(["go", ...before].sort());
    const client = await connect(url);
    const { rows } = await client.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    await client.end();
    expect(rows).toEqual([]);
  }),
);

test("a signal that comes before the lock of a run ends it with a message", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject({ ...SHOP, ...HISTORY }, url);
    const config = `${SHOP["ormconfig.ts"]}
export const remodel = {
  beforeUpgrade: () => {
    const seen = new Promise((resolve) => process.once("SIGINT", resolve));
    process.kill(process.pid, "SIGINT");
    return seen;
  },
};\n`;
    project.write({ "ormconfig.ts": config });
    const { code, stderr } = await project.start("upgrade").ended;
    expect(stderr).toMatch(
      /\nCANCELLED: Cancelled before the upgrade began\. Nothing was run\.\n {2}To run it, type the command again\.\n$/,
    );
    expect(code).toBe(130);
  }));

/** Calls a function with the URL of a server that accepts connections and never says a word, and with the next connection. */
async function withMuteServer(body: (url: string, connected: () => Promise<unknown>) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = Object(server.address());
  try {
    await body(`postgres://mute@127.0.0.1:${port}/malls`, () => once(server, "connection"));
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

test.each(["upgrade", "check", "doctor", "adopt", "verify --on", "review --json"])(
  "Ctrl-C while it connects ends with a message: %s",
  (words) =>
    withMuteServer(async (url, connected) => {
      const project = cliProject({ ...SHOP, ...HISTORY }, url);
      addEmbedded(project);
      const on = words.endsWith("--on") ? [url] : [];
      const accepted = connected();
      const command = project.start(...words.split(" "), ...on);
      try {
        await whileRunning([command], accepted);
        command.child.kill("SIGINT");
        const { code, stdout, stderr } = await command.ended;
        expect({ code, said: stdout + stderr }).toEqual({
          code: 130,
          said: expect.stringContaining(
            `Cancelled while connecting to ${new URL(url).href.replace("postgres://", "")}.`,
          ),
        });
      } finally {
        await killAll([command]);
      }
    }),
);

test("Ctrl-C ends a command also where no name server answers, for which Node's exit waits", async () => {
  const project = cliProject({ ...SHOP, ...HISTORY }, "postgres://malls@db.example/malls");
  // Opening a pipe waits in a thread until somebody writes to it, as the search for an address does.
  execFileSync("mkfifo", [join(project.folder, "pipe")]);
  project.write({
    "mute.cjs": `require("node:dns").lookup = () => require("node:fs").open("pipe", () => {}) ?? console.error("asked");\n`,
  });
  const command = project.startWith({ NODE_OPTIONS: "--require ./mute.cjs" }, "upgrade");
  try {
    const asked = new Promise<void>((resolve) => {
      command.child.stderr?.on("data", (text: string) => void (text.includes("asked") && resolve()));
    });
    await whileRunning([command], asked);
    command.child.kill("SIGINT");
    const { stderr } = await command.ended;
    expect(command.child.signalCode).toBe("SIGINT");
    expect(stderr).toBe("asked\nCANCELLED: Cancelled while connecting to malls@db.example:5432/malls.\n");
  } finally {
    await killAll([command]);
  }
});
