/**
 * A namespace of a Postgres database for those who look after it: its version, its migrations, all that it holds. Made by
 * open-store.ts. Its tables are those of the whole database, its rows those of the namespace.
 */
import { EngineError } from "../../../domain/error.ts";
import type { SchemaStatus, StoreAdmin } from "../../../ports/store-admin.ts";
import { assertUpToDate, twoRowsOneKey } from "../../records/archived.ts";
import { migrate, readSchema } from "../migrate.ts";
import { createConnections } from "../wire/connections.ts";
import { type Connection, createDriver, type Driver } from "../wire/driver.ts";
import { codeOf, toStoreError } from "../wire/postgres-error.ts";
import { placeOf } from "../wire/uri.ts";
import { dumpTables } from "./dump.ts";
import { restoreTables } from "./restore.ts";

export interface PostgresAdminOptions {
  uris: readonly string[];
  /** Default: default. */
  namespace?: string;
  /** The way to the database. Default: over the network. */
  driver?: Driver;
}

const patienceMs = 5_000;
const duplicateKey = "23505";

/** Connects when it is used first. */
export function openPostgresAdmin({ uris, namespace: ns = "default", ...rest }: PostgresAdminOptions): StoreAdmin {
  const place = placeOf(uris);
  const driver = rest.driver ?? createDriver(uris, "stepwell");
  const connections = createConnections({ driver, max: 2, patienceMs });
  const run = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    try {
      return await connections.use(work);
    } catch (error) {
      throw toStoreError(error, place);
    }
  };
  const migrateAll = async (): Promise<readonly string[]> => {
    const { pending } = await run((connection) => readSchema(connection, place));
    try {
      await migrate(connections, place);
    } catch (error) {
      throw toStoreError(error, place);
    }
    return pending;
  };
  return {
    status: async (): Promise<SchemaStatus> => ({
      store: "postgres",
      place,
      ...(await run((connection) => readSchema(connection, place))),
    }),
    migrate: migrateAll,
    async *dump() {
      const { version, known } = await run((connection) => readSchema(connection, place));
      assertUpToDate(place, version, known);
      let connection: Connection | null = null;
      try {
        connection = await driver.connect();
        yield* dumpTables(connection, ns);
      } catch (error) {
        throw toStoreError(error, place);
      } finally {
        await connection?.close();
      }
    },
    async restore(pages) {
      await migrateAll();
      const named = `The namespace "${ns}" of the database ${place}`;
      await run(async (connection) => {
        try {
          await restoreTables(connection, ns, named, pages);
        } catch (error) {
          if (connection.isAlive()) throw codeOf(error) === duplicateKey ? twoRowsOneKey(error) : error;
          throw lostDuringImport(place, error);
        }
      });
    },
    close: () => connections.close(),
  };
}

function lostDuringImport(place: string, cause: unknown): EngineError {
  return new EngineError(
    "store_unavailable",
    `The connection to Postgres at ${place} was lost during the import. All of it was imported or nothing: import again; when all of it was, that is refused because the store is not empty.`,
    { cause, retryable: true },
  );
}
