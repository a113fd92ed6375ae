// How often a command waits for the server. Over a slow link that is its time.
import { createServer, connect as open, type Socket } from "node:net";
import { expect, it } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, revisionText, SHOP, shopModel } from "./support.ts";

/** The type of the message with which a server ends each answer. */
const READY_FOR_QUERY = "Z".charCodeAt(0);

it("a command that has nothing to do waits three times", () =>
  withDatabase(newest(), async (url) => {
    const link = await openLink(url);
    const project = cliProject(SHOP, link.url);
    const count = async (...args: readonly string[]) => {
      link.reset();
      expect(await project.run(...args)).toMatchObject({ code: 0 });
      return link.waits();
    };
    try {
      await project.run("revision", "--autogenerate", "-m", "Shops");
      await project.run("upgrade");
      expect(await count("current")).toBe(3);
      expect(await count("upgrade")).toBe(3);
      expect(await count("heads")).toBe(0);
      expect(await count("check")).toBeLessThanOrEqual(25);
      expect(await count("check")).toBeLessThanOrEqual(3);
      expect(await count("check")).toBe(2);
      // The texts of models are asked about once it is known what the server would call for them.
      const named = "  @Column({ default: () => \"upper('a')\" }) letter: string;\n";
      project.write({ "models/shop.ts": shopModel(named) });
      await project.run("revision", "--autogenerate", "-m", "Letters");
      await project.run("upgrade");
      await project.run("check");
      expect(await count("check")).toBe(3);
      expect(await count("check")).toBe(2);
    } finally {
      await link.close();
    }
  }));

it("a revision waits four times, once more for each further operation, and once for what creates new tables", () =>
  withDatabase(newest(), async (url) => {
    const link = await openLink(url);
    const project = cliProject(SHOP, link.url);
    let last: string | null = null;
    let revisions = 0;
    /** How often an upgrade waits that applies some new revisions. */
    const countFor = async (number: number, line: (at: number) => string) => {
      for (let at = 0; at < number; at++) {
        const id = `${++revisions}`.padStart(12, "a");
        project.write({ [`migrations/${id}_one.ts`]: revisionText(id, last, line(revisions)) });
        last = id;
      }
      link.reset();
      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
      return link.waits();
    };
    const comment = (at: number) => `op.sql("COMMENT ON SCHEMA public IS '${at}'");\n`;
    try {
      await countFor(6, comment);
      const two = await countFor(2, comment);
      expect(await countFor(12, comment)).toBe(two + 4 * 10);
      expect(await countFor(2, (at) => comment(at).repeat(11))).toBe(two + 2 * 10);
      const rename = (from: string, to: string) => `op.renameTable("${from}", "${to}");\n`;
      const table = (name: string) =>
        `op.createTable("${name}", { columns: [{ name: "id", type: "integer" }] });
op.createIndex("${name}", { columns: ["id"] });
`;
      const one = await countFor(1, () => `op.createSchema("a");`);
      expect(await countFor(1, () => `${table("b")}${table("c")}${table("d")}`)).toBe(one);
      expect(await countFor(1, () => rename("b", "e"))).toBe(one);
      expect(await countFor(1, () => rename("c", "f") + rename("d", "g"))).toBe(one + 1);
    } finally {
      await link.close();
    }
  }));

/** A proxy in front of a server that counts the answers. */
async function openLink(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let waits = 0;
  const server = createServer((client) => {
    const behind = open({ host: hostname, port: Number(port) });
    const countReady = createCounter(READY_FOR_QUERY);
    for (const socket of [client, behind]) sockets.add(socket.on("error", () => undefined));
    behind.on("data", (chunk) => {
      waits += countReady(chunk);
    });
    client.pipe(behind).pipe(client);
    waits -= 1; // for the login
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = new URL(url);
  address.port = String((server.address() as { port: number }).port);
  return {
    url: address.href,
    reset: () => {
      waits = 0;
    },
    waits: () => waits,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Counts the messages of a type in a stream: each has one letter, and its length in four bytes. */
function createCounter(type: number): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let found = 0;
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      if (rest[0] === type) found++;
      rest = rest.subarray(1 + rest.readUInt32BE(1));
    }
    return found;
  };
}
