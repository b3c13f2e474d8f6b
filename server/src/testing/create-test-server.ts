/**
 * `stepwell-server/testing`: the real engine in memory, in the test's own process, with a clock that stands still until it
 * is moved. Called by users' tests, never by the engine.
 * @module stepwell-server/testing
 */
import { EngineError } from "../domain/error.ts";
import { createPinoLogger, createServer, type EmbeddedApp } from "../main.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { createStepFaults } from "./step-faults.ts";
import { createTestClock } from "./test-clock.ts";
import { createTestHttpClient } from "./test-http-client.ts";
import { assertTestOptions, type TestApps, type TestServerOptions, toApps, toTime } from "./test-options.ts";
import { type SendingClient, TestServer } from "./test-server.ts";

export type { EmbeddedApp } from "../main.ts";
export type { FunctionRef } from "./function-ref.ts";
export type { Moment, Span, TestApps, TestServerOptions } from "./test-options.ts";
export type { StepRef, TestDeadLetter, TestEventInput, TestPauseOptions, TestServer } from "./test-server.ts";
export type { TestAttempt, TestError, TestEvent, TestRun, TestStep } from "./views.ts";

const defaultStartAt = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

/** Clients that talk to a test server now: one that talks to two would send its events to the second alone. */
const busyClients = new WeakSet<object>();

/**
 * Starts an engine with the functions of one app or several.
 * @throws EngineError `invalid_config`, `invalid_registration`
 * @example
 * await using t = await createTestServer({ client: inngest, functions: [welcome] });
 * await t.send({ name: "shop/customer.created", data: { name: "Ana" } });
 * await t.advance("3d");
 * const run = await t.waitFor(welcome, "Completed");
 */
export async function createTestServer(given: TestApps, options: TestServerOptions = {}): Promise<TestServer> {
  const apps = toApps(given);
  assertTestOptions(options);
  const { startAt = defaultStartAt, seed = 1, fetch, onTime = () => undefined } = options;
  const { patienceMs = 4000, whenStuck = "throw", logger = createPinoLogger("error"), retentionMs = null } = options;
  const { limits, rateLimitMode, retryIntervalMs, workers } = options;
  const clock = createTestClock(toTime("startAt", startAt), onTime);
  const faults = await createStepFaults();
  const arrivals = new Map<string, number>();
  const release = reserve(apps);
  try {
    const server = createServer({
      store: null,
      apps: apps.map((app) => faults.instrument(app)),
      clock,
      random: createSeededRandom(seed),
      http: createTestHttpClient(fetch),
      logger,
      notifier: {
        notify: (activity) => {
          if (activity.kind === "event-received") arrivals.set(activity.eventId, arrivals.size);
        },
      },
      retentionMs,
      // Nothing is served at an address, and looking for it is all that the clock would wake for.
      pollIntervalMs: dayMs,
      ...(limits === undefined ? {} : { limits }),
      ...(rateLimitMode === undefined ? {} : { rateLimitMode }),
      ...(retryIntervalMs === undefined ? {} : { retryIntervalMs }),
      ...(workers === undefined ? {} : { workers }),
    });
    onTime(clock.now());
    await server.start();
    const client = apps[0].client as unknown as SendingClient;
    const t = new TestServer({
      server,
      clock,
      faults,
      client,
      arrivals,
      patienceMs,
      whenStuck,
      stuck: new Set(),
      onStop: release,
    });
    await t.idle();
    return t;
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws EngineError `invalid_config` when a client is in use. */
function reserve(apps: readonly EmbeddedApp[]): () => void {
  const clients = apps.map(({ client }) => client).filter((client) => typeof client === "object" && client !== null);
  const busy = clients.find((client) => busyClients.has(client));
  if (busy !== undefined)
    throw new EngineError(
      "invalid_config",
      `The client "${busy.id}" is used by another test server. Stop that one first (\`await using\` does), or make a client for each test.`,
    );
  for (const client of clients) busyClients.add(client);
  return () => {
    for (const client of clients) busyClients.delete(client);
  };
}
