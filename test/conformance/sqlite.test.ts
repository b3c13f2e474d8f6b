import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { testStore } from "./store-conformance.ts";

testStore("SQLite on disk", async () => {
  const directory = await mkdtemp(join(tmpdir(), "stepwell-store-"));
  const writer = fileURLToPath(new URL("./sqlite-writer.ts", import.meta.url));
  return {
    store: openSqliteStore({ directory }),
    reopen: async () => openSqliteStore({ directory }),
    writer: [process.execPath, "--conditions=stepwell-source", "--import", "tsx", writer, directory],
    cleanup: () => rm(directory, { recursive: true, force: true }),
  };
});

testStore("SQLite in memory", async () => ({
  store: openSqliteStore({ directory: null }),
  cleanup: async () => undefined,
}));
