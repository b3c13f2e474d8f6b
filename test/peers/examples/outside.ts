/** What apps reach on the way: a model's API and a small web service, on this machine. Says what it was asked. */
import { createServer, type Server } from "node:http";
import type { Stage } from "./example.ts";

export interface Outside {
  server: Server;
  requests: Stage["requests"];
}

function answer(path: string, body: string): { status: number; json: unknown } {
  if (path.startsWith("/v1/chat/completions")) {
    const asked = (JSON.parse(body) as { messages: { content: string }[] }).messages.at(-1)?.content ?? "";
    return {
      status: 200,
      json: { id: "chat-1", choices: [{ index: 0, message: { role: "assistant", content: `re: ${asked}` } }] },
    };
  }
  if (/^\/(any|openai)\//.test(path)) return { status: 200, json: { any: true } };
  if (path === "/orders") return { status: 201, json: { created: JSON.parse(body) } };
  if (path === "/weather") return { status: 200, json: { sky: "blue" } };
  return { status: 404, json: { error: `nothing at ${path}` } };
}

export function createOutside(): Outside {
  const requests: Outside["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const path = request.url ?? "/";
      requests.push({ method: request.method ?? "", path, headers: request.headers, body });
      const { status, json } = answer(path, body);
      response.writeHead(status, { "content-type": "application/json", "x-served-by": "outside" });
      response.end(JSON.stringify(json));
    });
  });
  return { server, requests };
}
