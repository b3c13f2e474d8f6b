/** A process that commits to a Postgres until it is killed: arguments are its address and the namespace. */
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { commitEvents } from "./commit-events.ts";

const [, , uri = "", namespace = ""] = process.argv;
await commitEvents(openPostgresStore({ uris: [uri], namespace }));
