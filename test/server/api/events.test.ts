import { expect, test } from "vitest";
import type { IngestRequest } from "../../../server/src/core/ingest/ingest.ts";
import { EngineError } from "../../../server/src/domain/error.ts";
import { startApiServer } from "../../helpers/api-server.ts";

const id = "01M809FRQW9NA1X1MRC617D6Y8";

/** An API whose engine takes all events and remembers what it was given. */
async function startTaking(auth: { signingKey: string; eventKeys: string[] } | null = null) {
  const taken: IngestRequest[] = [];
  const api = await startApiServer({
    auth,
    engine: {
      ingest: async (request) => {
        taken.push(request);
        return { ids: Array.isArray(request.body) ? request.body.map(() => id) : [id] };
      },
    },
  });
  return { api, taken };
}

test("one event, as in the recordings", async () => {
  const { api, taken } = await startTaking();
  const response = await api.post("/e/test", { name: "rec/nobody", data: { a: 1 } });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ids: [id], status: 200 });
  expect(response.headers.get("x-inngest-server-kind")).toBe("dev");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(taken).toEqual([{ body: { name: "rec/nobody", data: { a: 1 } }, seed: null }]);
});

test("a list, an empty list, and the seed of ids", async () => {
  const { api, taken } = await startTaking();
  expect(await (await api.post("/e/x", [{ name: "a" }, { name: "b" }])).json()).toEqual({ ids: [id, id], status: 200 });
  const seed = "1700000000000,AAAAAAAAAAAAAA==";
  expect(await (await api.post("/e/x", [], { "x-inngest-event-id-seed": seed })).json()).toEqual({
    ids: [],
    status: 200,
  });
  expect(taken[1]).toEqual({ body: [], seed });
});

test("a body that comes in chunks, without its length", async () => {
  const { api, taken } = await startTaking();
  const body = new ReadableStream({
    start(controller) {
      for (const part of ['{"name":', '"a/ü"', "}"]) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const response = await api.ask("/e/x", { method: "POST", body, duplex: "half" } as RequestInit);
  expect(response.status).toBe(200);
  expect(taken[0]?.body).toEqual({ name: "a/ü" });
});

test.each([
  ["not json", "application/json"],
  ["", "application/json"],
  ['{"name":"a"', "application/json"],
])("refused: the body %j", async (body, type) => {
  const { api, taken } = await startTaking();
  const response = await api.ask("/e/test", { method: "POST", body, headers: { "content-type": type } });
  expect(response.status).toBe(400);
  const error = expect.stringMatching(
    /^Request body must contain an event object or an array of event objects, as JSON/,
  );
  expect(await response.json()).toEqual({ ids: [], status: 400, error });
  expect(taken).toEqual([]);
});

test.each([
  ["invalid_event", 400],
  ["event_too_large", 413],
  ["too_many_events", 413],
  ["store_full", 507],
  ["store_failed", 500],
  ["shutting_down", 503],
] as const)("the engine's %s answers %i and no ids", async (code, status) => {
  const api = await startApiServer({
    engine: { ingest: () => Promise.reject(new EngineError(code, "what went wrong")) },
  });
  const response = await api.post("/e/secret-key", { name: "a" });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ ids: [], status, error: "what went wrong" });
  expect(api.logged.length).toBe(status >= 500 ? 1 : 0);
  expect(api.logged.join()).not.toContain("secret-key");
});

test("an unexpected error is logged and not shown", async () => {
  const api = await startApiServer({ engine: { ingest: () => Promise.reject(new Error("inner detail")) } });
  const response = await api.post("/e/secret-key", { name: "a" });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("inner detail");
  expect(api.logged.join()).toContain("inner detail");
  expect(api.logged.join()).not.toContain("secret-key");
});

test("a body over 32 MiB is refused, announced or not", async () => {
  const { api, taken } = await startTaking();
  const big = "x".repeat(33 * 2 ** 20);
  const announced = await api.ask("/e/x", { method: "POST", body: big });
  expect(announced.status).toBe(413);
  expect(await announced.json()).toEqual({ ids: [], status: 413, error: expect.stringMatching(/33554432 bytes/) });
  const chunks = Array.from({ length: 33 }, () => "x".repeat(2 ** 20));
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop();
      if (chunk === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
  const streamed = await api.ask("/e/x", { method: "POST", body, duplex: "half" } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(taken).toEqual([]);
});

test("forms: urlencoded and multipart", async () => {
  const { api, taken } = await startTaking();
  await api.ask("/e/x", { method: "POST", body: new URLSearchParams("name=form/sent&id=7&a=1&a=2&b=x+y") });
  expect(taken[0]?.body).toEqual({ name: "form/sent", id: "7", data: { a: ["1", "2"], b: ["x y"] } });
  const form = new FormData();
  form.set("name", "form/sent");
  form.set("a", "ü");
  expect((await api.ask("/e/x", { method: "POST", body: form })).status).toBe(200);
  expect(taken[1]?.body).toEqual({ name: "form/sent", data: { a: ["ü"] } });
});

test("forms that are none, and files", async () => {
  const { api, taken } = await startTaking();
  const form = new FormData();
  form.set("file", new Blob(["x"]), "x.txt");
  const file = await api.ask("/e/x", { method: "POST", body: form });
  expect(file.status).toBe(400);
  expect(await file.text()).toMatch(/is a file/);
  const headers = { "content-type": "multipart/form-data; boundary=zzz" };
  const broken = await api.ask("/e/x", { method: "POST", body: "nothing of it", headers });
  expect(broken.status).toBe(400);
  expect(await broken.text()).toMatch(/not the form/);
  expect(taken).toEqual([]);
});

test("no key, in dev and in start", async () => {
  for (const auth of [null, { signingKey: "00ff", eventKeys: ["good"] }]) {
    const { api, taken } = await startTaking(auth);
    for (const path of ["/e/", "/e"]) {
      const response = await api.post(path, { name: "a" });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ status: 401, message: "", error: "Event key is required" });
    }
    expect(taken).toEqual([]);
  }
});

test("start: known keys only, and the kind is cloud", async () => {
  const { api, taken } = await startTaking({ signingKey: "00ff", eventKeys: ["first", "second key"] });
  const refused = await api.post("/e/wrong-key", { name: "a" });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toEqual({ status: 401, message: "", error: "Event key not found" });
  expect(taken).toEqual([]);
  expect((await api.post("/e/first", { name: "a" })).status).toBe(200);
  const second = await api.post("/e/second%20key", { name: "a" });
  expect(second.status).toBe(200);
  expect(second.headers.get("x-inngest-server-kind")).toBe("cloud");
});

test("POST /v1/events takes the event key as Bearer token, and lets crons be tried", async () => {
  const { api, taken } = await startTaking({ signingKey: "a1b2c3d4", eventKeys: ["mine"] });
  const body = { name: "inngest/function.cron", data: {} };
  const accepted = await api.post("/v1/events", body, { authorization: "Bearer mine" });
  expect([accepted.status, await accepted.json()]).toEqual([200, { ids: [id], status: 200 }]);
  expect(taken).toEqual([{ body, seed: null, startsCrons: true }]);
  for (const headers of [{}, { authorization: "Bearer other" }, { authorization: "Bearer a1b2c3d4" }]) {
    const refused = await api.post("/v1/events", body, headers as Record<string, string>);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: "unauthorized", error: expect.stringContaining("event key") });
  }
  const bad = await api.post("/v1/events", "no event", { authorization: "Bearer mine" });
  expect(bad.status).toBe(200);
  expect(taken).toHaveLength(2);
});
