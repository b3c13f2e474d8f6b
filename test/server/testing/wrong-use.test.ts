/** What a test server says when it is used wrongly. */
import { Inngest } from "stepwell";
import { createTestServer, type TestServer, type TestServerOptions } from "stepwell-server/testing";
import { describe, expect, onTestFinished, test } from "vitest";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const newClient = (): Inngest => new Inngest({ id: "shop", logger: silent });

async function open(given: Parameters<typeof createTestServer>[0]): Promise<TestServer> {
  const t = await createTestServer(given);
  onTestFinished(() => t.stop());
  return t;
}

describe("bad input", () => {
  const app = () => {
    const client = newClient();
    const fn = client.createFunction({ id: "f", triggers: { event: "f" } }, () => 1);
    return { client, functions: [fn] };
  };

  test.each<[TestServerOptions, RegExp]>([
    [{ startAt: "soon" }, /^startAt is "soon": expected a time/],
    [{ startAt: new Date(Number.NaN) }, /^startAt is null: expected a time/],
    [{ startAt: -1 }, /^startAt is -1/],
    [{ seed: Number.NaN }, /^seed is NaN/],
    [{ patienceMs: 0 }, /^patienceMs is 0/],
    [{ whenStuck: "wait" as "throw" }, /^whenStuck is "wait": expected "throw" or "continue"/],
    [{ onTime: 1 as never }, /^onTime is 1: expected a function/],
    [{ fetch: {} as never }, /^fetch is \{\}: expected a function/],
    [{ workers: 0 }, /^workers is 0/],
    [{ clock: 1 } as never, /^createTestServer knows no option "clock". It takes startAt, /],
  ])("refuses %j", async (options, message) => {
    await expect(createTestServer(app(), options)).rejects.toThrow(message);
  });

  test.each([[{}], [null], [{ apps: [] }], [{ apps: [1] }], [{ client: newClient() }]])(
    "refuses %j for apps",
    async (given) => {
      await expect(createTestServer(given as never)).rejects.toThrow(/^createTestServer takes \{ client, functions \}/);
    },
  );

  test("refuses a client that another test server uses, and takes it when that has stopped", async () => {
    const given = app();
    const t = await open(given);
    await expect(createTestServer(given)).rejects.toThrow(/^The client "shop" is used by another test server/);
    await t.stop();
    await (await open(given)).stop();
    await expect(createTestServer({ ...given, functions: [] })).rejects.toThrow(/has no functions/);
    await (await open(given)).stop();
  });

  test("says what there is", async () => {
    const t = await open(app());
    await expect(t.waitFor("f")).rejects.toThrow(
      "No run of shop-f is Completed. No event has started it: it is 2026-01-01T00:00:00.000Z here, and these came: none.",
    );
    await expect(t.waitFor("g")).rejects.toThrow('No function "g" is served here. These are: shop-f.');
    await expect(t.waitFor("f", "Done" as never)).rejects.toThrow(/^There is no status "Done"/);
    await expect(t.run("x")).rejects.toMatchObject({ code: "run_not_found" });
    await expect(t.cancel("x")).rejects.toMatchObject({ code: "run_not_found" });
    await expect(t.advance("soon")).rejects.toThrow(/^advance\(by\) is "soon"/);
    await expect(t.advance(-1)).rejects.toThrow(/^advance\(by\) is -1/);
    await expect(t.advanceTo(t.now() - 1)).rejects.toThrow(/time does not go back/);
    expect(() => t.failStep("")).toThrow(/^failStep needs the step's id/);
    expect(() => t.failStep("a", 0)).toThrow(/times is 0: expected 1 or more, or Infinity/);
    expect(() => t.failStep({ function: "g", step: "a" })).toThrow(/^No function "g"/);
    expect(t.failStep("a", Number.POSITIVE_INFINITY, "text").left).toBe(Number.POSITIVE_INFINITY);
    await t.stop();
    await t.stop();
    await expect(t.send({ name: "f" })).rejects.toThrow();
  });
});
