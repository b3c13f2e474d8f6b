/** Examples of requests that the engine makes for a run: models and other services. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const outsideExamples: Example[] = [
  {
    name: "step.ai.infer asks a model",
    app({ sdk: { Inngest, openai }, fn, outsideUrl }) {
      const inngest = new Inngest({ id: "infer" });
      const summarize = fn(inngest, { id: "summarize" }, { event: "infer/go" }, async ({ event, step }) => {
        const answer = await step.ai.infer("summarize", {
          model: openai({
            model: "gpt-4o",
            apiKey: "sk-test",
            baseUrl: `${outsideUrl}/v1/`,
            defaultParameters: { temperature: 0.2 },
          }),
          body: { messages: [{ role: "user", content: event.data.text }] },
        });
        return answer.choices[0].message.content;
      });
      return { client: inngest, functions: [summarize] };
    },
    async check({ run, requests }) {
      expect(await run("infer/go", { text: "hello" })).toMatchObject({ status: "Completed", output: "re: hello" });
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
      expect(requests[0]?.headers["authorization"]).toBe("Bearer sk-test");
      expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
        model: "gpt-4o",
        temperature: 0.2,
        messages: [{ role: "user", content: "hello" }],
      });
    },
  },
  {
    name: "step.ai.wrap wraps a call of an AI library",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "wrap" });
      const generateText = async (options: { prompt: string; words: number }): Promise<{ text: string }> => {
        note("generate");
        return { text: `${options.words} words on ${options.prompt}` };
      };
      const write = fn(inngest, { id: "write" }, { event: "wrap/write" }, async ({ event, step }) => {
        const { text } = await step.ai.wrap("generate", generateText, { prompt: event.data.on, words: 3 });
        const unnamed = await step.ai.wrap({ id: "plain", name: "Plain" }, async () => "plain");
        return { text, unnamed };
      });
      return { client: inngest, functions: [write] };
    },
    async check({ run, count }) {
      expect(await run("wrap/write", { on: "rain" })).toMatchObject({
        status: "Completed",
        output: { text: "3 words on rain", unnamed: "plain" },
      });
      expect(count("generate")).toBe(1);
    },
  },
  {
    name: "step.fetch, and the fetch that is imported",
    app({ sdk: { Inngest, fetch }, fn, outsideUrl }) {
      const inngest = new Inngest({ id: "fetches" });
      const call = fn(inngest, { id: "call" }, { event: "fetches/call" }, async ({ step }) => {
        const created = await step.fetch(`${outsideUrl}/orders`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id: 7 }),
        });
        const weather = await fetch(`${outsideUrl}/weather`);
        const missing = await step.fetch(`${outsideUrl}/missing`);
        return {
          created: [created.status, await created.json(), created.headers.get("x-served-by")],
          weather: [weather.ok, await weather.json()],
          missing: [missing.ok, missing.status],
        };
      });
      return { client: inngest, functions: [call] };
    },
    async check({ run, requests }) {
      expect(await run("fetches/call")).toMatchObject({
        status: "Completed",
        output: {
          created: [201, { created: { id: 7 } }, "outside"],
          weather: [true, { sky: "blue" }],
          missing: [false, 404],
        },
      });
      expect(requests.map(({ path }) => path)).toEqual(["/orders", "/weather", "/missing"]);
    },
  },
];
