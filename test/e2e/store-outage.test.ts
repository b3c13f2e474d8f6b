/** The store takes nothing for longer than an answer is held: the work is done again afterwards, nothing hangs. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";
import { expect, test } from "vitest";
import type { Store } from "../../server/src/ports/store.ts";
import { serveLocally, startLocalEngine } from "../helpers/local-engine.ts";
import { createShiftingClock } from "../helpers/shifting-clock.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

test("a run whose answer could not be stored for two minutes completes once the store works again", async () => {
  const clock = createShiftingClock();
  const { api, server } = await startLocalEngine({ clock });
  let calls = 0;
  const client = new Inngest({ id: "outage", isDev: true, baseUrl: api.url, logger: silent });
  const count = client.createFunction({ id: "count", triggers: [{ event: "outage/go" }] }, () => ++calls);
  const app = createServer({ client, functions: [count] });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  expect(await server.engine.syncUrl(`${origin}/api/inngest`)).toMatchObject({ kind: "registered" });

  // What the engine itself writes to: behind the reader that others are given.
  const store = server.store as Store;
  const { commit } = store;
  let broken = true;
  store.commit = (transition, claim) => {
    if (!broken || transition.lease === null) return commit(transition, claim);
    const full = Object.assign(new Error("the disk is full"), {
      name: "EngineError",
      code: "store_full",
      retryable: true,
    });
    return Promise.reject(full);
  };
  const end = clock.now() + 120_000;
  const [id] = await api.send({ name: "outage/go" });
  await api.endedRuns(id!, 1, () => {
    clock.advance(1_000);
    if (clock.now() > end) broken = false;
  });
  expect(await api.runsOfEvent(id!)).toMatchObject([{ status: "Completed", output: calls }]);
  expect(calls).toBeGreaterThan(1);
});
