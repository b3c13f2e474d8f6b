/** A bulk job over kill -9: what was acknowledged goes on after the restart, and no run is repeated twice. */
import type { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, NonRetriableError } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { expect, onTestFinished, test } from "vitest";
import { type EngineProcess, startEngineProcess } from "../helpers/engine-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

/** Several batches of a bulk job. */
const runCount = 450;
/** A look takes five pages of runs, and would keep engine and test busy at every turn. */
const lookMs = 100;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Run {
  id: string;
  status: string;
  originalRunId: string | null;
}

test("a bulk rerun that is killed in the middle repeats each run once", async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let isFixed = false;
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: url, logger: silent });
  const charge = client.createFunction({ id: "charge", retries: 0, triggers: [{ event: "shop/charge" }] }, () => {
    if (!isFixed) throw new NonRetriableError("down");
  });
  const app: ReturnType<typeof createHttpServer> = createAppServer({ client, functions: [charge] });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    app.closeAllConnections();
    app.close();
  });
  const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`;
  const args = ["--data", await tempDirectory("kill-bulk"), "--no-discovery", "-u", appUrl, "--log-level", "silent"];
  let engine: EngineProcess = await startEngineProcess("dev", port, args);
  onTestFinished(() => engine.kill());

  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const init =
      body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(url + path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const allRuns = async (status: string): Promise<Run[]> => {
    const runs: Run[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const next: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: { data: Run[]; page: { cursor: string | null } } = await ask(
        `/v2/runs?limit=100&status=${status}${next}`,
      );
      runs.push(...page.data);
      cursor = page.page.cursor;
    }
    return runs;
  };

  await eventually("the app", async () => {
    const { data } = await ask<{ data: unknown[] }>("/v2/functions");
    return data.length === 1 ? true : null;
  });
  await ask(
    "/e/test",
    Array.from({ length: runCount }, (_, n) => ({ name: "shop/charge", data: { n } })),
  );
  await eventually("all to fail", async () => ((await allRuns("FAILED")).length === runCount ? true : null), lookMs);
  isFixed = true;
  const { data: job } = await ask<{ data: { id: string } }>("/v2/reruns", { status: "FAILED" });
  await engine.kill();
  engine = await startEngineProcess("dev", port, args);
  await eventually("the job to end", async () => {
    const { data } = await ask<{ data: { status: string } }>(`/v2/reruns/${job.id}`);
    return data.status === "COMPLETED" ? true : null;
  });
  const repeated = await eventually(
    "all to complete",
    async () => {
      const runs = await allRuns("COMPLETED");
      return runs.length >= runCount ? runs : null;
    },
    lookMs,
  );
  expect(repeated).toHaveLength(runCount);
  expect(new Set(repeated.map(({ originalRunId }) => originalRunId)).size).toBe(runCount);
});
