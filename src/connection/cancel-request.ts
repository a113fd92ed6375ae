import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** What a server, or a pooler in its place, accepts a cancel request for. The client gets it when it connects. */
export interface CancelKey {
  readonly processID: number;
  readonly secretKey: number;
}

/** Where to send a cancel request: a host, or the folder of its socket; the port; and the TLS options of the client. */
export interface CancelAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl?: unknown;
}

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const LONGEST_MS = 5000;

/**
 * Sends a cancel request of PostgreSQL's protocol for the statement of a connection. A pooler knows which server process
 * that is. A server that accepts no more connections still accepts the request.
 */
export async function requestCancel(address: CancelAddress, { processID, secretKey }: CancelKey): Promise<void> {
  const { host, port, ssl } = address;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.unref().setTimeout(LONGEST_MS, () => socket.destroy());
  const closed = once(socket, "close");
  closed.catch(() => undefined); // awaited below, after the request is sent
  const channel = ssl ? await encrypt(socket, host, ssl) : socket;
  channel.on("error", () => socket.destroy());
  // The other side closes when it is done. If we closed first, PgBouncer would drop the request.
  channel.resume().write(encodeNumbers(16, CANCEL_REQUEST, processID, secretKey));
  await closed;
}

/** A proxy in front of the server may accept nothing but TLS. */
async function encrypt(socket: Socket, host: string, ssl: unknown): Promise<Socket> {
  socket.write(encodeNumbers(8, SSL_REQUEST));
  const [answer]: Buffer[] = await once(socket, "data");
  if (answer?.toString() !== "S") return socket;
  const options = typeof ssl === "object" ? ssl : {};
  const channel = connectTls({ socket, ...(isIP(host) === 0 && { servername: host }), ...options });
  await once(channel, "secureConnect");
  return channel;
}

function encodeNumbers(...list: readonly number[]): Buffer {
  const message = Buffer.alloc(4 * list.length);
  for (const [at, number] of list.entries()) message.writeInt32BE(number, 4 * at);
  return message;
}
