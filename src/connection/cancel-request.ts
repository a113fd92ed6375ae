import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** What a server, or the pooler in its place, told a client to cancel its statements with. */
export interface CancelKey {
  readonly processID: number;
  readonly secretKey: number;
}

/** Whom to ask: a host or the folder of its socket, the port, and how the client encrypts, if it does. */
export interface CancelAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl?: unknown;
}

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const LONGEST_MS = 5000;

/**
 * Asks whoever answers at an address to cancel what a connection runs, as PostgreSQL's protocol has it: a pooler knows
 * which server process that is, and a server that lets nobody in any more still takes the request.
 */
export async function requestCancel(address: CancelAddress, { processID, secretKey }: CancelKey): Promise<void> {
  const { host, port, ssl } = address;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.unref().setTimeout(LONGEST_MS, () => socket.destroy());
  const closed = once(socket, "close");
  closed.catch(() => undefined); // is waited for only once the request is sent
  const channel = ssl ? await encrypt(socket, host, ssl) : socket;
  channel.on("error", () => socket.destroy());
  // The other side closes when it is done; PgBouncer forgets the request of whoever is gone before.
  channel.resume().write(encodeNumbers(16, CANCEL_REQUEST, processID, secretKey));
  await closed;
}

/** A proxy before the server may understand nothing else. */
async function encrypt(socket: Socket, host: string, ssl: unknown): Promise<Socket> {
  socket.write(encodeNumbers(8, SSL_REQUEST));
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (answer.toString() !== "S") return socket;
  const servername = isIP(host) ? {} : { servername: host };
  const channel = connectTls({ socket, ...servername, ...(typeof ssl === "object" ? ssl : {}) });
  await once(channel, "secureConnect");
  return channel;
}

function encodeNumbers(...list: readonly number[]): Buffer {
  const message = Buffer.alloc(4 * list.length);
  for (const [at, number] of list.entries()) message.writeInt32BE(number, 4 * at);
  return message;
}
