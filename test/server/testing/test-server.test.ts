/** The test kit from a user's point of view: the real engine, in memory, with a clock to move. */
import { Inngest, NonRetriableError } from "stepwell";
import { createTestServer, type TestServer, type TestServerOptions } from "stepwell-server/testing";
import { describe, expect, onTestFinished, test } from "vitest";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const newClient = (id = "shop") =>
  new Inngest({ id, logger: silent, fetch: () => Promise.reject(new Error("a test touched the network")) });

type Fn = Parameters<typeof createTestServer>[0] extends infer T ? T : never;

async function open(given: Fn, options?: TestServerOptions): Promise<TestServer> {
  const t = await createTestServer(given, options);
  onTestFinished(() => t.stop());
  return t;
}

const day = 86_400_000;

describe("a test server", () => {
  test("runs a function for an event, and tells of run, steps and events", async () => {
    const client = newClient();
    const fn = client.createFunction(
      { id: "order", triggers: { event: "shop/order.created" } },
      async ({ event, step }) => {
        const price = await step.run("price", () => event.data.quantity * 2);
        await step.sendEvent("tell", { name: "shop/order.priced", data: { price } });
        return { price };
      },
    );
    const t = await open({ client, functions: [fn] });
    const { ids, runs } = await t.send({ name: "shop/order.created", data: { quantity: 4 } });
    expect(ids).toHaveLength(1);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ function: "shop-order", status: "Completed", output: { price: 8 }, error: null });
    expect(runs[0]?.events[0]).toMatchObject({ name: "shop/order.created", data: { quantity: 4 }, ts: t.now() });
    const steps = await t.steps(runs[0]?.id ?? "");
    expect(steps.map(({ name, status, output }) => [name, status, output])).toEqual([
      ["price", "Completed", 8],
      ["tell", "Completed", { ids: [expect.any(String)] }],
    ]);
    // By the engine's clock, not the machine's.
    expect(steps.map(({ queuedAt, endedAt }) => [queuedAt, endedAt])).toEqual([
      [t.now(), t.now()],
      [t.now(), t.now()],
    ]);
    expect(await t.waitFor(fn)).toEqual(await t.run(runs[0]?.id ?? ""));
    expect((await t.events()).map(({ name }) => name)).toEqual(["shop/order.created", "shop/order.priced"]);
    expect(await t.events("inngest/function.finished")).toHaveLength(1);
  });

  test("moves time over sleeps and waits, and nothing else moves it", async () => {
    const client = newClient();
    const woke: number[] = [];
    const fn = client.createFunction({ id: "nap", triggers: { event: "nap" } }, async ({ step }) => {
      await step.sleep("long", "3d");
      await step.run("wake", () => void woke.push(1));
      return step.waitForEvent("answer", { event: "answer", timeout: "1w" });
    });
    const t = await open({ client, functions: [fn] }, { startAt: "2026-03-01T00:00:00Z" });
    await t.send({ name: "nap" });
    await t.advance(3 * day - 1);
    expect(woke).toEqual([]);
    await expect(t.waitFor(fn)).rejects.toThrow(
      /^No run of shop-nap is Completed\. Run \w+ is Running: Step "long" sleeps until 2026-03-04T00:00:00\.000Z\.$/,
    );
    await t.advance(1);
    expect(woke).toEqual([1]);
    expect(t.now()).toBe(Date.UTC(2026, 2, 4));
    await t.send({ name: "answer", data: { yes: true } });
    expect(await t.waitFor(fn)).toMatchObject({ output: { name: "answer", data: { yes: true } } });
    const [late] = (await t.send({ name: "nap" })).runs;
    await t.advance("3d1w");
    expect(await t.run(late ?? "")).toMatchObject({ status: "Completed", output: null });
    expect((await t.steps(late ?? "")).at(-1)).toMatchObject({ name: "answer", status: "TimedOut" });
  });

  test("fails a step on purpose, as often as it is told, without running it", async () => {
    const client = newClient();
    let charges = 0;
    const fn = client.createFunction({ id: "pay", retries: 3, triggers: { event: "pay" } }, ({ step }) =>
      step.run("charge", () => ++charges),
    );
    const t = await open({ client, functions: [fn] });
    const fault = t.failStep("charge", 2, new Error("card declined"));
    await t.send({ name: "pay" });
    expect(charges).toBe(0);
    await t.advance("10m");
    const run = await t.waitFor(fn);
    expect(run).toMatchObject({ output: 1 });
    expect(run.steps[0]?.failures.map(({ attempt, error }) => [attempt, error.message])).toEqual([
      [0, "card declined"],
      [1, "card declined"],
    ]);
    expect(fault.left).toBe(0);
    t.failStep({ function: fn, step: "charge" }, 1, new NonRetriableError("stolen"));
    await t.send({ name: "pay" });
    expect(await t.waitFor(fn, "Failed")).toMatchObject({ error: { message: "stolen" }, output: undefined });
    expect(charges).toBe(1);
    expect(await t.deadLetters()).toMatchObject([{ function: "shop-pay", error: { message: "stolen" } }]);
  });

  test("refuses to fail a step that the engine carries out", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "f", retries: 0, triggers: { event: "f" } }, ({ step }) =>
      step.sleep("nap", "1h"),
    );
    const t = await open({ client, functions: [fn] });
    t.failStep("nap");
    await t.send({ name: "f" });
    expect((await t.waitFor(fn, "Failed")).error?.message).toMatch(/^failStep\("nap"\): this is a step\.sleep/);
  });

  test("invokes a function, and passes signals to it", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "add", triggers: { event: "add" } }, async ({ event, step }) => {
      const go = await step.waitForSignal("go", { signal: "go", timeout: "1h" });
      return { sum: (event.data.a as number) + 1, go };
    });
    const t = await open({ client, functions: [fn] });
    const run = await t.invoke(fn, { data: { a: 1 } });
    expect(run.status).toBe("Running");
    expect(await t.why(run)).toEqual([expect.stringContaining("waits for signal go")]);
    await t.signal("go", { yes: 1 });
    expect(await t.run(run)).toMatchObject({ status: "Completed", output: { sum: 2 } });
    await expect(t.signal("go")).rejects.toMatchObject({ code: "signal_not_found" });
    const waiting = await t.invoke("add");
    expect(waiting.status).toBe("Running");
    expect((await t.invoke("shop-add")).error?.message).toContain("signal");
    expect((await t.runs(fn)).map(({ status }) => status)).toEqual(["Completed", "Running", "Failed"]);
  });

  test("cancels, pauses and resumes", async () => {
    const client = newClient();
    const nap = client.createFunction({ id: "nap", triggers: { event: "go" } }, ({ step }) => step.sleep("nap", "1h"));
    const work = client.createFunction({ id: "work", triggers: { event: "go" } }, () => "done");
    const t = await open({ client, functions: [nap, work] });
    await t.pause(work);
    const { runs } = await t.send({ name: "go" });
    expect(runs.map(({ function: fn, status }) => [fn, status])).toEqual([
      ["shop-nap", "Running"],
      ["shop-work", "Queued"],
    ]);
    await expect(t.waitFor(work)).rejects.toThrow(/is Queued: Its function is paused by test/);
    await t.cancel(runs[0] ?? "");
    expect(await t.waitFor(nap, "Cancelled")).toMatchObject({ id: runs[0]?.id });
    await t.advance("1d");
    await t.resume(work);
    expect(await t.waitFor(work)).toMatchObject({ output: "done" });
    await t.pause(undefined, { arriving: "skip" });
    await t.send({ name: "go" });
    expect(await t.waitFor(work, "Skipped")).toMatchObject({ reason: expect.any(String) });
    await t.resume();
    await t.resume();
  });

  test("answers the engine's requests in the network's place", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "rates", retries: 0, triggers: { event: "rates" } }, async ({ step }) => {
      const response = await step.fetch("https://example.com/rates", { method: "POST", body: "EUR" });
      return { status: response.status, type: response.headers.get("content-type"), body: await response.json() };
    });
    const asked: string[] = [];
    const answer = async (request: Request): Promise<Response> => {
      asked.push(`${request.method} ${request.url} ${await request.text()}`);
      return Response.json({ EUR: 1 }, { status: 201 });
    };
    const t = await open({ client, functions: [fn] }, { fetch: answer });
    await t.send({ name: "rates" });
    expect(await t.waitFor(fn)).toMatchObject({ output: { status: 201, type: "application/json", body: { EUR: 1 } } });
    expect(asked).toEqual(["POST https://example.com/rates EUR"]);
    await t.stop();
    const closed = await open({ client, functions: [fn] });
    await closed.send({ name: "rates" });
    expect((await closed.waitFor(fn, "Failed")).error?.message).toContain("pass `fetch` to createTestServer");
    await closed.stop();
    const failing = await open({ client, functions: [fn] }, { fetch: () => Promise.reject(new Error("down")) });
    await failing.send({ name: "rates" });
    expect((await failing.waitFor(fn, "Failed")).error?.message).toContain("down");
  });

  test("gives the same ids and order for the same seed, and others for another", async () => {
    const trace = async (seed: number): Promise<unknown> => {
      const client = newClient();
      const fn = client.createFunction({ id: "f", retries: 2, triggers: { event: "f" } }, async ({ step, event }) => {
        await client.send({ name: "direct" });
        await Promise.all([step.run("a", () => 1), step.run("b", () => 2), step.sleep("c", "1m")]);
        if (event.data.n === 1) throw new Error("no");
      });
      const t = await open({ client, functions: [fn] }, { seed });
      await t.send([1, 2, 3].map((n) => ({ name: "f", data: { n } })));
      await t.advance("1h");
      const runs = await t.runs();
      return {
        runs: runs.map(({ steps, ...run }) => ({ ...run, steps: steps.map(({ name }) => name) })),
        events: await t.events(),
      };
    };
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replace(/"stack":"[^"]*"/g, '"stack":""'));
    const first = plain(await trace(7));
    expect(plain(await trace(7))).toEqual(first);
    expect(plain(await trace(8))).not.toEqual(first);
  });

  test("serves several apps, in which one function invokes another", async () => {
    const shop = newClient("shop");
    const bank = newClient("bank");
    const charge = bank.createFunction(
      { id: "charge", triggers: { event: "bank/charge" } },
      ({ event }) => event.data.n * 2,
    );
    const order = shop.createFunction({ id: "order", triggers: { event: "order" } }, ({ step }) =>
      step.invoke("pay", { function: charge, data: { n: 21 } }),
    );
    const t = await open({
      apps: [
        { client: shop, functions: [order] },
        { client: bank, functions: [charge] },
      ],
    });
    await t.send({ name: "order" });
    expect(await t.waitFor(order)).toMatchObject({ output: 42 });
    expect(await t.waitFor("charge")).toMatchObject({ function: "bank-charge", output: 42 });
  });

  test("tells of every new time", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "f", triggers: { event: "f" } }, ({ step }) => step.sleep("s", "1s"));
    const start = Date.UTC(2026, 5, 1);
    const times: number[] = [];
    const t = await open({ client, functions: [fn] }, { startAt: start, onTime: (now) => void times.push(now) });
    await t.send({ name: "f" });
    await t.advance(2_000);
    expect(times).toEqual([start, start + 1000, start + 2000]);
    await t.advanceTo(new Date(start + 4000));
    // As a Temporal.Duration is.
    await t.advance({ total: ({ unit }) => (unit === "milliseconds" ? 1000 : 0) });
    expect(t.now()).toBe(start + 5000);
    expect(await t.waitFor(fn)).toMatchObject({ queuedAt: start, endedAt: start + 1000 });
  });
});

describe("a call that does not end", () => {
  const hanging = () => {
    const client = newClient();
    const fn = client.createFunction(
      { id: "hang", timeouts: { finish: "1h" }, triggers: { event: "hang" } },
      ({ step }) => step.run("wait", () => new Promise(() => undefined)),
    );
    return { client, functions: [fn], fn };
  };

  test("is named in an error", async () => {
    const { fn, ...app } = hanging();
    const t = await open(app, { patienceMs: 30 });
    await expect(t.send({ name: "hang" })).rejects.toThrow(
      /^After 30 ms of real time these calls have not ended: shop-hang/,
    );
  });

  test("does not stop the clock when the test says so", async () => {
    const { fn, ...app } = hanging();
    const t = await open(app, { patienceMs: 30, whenStuck: "continue" });
    await t.send({ name: "hang" });
    await t.advance("1h");
    expect(await t.waitFor(fn, "Cancelled")).toMatchObject({ reason: expect.stringContaining("finish") });
  });

  test("is waited for as long as it takes, while it ends in time", async () => {
    const client = newClient();
    const slow = client.createFunction({ id: "slow", triggers: { event: "slow" } }, ({ step }) =>
      step.run("wait", () => new Promise((resolve) => setTimeout(() => resolve("late"), 50))),
    );
    const t = await open({ client, functions: [slow] });
    await t.send({ name: "slow" });
    expect(await t.waitFor(slow)).toMatchObject({ output: "late" });
  });
});

test("what is not of this SDK is refused, and its client is free again", async () => {
  const client = { id: "other" };
  const given = { client, functions: [{}] };
  await expect(createTestServer(given)).rejects.toThrow(/^The client "other" was not made by the package `stepwell`/);
  await expect(createTestServer(given)).rejects.toThrow(/was not made by the package/);
});

test("limits, workers and the like are the engine's own", async () => {
  const client = newClient();
  const fn = client.createFunction({ id: "f", retries: 1, triggers: { event: "f" } }, ({ attempt }) => {
    if (attempt === 0) throw new Error("once");
    return "twice";
  });
  const options = {
    workers: 1,
    retryIntervalMs: 5_000,
    rateLimitMode: "gcra",
    limits: { eventSizeBytes: 1_000 },
  } as const;
  const t = await open({ client, functions: [fn] }, options);
  await t.send({ name: "f", v: "2" });
  await t.advance(5_000);
  expect(await t.waitFor(fn)).toMatchObject({ output: "twice", events: [{ v: "2" }], failures: [{ attempt: 0 }] });
  await expect(t.send({ name: "f", data: { long: "x".repeat(1_000) } })).rejects.toThrow(/max size|413|too large/i);
});
