/** Process of the durability tests: commits to the folder that its argument names. */
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { commitEvents } from "./commit-events.ts";

await commitEvents(openSqliteStore({ directory: process.argv[2] ?? "" }));
