import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentMeter } from "../../server/src/ports/meter.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { testStore } from "./store-conformance.ts";

const writer = await bundledProgram("test/conformance/sqlite-writer.ts");

testStore("SQLite on disk", async (meter = silentMeter) => {
  const directory = await mkdtemp(join(tmpdir(), "stepwell-store-"));
  return {
    store: openSqliteStore({ directory, meter }),
    reopen: async () => openSqliteStore({ directory }),
    writer: [process.execPath, writer, directory],
    cleanup: () => rm(directory, { recursive: true, force: true }),
  };
});

testStore("SQLite in memory", async (meter = silentMeter) => ({
  store: openSqliteStore({ directory: null, meter }),
  cleanup: async () => undefined,
}));
