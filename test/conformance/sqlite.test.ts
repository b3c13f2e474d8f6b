import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { testStore } from "./store-conformance.ts";

const writer = await bundledProgram("test/conformance/sqlite-writer.ts");

testStore("SQLite on disk", async () => {
  const directory = await mkdtemp(join(tmpdir(), "stepwell-store-"));
  return {
    store: openSqliteStore({ directory }),
    reopen: async () => openSqliteStore({ directory }),
    writer: [process.execPath, writer, directory],
    cleanup: () => rm(directory, { recursive: true, force: true }),
  };
});

testStore("SQLite in memory", async () => ({
  store: openSqliteStore({ directory: null }),
  cleanup: async () => undefined,
}));
