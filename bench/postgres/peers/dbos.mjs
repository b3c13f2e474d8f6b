// Workflows of two steps with DBOS, a hundred at once, until each has its result.
import { DBOS } from "@dbos-inc/dbos-sdk";
import { count, each, finish, start, uri } from "./report.mjs";

DBOS.setConfig({ name: "bench", systemDatabaseUrl: uri, runAdminServer: false, logLevel: "error" });
const workflow = DBOS.registerWorkflow(
  async (n) => {
    const a = await DBOS.runStep(async () => n, { name: "a" });
    return DBOS.runStep(async () => a + 1, { name: "b" });
  },
  { name: "two" },
);
await DBOS.launch();
const run = async (n) => (await DBOS.startWorkflow(workflow)(n)).getResult();
await each(100, 100, run);
start();
await each(count, 100, run);
finish(count);
