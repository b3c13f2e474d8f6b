/**
 * A TCP proxy of our own: takes connections on one port, leads each to the port that it is told of at that moment, and resets them
 * when asked to. Stands before the database, where connections are cut, and before the engines, as a load balancer.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Forwarder {
  port: number;
  /** Resets the connections to a port, or all. */
  cut(port?: number): void;
  close(): Promise<void>;
}

interface Pair {
  port: number;
  ends: Socket[];
}

/** `pickPort`: where a new connection leads; null: it is reset. */
export async function startForwarder(pickPort: () => number | null): Promise<Forwarder> {
  const pairs = new Set<Pair>();
  const reset = (pair: Pair): void => {
    pairs.delete(pair);
    for (const end of pair.ends) end.resetAndDestroy();
  };
  const server = createServer((from) => {
    from.on("error", () => undefined);
    const port = pickPort();
    if (port === null) {
      from.resetAndDestroy();
      return;
    }
    const to = connect(port, "127.0.0.1");
    const pair = { port, ends: [from, to] };
    pairs.add(pair);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.setNoDelay(true);
      one.on("error", () => reset(pair));
      one.on("close", () => {
        pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (port?: number): void => {
    for (const pair of [...pairs]) if (port === undefined || pair.port === port) reset(pair);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
