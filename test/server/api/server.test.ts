import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../server/src/api/server.ts";

async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const app = new Hono();
app.get("/", (c) => c.text("here"));

test("a taken port: refused, with what to do", async () => {
  const port = await takePort();
  await expect(listen({ app, host: "127.0.0.1", port, findFree: false })).rejects.toMatchObject({
    name: "EngineError",
    code: "port_taken",
    message: expect.stringMatching(new RegExp(`Port ${port} .*--port`)),
  });
});

test("a taken port: the next free one above it", async () => {
  const port = await takePort();
  const listener = await listen({ app, host: "127.0.0.1", port, findFree: true });
  expect(listener.port).toBeGreaterThan(port);
  expect(await (await fetch(`http://127.0.0.1:${listener.port}`)).text()).toBe("here");
  await listener.close();
});

test("an address that is not this machine's", async () => {
  await expect(listen({ app, host: "192.0.2.1", port: 0, findFree: true })).rejects.toMatchObject({
    code: "invalid_config",
  });
});

test("close: takes no more, and waits for what is being answered", async () => {
  let finish = (): void => {};
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const slow = new Hono();
  slow.get("/", async (c) => {
    await new Promise<void>((resolve) => {
      finish = resolve;
      arrived();
    });
    return c.text("done");
  });
  const listener = await listen({ app: slow, host: "127.0.0.1", port: 0, findFree: false });
  const answer = fetch(`http://127.0.0.1:${listener.port}`).then((response) => response.text());
  await arrival;
  const closed = listener.close(60_000);
  await expect(fetch(`http://127.0.0.1:${listener.port}`)).rejects.toThrow();
  finish();
  expect(await answer).toBe("done");
  await closed;
});

test("close: cuts what takes too long", async () => {
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const stuck = new Hono();
  stuck.get("/", () => {
    arrived();
    return new Promise<Response>(() => {});
  });
  const listener = await listen({ app: stuck, host: "127.0.0.1", port: 0, findFree: false });
  const answer = fetch(`http://127.0.0.1:${listener.port}`).catch(() => "cut");
  await arrival;
  await listener.close(1);
  expect(await answer).toBe("cut");
});
