import { describe, expect, it } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { event, frame, URL_ } from "./set-up-app.ts";

describe("sessions of a call", () => {
  it.each([
    ["its own client", true, undefined, { propagated_sessions: { chat: "7", added: "x" } }],
    [
      "its own client, which says otherwise",
      true,
      { propagated_sessions: { own: 1 } },
      { propagated_sessions: { own: "1" } },
    ],
    ["another client", false, undefined, undefined],
  ])("what a handler sends outside of steps inherits its sessions: by %s", async (_who, isOwn, meta, expected) => {
    const bodies: { meta?: unknown }[][] = [];
    const make = () =>
      new Inngest({
        id: "app",
        isDev: true,
        fetch: async (_url, init) => {
          bodies.push(JSON.parse(String(init?.body)));
          return new Response('{"ids":["1"],"status":200}');
        },
      });
    const [client, other] = [make(), make()];
    const fn = client.createFunction({ id: "f", triggers: { event: "e" } }, async (context) => {
      Object.assign(context.sessions ?? {}, { added: "x" });
      await (isOwn ? client : other).send({ name: "next", ...(meta === undefined ? {} : { meta }) });
    });
    const handle = createHandler("test", { client, functions: [fn] });
    const withSession = { ...event, meta: { sessions: { chat: 7 } } };
    const body = JSON.stringify({ ...frame, event: withSession, events: [withSession] });
    const url = `${URL_}?fnId=app-f&stepId=step`;
    await handle({ method: "POST", url, headers: { get: () => null }, text: async () => body });
    expect(bodies[0]?.[0]?.meta).toEqual(expected);
  });

  it("without propagation there are no sessions in the context", async () => {
    const client = new Inngest({ id: "app", isDev: true, sessionPropagation: false });
    const fn = client.createFunction({ id: "f", triggers: { event: "e" } }, (context) => "sessions" in context);
    const handle = createHandler("test", { client, functions: [fn] });
    const withSession = { ...event, meta: { sessions: { chat: 7 } } };
    const body = JSON.stringify({ ...frame, event: withSession, events: [withSession] });
    const url = `${URL_}?fnId=app-f&stepId=step`;
    const answer = await handle({ method: "POST", url, headers: { get: () => null }, text: async () => body });
    expect(answer.body).toBe("false");
  });
});
