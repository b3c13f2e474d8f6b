import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { testStore } from "./store-conformance.ts";

const writer = await bundledProgram("test/conformance/postgres-writer.ts");

testStore("Postgres", async () => {
  const namespace = newNamespace();
  const open = () => openPostgresStore({ uris: [postgresUri()], namespace, connections: 4 });
  return {
    store: open(),
    reopen: async () => open(),
    writer: [process.execPath, writer, postgresUri(), namespace],
    shared: true,
    cleanup: async () => undefined,
  };
});
