/** Stands in for Azure OpenAI and OpenRouter. Both can be told to fail. */
import { Hono } from "hono";
import { type Listening, listen } from "./http.ts";

export interface OutsideAi extends Listening {
  /** How many more requests fail. */
  azureBroken: number;
  openRouterBroken: number;
  /** What was asked for, in order. */
  asked: string[];
}

interface Question {
  messages: { role: string; content: string }[];
}

const answer = (content: string) => ({ choices: [{ message: { role: "assistant", content } }] });

export async function startAi(port = 0): Promise<OutsideAi> {
  const app = new Hono();
  const listening = await listen((request) => app.fetch(request), port);
  const ai: OutsideAi = { ...listening, azureBroken: 0, openRouterBroken: 0, asked: [] };
  app.post("/openai/deployments/:name/chat/completions", async (c) => {
    if (c.req.header("api-key") !== "azure-key") return c.json({ error: { code: "401" } }, 401);
    const { messages } = await c.req.json<Question>();
    ai.asked.push(`azure: ${messages.map(({ content }) => content).join(" | ")}`);
    if (ai.azureBroken-- > 0) return c.json({ error: { code: "500" } }, 500);
    return c.json(answer(`Thanks for asking about "${messages.at(-1)?.content.split("\n")[0]}".`));
  });
  app.post("/chat/completions", async (c) => {
    if (c.req.header("authorization") !== "Bearer openrouter-key") return c.json({ error: "no" }, 401);
    const { messages } = await c.req.json<Question>();
    ai.asked.push(`openrouter: ${messages.at(-1)?.content}`);
    if (ai.openRouterBroken-- > 0) return c.json({ error: "overloaded" }, 503);
    return c.json(answer("Queue, jobs, Durable, queue"));
  });
  return ai;
}
