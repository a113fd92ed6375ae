import { once } from "node:events";
import { connect } from "node:net";

/** What a server, or the pooler in its place, told a client to cancel its statements with. */
export interface CancelKey {
  readonly processID: number;
  readonly secretKey: number;
}

const CANCEL_REQUEST = 80877102;
const LONGEST_MS = 5000;

/**
 * Asks whoever answers at an address to cancel what a connection runs, as PostgreSQL's protocol has it: a pooler knows
 * which server process that is.
 * @param address of the server: a host or the folder of its socket, and the port
 */
export async function requestCancel(
  { host, port }: { readonly host: string; readonly port: number },
  { processID, secretKey }: CancelKey,
): Promise<void> {
  const message = Buffer.alloc(16);
  for (const [at, number] of [16, CANCEL_REQUEST, processID, secretKey].entries()) message.writeInt32BE(number, 4 * at);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(LONGEST_MS, () => socket.destroy());
  // The other side closes when it is done; PgBouncer forgets the request of whoever is gone before.
  socket.resume().write(message);
  await once(socket, "close");
}
