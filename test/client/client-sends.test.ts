import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { eventType, Inngest } from "../../src/index.ts";

const KEY = "signkey-prod-00112233445566778899aabbccddeeff";
const FALLBACK = "signkey-prod-ffeeddccbbaa99887766554433221100";

function setUp(replies: (Response | Error)[], options: object = {}) {
  const requests: { url: string; headers: Record<string, string>; body: unknown }[] = [];
  const client = new Inngest({
    id: "app",
    isDev: true,
    env: "main",
    fetch: async (url, init) => {
      requests.push({
        url: String(url),
        headers: init?.headers as Record<string, string>,
        body: JSON.parse(String(init?.body)),
      });
      const reply = replies[requests.length - 1] ?? new Response('{"ids":["1"],"status":200}');
      if (reply instanceof Error) throw reply;
      return reply;
    },
    ...options,
  });
  return { client, requests };
}
const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

describe("sendSignal", () => {
  it("posts the signal and gives the run that it woke", async () => {
    const { client, requests } = setUp([answer(200, { data: { run_id: "r1" } })], { isDev: false, signingKey: KEY });
    expect(await client.sendSignal({ signal: "go", data: { a: 1 } })).toEqual({ runId: "r1" });
    expect(requests[0]).toMatchObject({
      url: "https://api.inngest.com/v1/signals",
      body: { signal: "go", data: { a: 1 } },
      headers: { "x-inngest-env": "main", authorization: expect.stringMatching(/^Bearer signkey-prod-[0-9a-f]{64}$/) },
    });
  });

  it("sends the environment that it is given", async () => {
    const { client, requests } = setUp([answer(200, { data: { run_id: "r1" } })]);
    await client.sendSignal({ signal: "go", env: "feature" });
    expect(requests[0]?.headers["x-inngest-env"]).toBe("feature");
    expect(requests[0]?.headers["authorization"]).toBe(undefined);
    expect(requests[0]?.body).toEqual({ signal: "go" });
  });

  it("gives no run when none waits", async () => {
    expect(await setUp([answer(404, {})]).client.sendSignal({ signal: "go" })).toEqual({});
  });

  it("tries the fallback key when the key is refused", async () => {
    const { client, requests } = setUp([answer(401, {}), answer(200, { data: { run_id: "r1" } })], {
      isDev: false,
      signingKey: KEY,
      signingKeyFallback: FALLBACK,
    });
    expect(await client.sendSignal({ signal: "go" })).toEqual({ runId: "r1" });
    expect(new Set(requests.map(({ headers }) => headers["authorization"])).size).toBe(2);
  });

  it.each([
    [{}, [], "sendSignal() expects"],
    [{ signal: "" }, [], "sendSignal() expects"],
    [{ signal: "go" }, [answer(403, { error: "no" })], 'Signal "go" was refused with 403: no.'],
    [{ signal: "go" }, [new Response("<html>", { status: 500 })], "refused with 500: no reason given."],
    [{ signal: "go" }, [new Error("reset")], 'Cannot send signal "go" to http://localhost:8288.'],
  ])("of %j says what is wrong", async (signal, replies, message) => {
    await expect(setUp(replies as Response[]).client.sendSignal(signal as never)).rejects.toThrow(message);
  });
});

describe("send", () => {
  it("uses the environment that it is given", async () => {
    const { client, requests } = setUp([]);
    await client.send({ name: "e" }, { env: "feature" });
    await client.send({ name: "e" });
    expect(requests.map(({ headers }) => headers["x-inngest-env"])).toEqual(["feature", "main"]);
  });

  it("uses the seed of the step that sends", async () => {
    const { client, requests } = setUp([]);
    const seed = vi.fn((request: number) => `seed,${request}`);
    await client.send({ name: "e" }, { seed } as never);
    expect(requests[0]?.headers["x-inngest-event-id-seed"]).toBe("seed,0");
  });

  it("checks what an eventType() made, and sends nothing when it does not fit", async () => {
    const { client, requests } = setUp([]);
    const order = eventType("shop/order", { schema: z.object({ id: z.string() }) });
    await client.send([order.create({ id: "1" }), { name: "plain", data: {} }]);
    expect(requests[0]?.body).toMatchObject([{ name: "shop/order", data: { id: "1" } }, { name: "plain" }]);
    await expect(client.send(order.create({ id: 5 } as never))).rejects.toThrow("id: ");
    await expect(client.send(order.create({ id: 5 } as never))).rejects.toMatchObject({ name: "EventValidationError" });
    expect(requests.length).toBe(1);
  });

  it("says how to start an engine when none can be reached in development", async () => {
    vi.useFakeTimers();
    const { client } = setUp(Array.from({ length: 5 }, () => new Error("ECONNREFUSED")));
    const failing = expect(client.send({ name: "e" })).rejects.toThrow(
      /^Cannot reach the event API at http:\/\/localhost:8288; start the engine with `npx stepwell dev`\.$/,
    );
    await vi.runAllTimersAsync();
    await failing;
    vi.useRealTimers();
  });
});
