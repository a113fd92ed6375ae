import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A proxy before a server that can fall silent: it keeps its connections open, and passes nothing on. */
export interface SilentProxy {
  /** The database, seen through the proxy. */
  readonly url: string;
  /** From now on nothing comes through, on the connections that are open, and on new ones too if they are meant. */
  silence(which: "all" | "open"): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy that passes everything on until it is silenced.
 * @param at the port of the proxy; absent: a free one
 */
export async function startSilentProxy(target: string, at = 0): Promise<SilentProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let silent = false;
  const listener = createServer({ noDelay: true }, (client) => {
    sockets.add(client.on("error", () => undefined));
    if (silent) return void client.pause();
    const server = connect({ port: Number(targetPort), host: hostname, noDelay: true });
    sockets.add(server.on("error", () => undefined));
    client.pipe(server);
    server.pipe(client);
  });
  const silence = (which: "all" | "open") => {
    silent = which === "all";
    for (const socket of sockets) socket.unpipe().pause();
  };
  listener.listen(at, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  return {
    url: Object.assign(new URL(target), { hostname: "127.0.0.1", port: String(port) }).href,
    silence,
    close: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await once(listener, "close");
    },
  };
}
