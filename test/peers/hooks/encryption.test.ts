/** Our encryption and the published one read what the other wrote. */
import { describe, expect, test } from "vitest";
import { type Any, createStage, type HooksSdk } from "./stage.ts";

const names = { sdk: "inngest-v4", encryption: "@inngest/middleware-encryption" };

const ours = async () => {
  const [main, { serve }] = await Promise.all([import("stepwell"), import("stepwell/edge")]);
  return { stage: createStage({ ...main, serve } as unknown as HooksSdk), encrypt: main.encryptionMiddleware as Any };
};

const published = async () => {
  const [main, { serve }, { encryptionMiddleware }] = await Promise.all([
    import(/* @vite-ignore */ names.sdk),
    import(/* @vite-ignore */ `${names.sdk}/edge`),
    import(/* @vite-ignore */ names.encryption),
  ]);
  return { stage: createStage({ ...main, serve } as unknown as HooksSdk), encrypt: encryptionMiddleware as Any };
};

describe.each([
  ["ours, read by the published one", ours, published],
  ["the published one's, read by ours", published, ours],
] as const)("%s", (_, writer, reader) => {
  test("step results and event data", async () => {
    const [from, to] = await Promise.all([writer(), reader()]);
    const options = { key: "a key of both" };
    const value = { card: "4242", list: [1, null, "\u00e4"] };
    const writing = from.stage.app({
      middleware: [from.encrypt(options)],
      handler: ({ step }) => step.run("a", () => value),
    });
    const [operation] = (await writing.call()).json;
    await writing.client.send({ name: "e", data: { encrypted: value } });
    const data = writing.sent.at(-1)?.body[0].data;
    expect(operation.data).toMatchObject({ __ENCRYPTED__: true, __STRATEGY__: "inngest/libsodium" });
    expect(JSON.stringify([operation, data])).not.toContain("4242");
    const seen: unknown[] = [];
    const reading = to.stage.app({
      middleware: [to.encrypt(options)],
      handler: async ({ step, event }) => void seen.push(await step.run("a", () => 0), event.data.encrypted),
    });
    await reading.call({ steps: { a: { type: "data", data: operation.data } }, event: { data } });
    expect(seen).toEqual([value, value]);
  });
});
