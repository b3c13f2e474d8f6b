import { describe, expect, it, vi } from "vitest";
import { normaliseEvents, type SendInput, sendEvents } from "../../src/client/send.ts";
import { toBatches } from "../../src/client/to-batches.ts";
import { Inngest } from "../../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
type Reply = { status?: number; body: unknown } | Error;

function setUp(replies: Reply[], overrides: Partial<SendInput> = {}) {
  const requests: { url: string; headers: Record<string, string>; body: { name: string }[] }[] = [];
  const delays: number[] = [];
  const input: SendInput = {
    events: [{ name: "a" }],
    eventUrl: "http://engine/",
    eventKey: "key",
    mode: "cloud",
    headers: { "content-type": "application/json" },
    logger: silent,
    now: () => 1_700_000_000_000,
    delay: async (ms) => void delays.push(ms),
    seed: null,
    fetch: async (url, init) => {
      requests.push({
        url: String(url),
        headers: init?.headers as Record<string, string>,
        body: JSON.parse(String(init?.body)),
      });
      const reply = replies[Math.min(requests.length, replies.length) - 1] as Reply;
      if (reply instanceof Error) throw reply;
      return new Response(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body), {
        status: reply.status ?? 200,
      });
    },
    ...overrides,
  };
  const send = async () => sendEvents({ ...input, events: normaliseEvents(input.events, input.now()) });
  return { requests, delays, send };
}

const fine: Reply = { body: { ids: ["1"], status: 200 } };

describe("send", () => {
  it("posts an array with data and ts filled in, and gives the ids back", async () => {
    const { send, requests } = setUp([fine], {
      events: [{ name: "a" }, { name: "b", data: { x: 1 }, ts: 5, id: "i" }],
    });
    expect(await send()).toEqual({ ids: ["1"] });
    expect(requests[0]?.url).toBe("http://engine/e/key");
    expect(requests[0]?.body).toEqual([
      { name: "a", data: {}, ts: 1_700_000_000_000 },
      { name: "b", data: { x: 1 }, ts: 5, id: "i" },
    ]);
  });

  it("tries five times with growing delays, and the same seed each time", async () => {
    const { send, requests, delays } = setUp([new Error("reset")], { mode: "dev" });
    await expect(send()).rejects.toMatchObject({
      code: "send_failed",
      message: expect.stringContaining("npx stepwell dev"),
    });
    expect(requests.length).toBe(5);
    expect(new Set(requests.map(({ headers }) => headers["x-inngest-event-id-seed"])).size).toBe(1);
    delays.forEach((delay, i) => {
      expect(delay).toBeGreaterThanOrEqual(100 * 2 ** i);
      expect(delay).toBeLessThan(100 * 2 ** i + 100);
    });
    expect(delays.length).toBe(4);
  });

  it("goes on after a failure that passes", async () => {
    const { send, requests } = setUp([
      new Error("reset"),
      { status: 500, body: {} },
      { status: 503, body: "<html>" },
      fine,
    ]);
    expect(await send()).toEqual({ ids: ["1"] });
    expect(requests.length).toBe(4);
  });

  it.each([
    [400, "Cannot process event payload"],
    [401, "Event key Not Found"],
    [403, "Forbidden"],
    [404, "Event key not found"],
    [409, "Event transformation failed"],
    [412, "Event transformation failed"],
    [413, "Event payload too large"],
    [418, "teapot"],
  ])("explains %d and does not try again", async (status, message) => {
    const { send, requests } = setUp([{ status, body: { status, error: "teapot" } }]);
    await expect(send()).rejects.toThrow(`Inngest API Error: ${status} ${message}`);
    expect(requests.length).toBe(1);
  });

  it("takes an error inside a 200 for an error, and text that is not JSON too", async () => {
    await expect(setUp([{ body: { ids: [], status: 400, error: "no" } }]).send()).rejects.toThrow(
      "400 Cannot process event payload: no",
    );
    await expect(setUp([{ body: "<html>" }]).send()).rejects.toThrow("not JSON");
  });

  it("warns and sends nothing for an empty array", async () => {
    const warn = vi.fn();
    const { send, requests } = setUp([fine], { events: [], logger: { ...silent, warn } });
    expect(await send()).toEqual({ ids: [] });
    expect([requests.length, warn.mock.calls.length]).toEqual([0, 1]);
  });

  it("refuses to send without a key in cloud mode, before any request", async () => {
    const { send, requests } = setUp([fine], { eventKey: null });
    await expect(send()).rejects.toMatchObject({ code: "missing_event_key" });
    expect(requests.length).toBe(0);
    const dev = setUp([fine], { eventKey: null, mode: "dev" });
    await dev.send();
    expect(dev.requests[0]?.url).toBe("http://engine/e/NO_EVENT_KEY_SET");
  });

  it.each([[{ name: "" }], [{}], [null], ["text"]])("refuses %j and sends nothing", async (event) => {
    const { send, requests } = setUp([fine], { events: [{ name: "ok" }, event as never] });
    await expect(send()).rejects.toThrow("Event 1 has no name");
    expect(requests.length).toBe(0);
  });

  it("cuts what is too much for one request, keeps the order and joins the ids", async () => {
    const events = Array.from({ length: 12_001 }, (_, i) => ({ name: `e${i}` }));
    const requests: number[] = [];
    let first = 0;
    const result = await setUp([], {
      events,
      fetch: async (_url, init) => {
        const body = JSON.parse(String(init?.body)) as { name: string }[];
        requests.push(body.length);
        return new Response(JSON.stringify({ ids: body.map(() => String(first++)), status: 200 }));
      },
    }).send();
    expect(requests).toEqual([5000, 5000, 2001]);
    expect(result.ids).toEqual(events.map((_, i) => String(i)));
  });

  it("counts bytes, not characters", () => {
    const megabyte = "é".repeat(500_000);
    const batches = toBatches(Array.from({ length: 7 }, () => ({ name: "e", data: megabyte })));
    expect(batches.map((body) => (JSON.parse(body) as unknown[]).length)).toEqual([3, 3, 1]);
    for (const body of batches) expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(3 * 1024 * 1024);
  });

  it("says so when an event cannot be JSON", () => {
    expect(() => toBatches([{ name: "big", data: 1n }])).toThrow('Event "big" cannot be written as JSON');
  });
});

describe("client.send", () => {
  it("sends through the client's own fetch, key and environment", async () => {
    const seen: [string, Record<string, string>][] = [];
    const client = new Inngest({
      id: "app",
      isDev: true,
      eventKey: "k/ey",
      env: "main",
      baseUrl: "http://engine:1",
      fetch: async (url, init) => {
        seen.push([String(url), init?.headers as Record<string, string>]);
        return new Response('{"ids":["x"],"status":200}');
      },
    });
    expect(await client.send({ name: "a" })).toEqual({ ids: ["x"] });
    await client.send([{ name: "a" }], { env: "other" });
    expect(seen[0]?.[0]).toBe("http://engine:1/e/k%2Fey");
    expect(seen.map(([, headers]) => headers["x-inngest-env"])).toEqual(["main", "other"]);
  });
});
