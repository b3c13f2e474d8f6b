/** The Postgres of a chaos: restarted and cut off while engines use it. Each engine reaches it through a proxy of its own. */
import { createDriver } from "../../../server/src/store/postgres/wire/driver.ts";
import { startRestartable } from "../../helpers/postgres-server.ts";
import { type Forwarder, startForwarder } from "./forwarder.ts";

export interface ChaosDatabase {
  /** One for each engine. */
  uris: string[];
  /** `fast`: it ends its sessions and stops. `immediate`: it stops as in a crash, and recovers. */
  restart(mode: "fast" | "immediate"): Promise<void>;
  /** Resets the connections of one engine. */
  cut(engine: number): void;
  /** Has the server end about half of its sessions. */
  terminate(): Promise<void>;
  close(): Promise<void>;
}

export async function startDatabase(engines: number): Promise<ChaosDatabase> {
  // What is committed outlives the server, as it must; the machine does not go down.
  const server = await startRestartable({ settings: { synchronous_commit: "on" } });
  const proxies: Forwarder[] = [];
  for (let each = 0; each < engines; each++) proxies.push(await startForwarder(() => server.port));
  return {
    uris: proxies.map(({ port }) => server.uri.replace(`:${server.port}/`, `:${port}/`)),
    restart: (mode) => server.restart(mode),
    cut: (engine) => proxies[engine]?.cut(),
    async terminate() {
      try {
        const session = await createDriver([server.uri], "chaos").connect();
        const text =
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user AND random() < 0.5";
        await session.send([{ text, values: [] }]);
        await session.close();
      } catch {
        // It is being restarted: its sessions have ended anyway.
      }
    },
    async close() {
      for (const proxy of proxies) await proxy.close();
      await server.stop();
    },
  };
}
