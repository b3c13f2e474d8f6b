/** Engines and test kits in programs and tests of users. */
import { Inngest } from "stepwell";
import { connectInProcess } from "stepwell/in-process";
import { createMockEvent, InngestTestEngine, mockCtx } from "stepwell/testing";
import { createServer } from "stepwell-server";
import { createTestServer } from "stepwell-server/testing";

const client = new Inngest({ id: "shop" });
const hello = client.createFunction({ id: "hello", triggers: { event: "a" } }, () => "hello");

export const server = createServer({ store: null, apps: [{ client, functions: [hello] }] });
export const { engine, store } = server;
export const started = async () => {
  await server.start();
  return [server.url, server.port] as const;
};
export const make = () => createTestServer({ client, functions: [hello] });
export const kit = new InngestTestEngine({ function: hello, events: [createMockEvent()] });
export const executed = () => kit.execute();
export const connect = connectInProcess;
export const mock = mockCtx;
