/** Webhooks over HTTP: what is delivered becomes events, or is refused with a reason that sender and author both see. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { functionConfig, registration } from "../../helpers/core-engine.ts";
import { startOperatedEngine } from "../../helpers/operated-engine.ts";
import { result } from "../../helpers/scripted-caller.ts";

interface Webhook {
  id: string;
  path: string | null;
  state: string;
  signature: { scheme: string; header: string | null } | null;
}

interface Delivery {
  outcome: string;
  status: number;
  code: string | null;
  error: string | null;
  eventIds: string[];
  sizeBytes: number;
  body: string | null;
}

interface Stored {
  id: string;
  name: string;
  data: unknown;
  ts: number;
}

const plain = '{"name": "test/got", "data": {"body": body, "headers": headers, "query": query}}';
const json = { "content-type": "application/json" };

async function start(options: Parameters<typeof startOperatedEngine>[0] = {}) {
  const engine = await startOperatedEngine(options);
  let count = 0;
  const create = async (transform = plain, signature?: unknown): Promise<Webhook> => {
    count += 1;
    const body = { name: `webhook ${count}`, transform, signature };
    return (await engine.ask<{ data: Webhook }>("POST", "/v2/webhooks", body, 201)).data;
  };
  const deliver = async (webhook: Webhook, body: BodyInit, headers: Record<string, string> = json, query = "") => {
    const response = await fetch(`${engine.url}${webhook.path}${query}`, { method: "POST", body, headers });
    const answer = (await response.json()) as { ids: string[]; status: number; error?: string };
    expect(answer.status).toBe(response.status);
    return answer;
  };
  const deliveries = async ({ id }: Webhook): Promise<Delivery[]> =>
    (await engine.ask<{ data: Delivery[] }>("GET", `/v2/webhooks/${id}/deliveries`)).data;
  const event = async (internalId: string | undefined): Promise<Stored> =>
    (await engine.ask<{ data: Stored }>("GET", `/v2/events/${internalId}`)).data;
  return { ...engine, create, deliver, deliveries, event };
}

describe("a delivery", () => {
  it("as JSON becomes the event that the transform makes of body, headers and query, without what proves who sends", async () => {
    const { create, deliver, deliveries, event } = await start();
    const webhook = await create();
    const headers = { ...json, "X-Kind": "push", authorization: "Bearer s3cret", cookie: "a=b" };
    const { ids, status } = await deliver(webhook, '{"n":1,"deep":{"list":[1,"é"]}}', headers, "?a=1&b=2&b=3");
    expect(status).toBe(200);
    const { name, data } = await event(ids[0]);
    expect(name).toBe("test/got");
    expect(data).toMatchObject({
      body: { n: 1, deep: { list: [1, "é"] } },
      headers: { "x-kind": "push" },
      query: { a: "1", b: ["2", "3"] },
    });
    expect(JSON.stringify(data)).not.toMatch(/s3cret|"cookie"/);
    expect(await deliveries(webhook)).toEqual([
      expect.objectContaining({ outcome: "accepted", status: 200, code: null, eventIds: ids, body: null }),
    ]);
  });

  it("as a form becomes one too, and a form with JSON in a field can be read with json_parse", async () => {
    const { create, deliver, event } = await start();
    const webhook = await create();
    const { ids } = await deliver(webhook, new URLSearchParams("From=%2B49&Body=hi&m=1&m=2"), {});
    expect((await event(ids[0])).data).toMatchObject({ body: { From: "+49", Body: "hi", m: ["1", "2"] } });
    const form = new FormData();
    form.set("payload", '{"action":"opened"}');
    const github = await create(
      '{"name": "github/" + json_parse(body.payload).action, "data": json_parse(body.payload)}',
    );
    const made = await deliver(github, form, {});
    expect(await event(made.ids[0])).toMatchObject({ name: "github/opened", data: { action: "opened" } });
  });

  it("starts functions once, however often it comes with the same id", async () => {
    const { create, deliver, ask, engine } = await start({ scripts: { "app-f": () => result(1) } });
    await engine.register(registration([functionConfig("app-f", {})]));
    const webhook = await create('{"name": "test/app-f", "id": body.id, "ts": timestamp(body.created), "data": body}');
    const body = '{"id":"evt_1","created":1764000000}';
    const [first, second] = [await deliver(webhook, body), await deliver(webhook, body)];
    const look = async ({ ids }: { ids: string[] }) =>
      (await ask<{ data: Stored & { notStarted: object[] } }>("GET", `/v2/events/${ids[0]}`)).data;
    expect(await look(first)).toMatchObject({ eventId: "evt_1", ts: 1_764_000_000_000, notStarted: [] });
    expect(await look(second)).toMatchObject({
      notStarted: [{ function: "app-f", reason: expect.stringContaining("the same id") }],
    });
    expect((await ask<{ data: unknown[] }>("GET", "/v2/runs")).data).toHaveLength(1);
  });

  it("of which the transform makes null is ignored, and one of which it makes a list becomes several events", async () => {
    const { create, deliver, deliveries, event } = await start();
    const webhook = await create(
      'body.type == "ping" ? null : body.items.map(one, {"name": "test/item", "data": {"n": one}})',
    );
    expect(await deliver(webhook, '{"type":"ping"}')).toEqual({ ids: [], status: 200 });
    const { ids } = await deliver(webhook, '{"type":"items","items":[1,2]}');
    expect(await Promise.all(ids.map(async (id) => (await event(id)).data))).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await deliveries(webhook)).map(({ outcome }) => outcome)).toEqual(["accepted", "ignored"]);
  });

  it("that is wrong is refused with a reason, which the author finds with the body that came", async () => {
    const { create, deliver, deliveries, event: _ } = await start();
    const webhook = await create('{"name": body.type, "data": body.object}');
    const cases: [body: string, headers: Record<string, string>, status: number, error: RegExp][] = [
      ["{nope", json, 400, /must be JSON or a form/],
      ["x", { "content-type": "multipart/form-data; boundary=y" }, 400, /not the form that its content type says/],
      ['{"object":{}}', json, 422, /gave no `name`/],
      ['{"type":"a","object":5}', json, 400, /`data` must be an object, got number/],
      ['{"type":"inngest/x","object":{}}', json, 400, /reserved/],
      [
        '{"type":"a","object":{"list":[]}}'.replace("[]", "[".repeat(5000) + "]".repeat(5000)),
        json,
        422,
        /nested too deep|deep/,
      ],
    ];
    for (const [body, headers, status, error] of cases) {
      const answer = await deliver(webhook, body, headers);
      expect([body.slice(0, 40), answer.ids]).toEqual([body.slice(0, 40), []]);
      expect(answer.error).toMatch(error);
      expect([400, status]).toContain(answer.status);
      const [last] = await deliveries(webhook);
      expect(last).toMatchObject({ outcome: "refused", status: answer.status, error: answer.error, eventIds: [] });
      expect(last?.body).toBe(body.slice(0, 8000));
    }
    const large = await deliver(webhook, `"${"x".repeat(4 * 1024 * 1024)}"`);
    expect(large).toMatchObject({ status: 413, error: expect.stringMatching(/over the limit/) });
    expect((await deliveries(webhook))[0]).toMatchObject({
      code: "request_too_large",
      body: null,
      sizeBytes: 4_194_306,
    });
  });

  it("to an address that nobody has, or that is revoked, is refused; neither answer nor log holds the address", async () => {
    const engine = await start({ auth: { signingKey: "ab".repeat(32), eventKeys: ["e"] } });
    const token = "t".repeat(43);
    const response = await fetch(`${engine.url}/hooks/${token}`, { method: "POST", body: "{}", headers: json });
    expect([response.status, await response.text()]).toEqual([
      401,
      expect.stringMatching(/no webhook at this address/),
    ]);
    for (const path of [`/hooks/${token}`, `/hooks/${token}/more`]) {
      const wrong = await fetch(engine.url + path, { headers: { accept: "application/json" } });
      expect(await wrong.text()).not.toContain(token);
    }
    expect(engine.logged.join()).not.toContain(token);
  });
});

describe("a signature", () => {
  const body = '{"n":1}';
  const hmac = (secret: string | Buffer, text: string) => createHmac("sha256", secret).update(text);
  const secret = "s3cret";

  it("as GitHub and Shopify make it is checked over the bytes that came", async () => {
    const { create, deliver, deliveries } = await start();
    const webhook = await create(plain, { scheme: "hmac", secret });
    const hex = hmac(secret, body).digest("hex");
    expect((await deliver(webhook, body, { ...json, "x-hub-signature-256": `sha256=${hex}` })).status).toBe(200);
    for (const given of [`sha256=${hex.replace(/^./, (one) => (one === "0" ? "1" : "0"))}`, "sha256=", "x"]) {
      const { status, error } = await deliver(webhook, body, { ...json, "x-hub-signature-256": given });
      expect([given, status, error]).toEqual([given, 401, expect.stringMatching(/does not fit the body/)]);
    }
    const missing = await deliver(webhook, body);
    expect(missing).toMatchObject({ status: 401, error: expect.stringMatching(/no header `x-hub-signature-256`/) });
    expect((await deliveries(webhook))[0]).toMatchObject({ code: "unauthorized", outcome: "refused" });
    const shopify = await create(plain, { scheme: "hmac", header: "X-Shopify-Hmac-Sha256", secret });
    const bytes = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]);
    const base64 = createHmac("sha256", secret).update(bytes).digest("base64");
    expect((await deliver(shopify, bytes, { ...json, "x-shopify-hmac-sha256": base64 })).status).toBe(200);
  });

  it("as Stripe makes it is of the last five minutes", async () => {
    const { create, deliver, clock } = await start();
    const webhook = await create(plain, { scheme: "stripe", secret });
    const signed = (seconds: number, key = secret) =>
      `t=${seconds},v1=${hmac("old", "x").digest("hex")},v1=${hmac(key, `${seconds}.${body}`).digest("hex")}`;
    const send = async (given: string) => (await deliver(webhook, body, { ...json, "stripe-signature": given })).status;
    const now = Math.floor(clock.now() / 1000);
    expect(await send(signed(now - 299))).toBe(200);
    expect(await send(signed(now - 302))).toBe(401);
    expect(await send(signed(now + 302))).toBe(401);
    expect(await send(signed(now, "other"))).toBe(401);
    expect(await send(signed(now).replace(`t=${now}`, `t=${now + 1}`))).toBe(401);
    expect(await send("t=,v1=")).toBe(401);
  });

  it("as Standard Webhooks make it, which Clerk does, is checked under both of its names", async () => {
    const { create, deliver, clock } = await start();
    const key = Buffer.from("0123456789abcdef");
    const webhook = await create(plain, { scheme: "standard", secret: `whsec_${key.toString("base64")}` });
    const time = String(Math.floor(clock.now() / 1000));
    const given = `v1a,zzz v1,${hmac(key, `msg_1.${time}.${body}`).digest("base64")}`;
    for (const prefix of ["svix", "webhook"]) {
      const headers = { [`${prefix}-id`]: "msg_1", [`${prefix}-timestamp`]: time, [`${prefix}-signature`]: given };
      expect((await deliver(webhook, body, { ...json, ...headers })).status).toBe(200);
      expect((await deliver(webhook, body, { ...json, ...headers, [`${prefix}-id`]: "msg_2" })).status).toBe(401);
    }
  });

  it("may be a shared secret in a header, which no event holds", async () => {
    const { create, deliver, event } = await start();
    const webhook = await create(plain, { scheme: "header", header: "X-Gitlab-Token", secret });
    const { ids } = await deliver(webhook, body, { ...json, "x-gitlab-token": secret });
    expect(JSON.stringify(await event(ids[0]))).not.toContain(secret);
    expect((await deliver(webhook, body, { ...json, "x-gitlab-token": "other" })).status).toBe(401);
  });
});

describe("a webhook", () => {
  const signingKey = "ab".repeat(32);
  const admin = { authorization: `Bearer ${signingKey}`, ...json };

  it("is made, changed, moved and revoked by admins; others see neither its URL nor its secret", async () => {
    const { url, store, logged } = await startOperatedEngine({ auth: { signingKey, eventKeys: ["e"] } });
    const ask = async <T = Webhook>(method: string, path: string, body?: unknown, headers = admin) => {
      const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const text = await response.text();
      return { status: response.status, text, data: (JSON.parse(text) as { data: T }).data };
    };
    const signature = { scheme: "hmac", secret: "very-secret" };
    const made = await ask("POST", "/v2/webhooks", { name: "github", transform: plain, signature });
    expect([made.status, made.text]).toEqual([201, expect.not.stringContaining("very-secret")]);
    expect(made.data.path).toMatch(/^\/hooks\/[\w-]{43}$/);
    const { key } = (await ask<{ key: string }>("POST", "/v2/keys", { name: "ops", role: "operate" })).data;
    const seen = await ask<Webhook[]>("GET", "/v2/webhooks", undefined, { ...admin, authorization: `Bearer ${key}` });
    expect(seen.data).toMatchObject([{ id: made.data.id, path: null, signature: { scheme: "hmac", header: null } }]);
    const one = `/v2/webhooks/${made.data.id}`;
    expect((await ask("POST", one, { name: "x" }, { ...admin, authorization: `Bearer ${key}` })).status).toBe(403);

    const deliver = async (path: string | null) =>
      (await fetch(`${url}${path}`, { method: "POST", body: "{}", headers: json })).status;
    expect(await deliver(made.data.path)).toBe(401);
    const changed = await ask("POST", one, { signature: { scheme: "hmac", header: "X-Other" } });
    expect(changed.data.signature).toEqual({ scheme: "hmac", header: "x-other" });
    expect(await store.webhooks.getWebhook(made.data.id)).toMatchObject({ secret: "very-secret" });
    expect((await ask("POST", one, { signature: null })).data.signature).toBeNull();
    expect(await deliver(made.data.path)).toBe(200);
    const moved = await ask("POST", `${one}/rotate`);
    expect([await deliver(made.data.path), await deliver(moved.data.path)]).toEqual([401, 200]);
    expect((await ask("DELETE", one)).data).toMatchObject({ state: "revoked", path: null });
    expect(await deliver(moved.data.path)).toBe(410);
    expect((await ask("DELETE", one)).status).toBe(404);
    expect((await ask("POST", "/v2/webhooks", { name: "github", transform: plain })).status).toBe(201);
    const audit = await ask<{ action: string }[]>("GET", "/v2/audit");
    expect(audit.data.map(({ action }) => action).filter((action) => action.startsWith("webhook"))).toEqual([
      "webhook.create",
      "webhook.revoke",
      "webhook.rotate",
      "webhook.change",
      "webhook.change",
      "webhook.change",
      "webhook.create",
    ]);
    const everywhere = audit.text + logged.join();
    for (const secret of ["very-secret", made.data.path, moved.data.path]) expect(everywhere).not.toContain(secret);
  });

  it("is refused with what is wrong with it", async () => {
    const { ask, create } = await start();
    await create(plain);
    const bad: [body: object, error: RegExp][] = [
      [{ transform: plain }, /`name` must be/],
      [{ name: "x" }, /`transform` must be/],
      [{ name: "x", transform: "event.data" }, /no `event` here. Known: body, headers, query/],
      [{ name: "x", transform: '"text"' }, /it gives string, and must give an event/],
      [{ name: "x", transform: "{" }, /cannot be used/],
      [
        { name: "x", transform: plain, signature: { scheme: "md5", secret: "x" } },
        /one of hmac, stripe, standard, header/,
      ],
      [{ name: "x", transform: plain, signature: { scheme: "hmac" } }, /`signature.secret` must be a text/],
      [{ name: "x", transform: plain, signature: { scheme: "standard", secret: "é" } }, /whsec_/],
      [{ name: "x", transform: plain, signature: { scheme: "hmac", header: "a b", secret: "x" } }, /name of a header/],
      [{ name: "x", transform: plain, more: 1 }, /no field `more`/],
    ];
    for (const [body, error] of bad)
      expect(JSON.stringify(await ask("POST", "/v2/webhooks", body, 400))).toMatch(error);
    expect(JSON.stringify(await ask("POST", "/v2/webhooks", { name: "webhook 1", transform: plain }, 409))).toMatch(
      /There is a webhook called/,
    );
  });

  it("keeps its last fifty deliveries", async () => {
    const { create, deliver, deliveries, store } = await start();
    const webhook = await create("null");
    for (let n = 0; n < 62; n += 1) await deliver(webhook, "{}");
    expect(await deliveries(webhook)).toHaveLength(50);
    expect((await store.webhooks.listDeliveries(webhook.id, 1000)).length).toBeLessThanOrEqual(70);
  });
});

it("a transform is tried out with a sample, which stores nothing", async () => {
  const { ask } = await start();
  const trial = (transform: string, more: object, status?: number) =>
    ask<{ data: { events: unknown } }>("POST", "/v2/webhooks/try", { transform, ...more }, status);
  const sample = { body: '{"type":"paid"}', headers: { "X-Id": "17" }, query: { a: "b" } };
  const { data } = await trial('{"name": body.type, "id": headers["x-id"], "data": query}', sample);
  expect(data.events).toEqual([{ name: "paid", id: "17", data: { a: "b" } }]);
  const form = { body: "a=1", contentType: "application/x-www-form-urlencoded" };
  expect((await trial('{"name": "x", "data": body}', form)).data.events).toEqual([{ name: "x", data: { a: "1" } }]);
  const refused: [transform: string, more: object, status: number, error: RegExp][] = [
    ["{", sample, 400, /cannot be used/],
    ['{"name": "x", "user": body}', sample, 422, /Put it into `data`/],
    ['{"name": "x", "extra": 1}', sample, 422, /a field `extra`/],
    ['{"name": "x", "ts": "soon"}', sample, 400, /`ts` must be a number/],
    ['{"name": string([1])}', sample, 422, /could not be evaluated/],
    ["body.type", sample, 422, /must give an event/],
  ];
  for (const [transform, more, status, error] of refused)
    expect([transform, JSON.stringify(await trial(transform, more, status))]).toEqual([
      transform,
      expect.stringMatching(error),
    ]);
  expect((await ask<{ data: unknown[] }>("GET", "/v2/events")).data).toEqual([]);
});
