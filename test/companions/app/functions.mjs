/** Apps with one companion each, written as for the published SDK: `inngest` is the packed SDK under that name. */
import { createAgent, createNetwork, createTool, openai } from "@inngest/agent-kit";
import { encryptionMiddleware } from "@inngest/middleware-encryption";
import { sentryMiddleware } from "@inngest/middleware-sentry";
import { validationMiddleware } from "@inngest/middleware-validation";
import { realtimeMiddleware } from "@inngest/realtime/middleware";
import { EventSchemas, Inngest } from "inngest";
import { z } from "zod";

const seen = { sentry: [] };

/** What the companions saw of the runs. */
export const reports = seen;

function encrypted() {
  const client = new Inngest({ id: "encrypted", middleware: [encryptionMiddleware({ key: "a key" })] });
  const fn = client.createFunction({ id: "keep", triggers: { event: "encrypted/keep" } }, async ({ step }) => {
    const secret = await step.run("secret", () => ({ word: "xyzzy" }));
    const { ids } = await step.sendEvent("tell", { name: "encrypted/told", data: { encrypted: secret, plain: 1 } });
    return { secret, ids: ids.length };
  });
  const told = client.createFunction({ id: "told", triggers: { event: "encrypted/told" } }, ({ event }) => {
    seen.told = event.data;
    return null;
  });
  return { client, functions: [fn, told] };
}

function watched() {
  const client = new Inngest({ id: "watched", middleware: [sentryMiddleware({ captureStepErrors: true })] });
  const fn = client.createFunction(
    { id: "fail", retries: 0, triggers: { event: "watched/fail" } },
    async ({ step }) => {
      await step.run("break", () => {
        throw new RangeError("out of reach");
      });
    },
  );
  return { client, functions: [fn] };
}

function validated() {
  const client = new Inngest({
    id: "validated",
    middleware: [validationMiddleware()],
    schemas: new EventSchemas().fromSchema({ "validated/count": z.object({ count: z.number() }) }),
  });
  const fn = client.createFunction({ id: "count" }, { event: "validated/count" }, ({ event }) => event.data.count + 1);
  return { client, functions: [fn] };
}

function agents(modelUrl) {
  const client = new Inngest({ id: "agents" });
  const model = openai({ model: "played", apiKey: "none", baseUrl: `${modelUrl}/v1` });
  const lookUp = createTool({
    name: "look_up",
    description: "Looks a word up.",
    parameters: z.object({ word: z.string() }),
    handler: async ({ word }, { step }) => step.run("look-up", () => ({ found: word.toUpperCase() })),
  });
  const finder = createAgent({ name: "finder", system: "You find words.", tools: [lookUp], model });
  const network = createNetwork({
    name: "finders",
    agents: [finder],
    router: ({ callCount }) => (callCount < 2 ? finder : undefined),
  });
  const fn = client.createFunction({ id: "ask", retries: 0, triggers: { event: "agents/ask" } }, async ({ event }) => {
    const { state } = await network.run(event.data.question);
    return state.results.flatMap(({ output, toolCalls }) => [
      ...output.map(({ type, content }) => ({ type, content })),
      ...toolCalls.map(({ content }) => ({ type: "tool_result", content })),
    ]);
  });
  return { client, functions: [fn] };
}

function live() {
  const client = new Inngest({ id: "live", middleware: [realtimeMiddleware()] });
  const fn = client.createFunction({ id: "publish" }, { event: "live/publish" }, ({ publish }) =>
    publish({ channel: "orders", topic: "paid", data: 1 }),
  );
  return { client, functions: [fn] };
}

/** The apps, by the path that they are served at. */
export const apps = (modelUrl) => ({
  "/encrypted": encrypted(),
  "/watched": watched(),
  "/validated": validated(),
  "/agents": agents(modelUrl),
  "/live": live(),
});
