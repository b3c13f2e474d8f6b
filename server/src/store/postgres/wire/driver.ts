/**
 * The way to Postgres: opens connections with `pg`, which is loaded when the first is opened.
 * Called by connections.ts. Tests put an unreliable one in its place.
 */
import type { Client, ClientConfig } from "pg";
import { Batch, type Statement, type StatementResult } from "./batch.ts";

export interface Connection {
  /** Sends the statements in one message. The first that fails ends the batch. @throws the driver's error */
  send(statements: readonly Statement[]): Promise<StatementResult[]>;
  /** Whether a transaction was begun and not ended. */
  inTransaction(): boolean;
  /** False once the connection is gone. */
  isAlive(): boolean;
  /** Says goodbye. Never rejects. */
  close(): Promise<void>;
  /** Cuts it, whatever is under way. */
  destroy(): void;
  /** What the server says unasked, after LISTEN. */
  onNotification(listener: (payload: string) => void): void;
  /** Called once, when the connection is gone. */
  onEnd(listener: () => void): void;
}

export interface Driver {
  /** Opens a connection to a server that takes writes. @throws the driver's error */
  connect(): Promise<Connection>;
}

const connectTimeoutMs = 10_000;

/** `uris`: the same database by several addresses; the first that answers and takes writes is used. */
export function createDriver(uris: readonly string[], applicationName: string): Driver {
  return {
    async connect() {
      let last: unknown = new Error("no address of a Postgres server was given");
      for (const uri of uris) {
        try {
          return await connectTo(
            {
              connectionString: uri,
              connectionTimeoutMillis: connectTimeoutMs,
              keepAlive: true,
              application_name: applicationName,
            },
            uris.length > 1,
          );
        } catch (error) {
          last = error;
        }
      }
      throw last;
    },
  };
}

async function connectTo(config: ClientConfig, mayBeStandby: boolean): Promise<Connection> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(config);
  // Without a listener, an error between two queries would end the process.
  client.on("error", () => undefined);
  await client.connect();
  const connection = toConnection(client);
  if (!mayBeStandby) return connection;
  try {
    const [result] = await connection.send([{ text: "SHOW transaction_read_only", values: [] }]);
    if (Object.values(result?.rows[0] ?? {})[0] !== "on") return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
  await connection.close();
  throw Object.assign(new Error("the server is a standby and takes no writes"), { code: "25006" });
}

function toConnection(client: Client): Connection {
  let alive = true;
  client.on("error", () => {
    alive = false;
  });
  client.on("end", () => {
    alive = false;
  });
  return {
    send: (statements) => client.query(new Batch(statements)).results,
    inTransaction: () => client.getTransactionStatus() !== "I",
    isAlive: () => alive,
    async close() {
      alive = false;
      await client.end().catch(() => undefined);
    },
    destroy() {
      alive = false;
      client.connection.stream.destroy();
    },
    onNotification: (listener) => client.on("notification", ({ payload }) => listener(payload ?? "")),
    onEnd: (listener) => client.once("end", listener),
  };
}
