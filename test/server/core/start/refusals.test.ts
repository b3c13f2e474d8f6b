/** Why an event started nothing: kept with the event, told once, shown over the API. */
import { afterEach, describe, expect, it } from "vitest";
import { createApi } from "../../../../server/src/api/create-api.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function openWith(options: Record<string, unknown>): Promise<void> {
  core = await createCoreEngine({ scripts: { "app-f": () => result(1) } });
  await core.engine.register(registration([functionConfig("app-f", options)]));
}

const send = (data: object = {}, more: Record<string, unknown> = {}) => core.send("test/app-f", data, more);
const reasons = async (eventId: string) => (await core.store.listRefusals(eventId)).map(({ reason }) => reason);

describe("an event that starts nothing", () => {
  it.each([
    ["a rate limit", { rateLimit: { limit: 1, period: "1m" } }, /^rate limited: 1 start in 60 s/],
    ["an idempotency key", { idempotency: "event.data.k" }, /^idempotency: a run with the same key/],
    [
      "a rate limit before a debounce",
      { rateLimit: { limit: 1, period: "1m" }, debounce: { period: "1s" } },
      /^rate limited/,
    ],
  ])("says that %s refused it", async (_, options, reason) => {
    await openWith(options);
    expect(await reasons(await send({ k: "one" }))).toEqual([]);
    const second = await send({ k: "one" });
    expect(await reasons(second)).toEqual([expect.stringMatching(reason)]);
    const told = core.activities.filter((activity) => activity.kind === "event-received");
    expect(told[1]).toMatchObject({ runs: 0, notStarted: [{ slug: "app-f", reason: expect.stringMatching(reason) }] });
  });

  it.each([
    ["a run", {}],
    ["a debounce", { debounce: { period: "1s" } }],
    ["a batch", { batchEvents: { maxSize: 5, timeout: "5s" } }],
  ])("says that an event with the same id came before, for %s", async (_, options) => {
    await openWith(options);
    await send({}, { id: "once" });
    await core.advance(10_000);
    expect(await reasons(await send({}, { id: "once" }))).toEqual([expect.stringContaining("the same id")]);
  });

  it("shows over the API, and is forgotten with its event", async () => {
    await openWith({ rateLimit: { limit: 1, period: "1m" } });
    await send();
    const eventId = await send();
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const { engine, store, clock } = core;
    const api = createApi({
      engine,
      store,
      access: store.access,
      clock,
      logger,
      auth: null,
      serverKind: "dev",
      version: "0",
    });
    const response = await api.request(`/v2/events/${eventId}`);
    const { data } = (await response.json()) as { data: { notStarted: object[] } };
    expect(data.notStarted).toEqual([
      { function: "app-f", reason: expect.stringMatching(/^rate limited/), at: "2026-01-01T00:00:00.000Z" },
    ]);
    await core.store.sweep({ before: core.clock.now() + 1, limit: 100, cursor: null });
    expect(await core.store.getEvent(eventId)).toBeNull();
    expect(await reasons(eventId)).toEqual([]);
  });

  it("is told to whoever invokes, with the reason that holds", async () => {
    await openWith({ idempotency: "event.data.k" });
    const invoke = () => core.engine.invoke({ slug: "app-f", body: { data: { k: 1 } } });
    await invoke();
    await expect(invoke()).rejects.toMatchObject({
      code: "start_refused",
      message: expect.stringContaining("idempotency: "),
    });
  });
});
