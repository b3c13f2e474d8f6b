/** Examples of every provider whose models step.ai.infer can ask. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const modelExamples: Example[] = [
  {
    name: "step.ai.infer with the models of every provider",
    app({ sdk: { Inngest, ...ai }, fn, outsideUrl }) {
      const inngest = new Inngest({ id: "models" });
      const place = { apiKey: "key", baseUrl: `${outsideUrl}/any/` };
      const messages = [{ role: "user" as const, content: "hi" }];
      // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, as each provider's documentation shows them.
      const asked: Record<string, { model: any; body: any }> = {
        openai: { model: ai.openai({ model: "gpt-4o", ...place }), body: { messages } },
        responses: { model: ai.openaiResponses({ model: "gpt-4o", ...place }), body: { input: "hi" } },
        anthropic: {
          model: ai.anthropic({
            model: "claude-3-5-sonnet-latest",
            defaultParameters: { max_tokens: 100 },
            betaHeaders: ["prompt-caching-2024-07-31"],
            ...place,
          } as never),
          body: { messages },
        },
        gemini: {
          model: ai.gemini({ model: "gemini-1.5-flash", ...place }),
          body: { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
        },
        deepseek: { model: ai.deepseek({ model: "deepseek-chat", ...place }), body: { messages } },
        grok: { model: ai.grok({ model: "grok-2-latest", ...place }), body: { messages } },
        azure: {
          model: ai.azureOpenai({
            model: "gpt-4o",
            endpoint: outsideUrl,
            deployment: "mine",
            apiVersion: "2024-10-21",
            apiKey: "key",
          } as never),
          body: { messages },
        },
      };
      const functions = Object.entries(asked).map(([id, options]) =>
        fn(inngest, { id, retries: 0 }, { event: `models/${id}` }, ({ step }) => step.ai.infer("ask", options)),
      );
      return { client: inngest, functions };
    },
    async check({ run, requests }) {
      for (const id of ["openai", "responses", "anthropic", "gemini", "deepseek", "grok", "azure"]) {
        expect(await run(`models/${id}`)).toMatchObject({ status: "Completed", output: { any: true } });
      }
      expect(requests.every(({ path }) => /^\/(any|openai)\//.test(path))).toBe(true);
      const sentKeys = requests.map(({ path, headers }) => `${path} ${JSON.stringify(headers)}`);
      expect(sentKeys.every((sent) => sent.includes("key"))).toBe(true);
    },
  },
  {
    name: "fetch in a step is an ordinary fetch",
    app({ sdk: { Inngest, fetch }, fn, outsideUrl }) {
      const inngest = new Inngest({ id: "inside" });
      const inside = fn(inngest, { id: "inside" }, { event: "inside/go" }, ({ step }) =>
        step.run("ask", async () => (await fetch(`${outsideUrl}/weather`)).json()),
      );
      return { client: inngest, functions: [inside] };
    },
    async check({ run, steps }) {
      const ended = await run("inside/go");
      expect(ended).toMatchObject({ status: "Completed", output: { sky: "blue" } });
      expect(await steps(ended)).toHaveLength(1);
    },
  },
];
