/** Alerts on Postgres, by the clock. */
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { testAlerts } from "../server/core/alerts/alert-suite.ts";

testAlerts(async (meter) =>
  openPostgresStore({ uris: [postgresUri()], namespace: newNamespace(), connections: 3, meter }),
);
