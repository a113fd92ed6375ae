import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A pooler that gives each transaction of a client another connection to the server. */
export interface Pooler {
  /** The database, seen through the pooler. */
  readonly url: string;
  /** How many server processes a client has met at most. */
  readonly most: () => number;
  close(): Promise<void>;
}

interface Message {
  /** `undefined` for the messages before a session, which have no type. */
  readonly type: string | undefined;
  readonly body: Buffer;
  readonly all: Buffer;
}

interface Server {
  readonly socket: Socket;
  readonly key: Buffer;
  client?: Client;
}

interface Client {
  readonly socket: Socket;
  readonly key: Buffer;
  readonly met: Set<Server>;
  server?: Server;
  /** How many answers of the server end what was asked. */
  expected: number;
  /** What was sent while no server was free. */
  waiting: Buffer[];
}

const [SSL_REQUEST, CANCEL_REQUEST] = [80877103, 80877102];
const IDLE = 0x49;

/**
 * Starts a pooler in the manner of PgBouncer's transaction mode: a client keeps a server connection until the server is
 * ready and no transaction is open, and gets the one that has been free for longest when it goes on.
 * @param target the URL of a database that trusts its users
 * @param size how many connections it has to the server
 */
export async function startPooler(target: string, size = 3): Promise<Pooler> {
  const url = new URL(target);
  const free: Server[] = [];
  const queue: Client[] = [];
  const clients = new Map<string, Client>();
  const sockets = new Set<Socket>();
  let most = 0;

  const open = async () => {
    let known: Server | undefined;
    // Messages that come together with the one that says it is ready are for no client.
    const server = await openServer(url, (message) => known && answer(known, message));
    known = server;
    sockets.add(server.socket);
    free.push(server);
    server.socket.on("close", () => {
      if (free.includes(server)) free.splice(free.indexOf(server), 1);
      server.client?.socket.destroy();
      if (listener.listening) void open().then(next, () => undefined);
    });
  };
  const answer = (server: Server, { type, body, all }: Message) => {
    const { client } = server;
    if (client === undefined) return;
    client.socket.write(all);
    if (type === "Z" && --client.expected <= 0 && body[0] === IDLE) {
      client.expected = 0;
      delete client.server;
      delete server.client;
      free.push(server);
      next();
    }
  };
  const next = () => {
    while (free.length > 0 && queue.length > 0) {
      const [client, server] = [queue.shift()!, free.shift()!];
      client.server = server;
      server.client = client;
      client.met.add(server);
      most = Math.max(most, client.met.size);
      for (const bytes of client.waiting.splice(0)) server.socket.write(bytes);
    }
  };
  const ask = (client: Client, { type, all }: Message) => {
    if (type === "X") return void client.socket.end();
    if (type === "Q" || type === "S") client.expected++;
    if (client.server !== undefined) return void client.server.socket.write(all);
    client.waiting.push(all);
    if (!queue.includes(client)) queue.push(client);
    next();
  };
  const begin = (socket: Socket, { body }: Message): Client | undefined => {
    const code = body.readInt32BE(0);
    if (code === SSL_REQUEST) return void socket.write("N");
    if (code === CANCEL_REQUEST) {
      const key = clients.get(body.subarray(4).toString("hex"))?.server?.key;
      if (key !== undefined) connect(Number(url.port), url.hostname).end(packet(undefined, int(CANCEL_REQUEST), key));
      return void socket.end();
    }
    const client: Client = { socket, key: randomBytes(8), met: new Set(), expected: 0, waiting: [] };
    clients.set(client.key.toString("hex"), client);
    socket.on("close", () => {
      if (queue.includes(client)) queue.splice(queue.indexOf(client), 1);
      client.server?.socket.destroy();
    });
    const ready = [packet("R", int(0)), packet("K", client.key), packet("Z", Buffer.from("I"))];
    socket.write(Buffer.concat(ready));
    return client;
  };
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    let client: Client | undefined;
    socket.on("error", () => undefined);
    eachMessage(
      socket,
      () => client !== undefined,
      (message) => {
        if (client === undefined) client = begin(socket, message);
        else ask(client, message);
      },
    );
  });

  for (let at = 0; at < size; at++) await open();
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  return {
    url: Object.assign(new URL(target), { hostname: "127.0.0.1", port: String(port) }).href,
    most: () => most,
    close: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await once(listener, "close");
    },
  };
}

/** Opens a session with the server, and tells what comes once it is ready. */
async function openServer(url: URL, tell: (message: Message) => void): Promise<Server> {
  const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
  socket.on("error", () => undefined);
  const words = ["user", url.username, "database", url.pathname.slice(1), "application_name", "pooler", ""];
  socket.write(packet(undefined, int(196608), Buffer.from(words.map((word) => `${word}\0`).join(""))));
  return await new Promise((resolve, reject) => {
    let key = Buffer.alloc(8);
    let ready = false;
    socket.on("close", () => reject(new Error("The server refuses the pooler.")));
    eachMessage(
      socket,
      () => true,
      (message) => {
        if (ready) return tell(message);
        if (message.type === "K") key = Buffer.from(message.body);
        if (message.type !== "Z") return;
        ready = true;
        resolve({ socket, key });
      },
    );
  });
}

/** Calls a function with each message of PostgreSQL's protocol. */
function eachMessage(socket: Socket, isTyped: () => boolean, tell: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const head = isTyped() ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const all = rest.subarray(0, length);
      rest = rest.subarray(length);
      tell({ type: head === 0 ? undefined : String.fromCharCode(all[0]!), body: all.subarray(head + 4), all });
    }
  });
}

function packet(type: string | undefined, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type ?? ""), int(body.length + 4), body]);
}

function int(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}
