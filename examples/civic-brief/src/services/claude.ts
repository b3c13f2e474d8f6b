/** The script of a brief, written by Claude: a talk of two hosts. Called by the step `generate-script`. Takes minutes. */
import { z } from "zod";
import { accessTo, patience } from "../settings.ts";
import { ask } from "./ask.ts";
import type { Bill } from "./bills.ts";
import type { Article } from "./news.ts";

export interface Line {
  speaker: "sarah" | "david";
  text: string;
}

interface Material {
  policyInterests: readonly string[];
  bills: readonly Bill[];
  news: readonly Article[];
}

const model = "claude-sonnet-4-5";
const linesSchema = z.array(z.object({ speaker: z.enum(["sarah", "david"]), text: z.string().min(1) })).min(1);

function promptOf({ policyInterests, bills, news }: Material): string {
  return [
    `Write the script of an audio brief about ${policyInterests.join(", ")}, as a talk of the hosts sarah and david.`,
    'Answer with JSON alone: [{"speaker":"sarah","text":"…"},{"speaker":"david","text":"…"}].',
    "Bills:",
    ...bills.map(({ id, title, summary }) => `- ${id} ${title}: ${summary}`),
    "News:",
    ...news.map(({ title, description }) => `- ${title}: ${description}`),
  ].join("\n");
}

/** @throws Error when the answer is no script: asked again, Claude usually writes one */
export async function generateScript(material: Material): Promise<{ lines: Line[] }> {
  const { url, key, keyName } = accessTo("claude");
  const response = await ask(
    `${url}/v1/messages`,
    {
      method: "POST",
      headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
      body: JSON.stringify({
        model,
        max_tokens: 8192,
        messages: [{ role: "user", content: promptOf(material) }],
      }),
    },
    { service: "Claude", keyName, patienceMs: patience("script") },
  );
  const answer = (await response.json()) as { content?: { type: string; text?: string }[] };
  const text = (answer.content ?? []).map((part) => part.text ?? "").join("");
  return { lines: parseLines(text) };
}

function parseLines(text: string): Line[] {
  try {
    return linesSchema.parse(JSON.parse(text.slice(text.indexOf("["), text.lastIndexOf("]") + 1)));
  } catch (cause) {
    throw new Error("Claude answered with something other than the lines of a script.", { cause });
  }
}
