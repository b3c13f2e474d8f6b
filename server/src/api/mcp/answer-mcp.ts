/**
 * One request of the Model Context Protocol, answered by its SDK, which is loaded here and nowhere else: mcp imports this file with
 * the first request. Each request stands by itself, so that any engine of several can answer it.
 */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { isEngineError } from "../../domain/error.ts";
import type { Logger } from "../../ports/logger.ts";
import { docTools } from "./doc-tools.ts";
import { eventTools, functionTools, runTools } from "./run-tools.ts";
import type { Tool, ToolWorld } from "./tool.ts";

const tools: readonly Tool[] = [...eventTools, ...functionTools, ...runTools, ...docTools];

/** Characters of an answer: more is no use to who reads it. */
const answerMost = 100_000;

const instructions =
  "Stepwell runs durable background jobs: functions made of steps, which events, crons or calls start. Send an event or invoke a function, then poll its run. Of a run that does not go on, ask why it waits; of one that failed, look at its status and logs, mend the code, and rerun it.";

export interface McpRequest {
  request: Request;
  body: unknown;
  world: ToolWorld;
  version: string;
  logger: Logger;
}

function toText(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? "null";
  if (text.length <= answerMost) return text;
  return `${text.slice(0, answerMost)}\n… ${text.length - answerMost} more characters are left out. The HTTP API and the page have all of it.`;
}

const said = (text: string, isError = false): CallToolResult => ({
  content: [{ type: "text", text }],
  ...(isError ? { isError } : {}),
});

async function callTool(name: string, input: unknown, { world, logger }: McpRequest): Promise<CallToolResult> {
  const tool = tools.find((known) => known.name === name);
  if (tool === undefined)
    return said(`There is no tool "${name}". There are: ${tools.map((known) => known.name).join(", ")}.`, true);
  try {
    return said(toText(await tool.call(world, input)));
  } catch (error) {
    if (isEngineError(error)) return said(error.message, true);
    logger.error({ tool: name, error: String(error) }, "A tool failed unexpectedly");
    return said("The engine failed to carry this out. Its log says why.", true);
  }
}

/** The schemas of the API say more for their own errors than JSON Schema has. */
function toPlainSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlainSchema);
  if (typeof value !== "object" || value === null) return value;
  const { expected: _, format, ...rest } = value as Record<string, unknown>;
  const plain = Object.fromEntries(Object.entries(rest).map(([name, held]) => [name, toPlainSchema(held)]));
  return format === "ulid" ? { ...plain, pattern: "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" } : plain;
}

export async function answerMcp(parts: McpRequest): Promise<Response> {
  const info = { name: "stepwell", title: "Stepwell", version: parts.version };
  const server = new Server(info, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, input, isReadOnly, isDestructive }) => ({
      name,
      description,
      inputSchema: { ...(toPlainSchema(input) as object), type: "object" as const },
      annotations: { readOnlyHint: isReadOnly, destructiveHint: isDestructive, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => callTool(params.name, params.arguments ?? {}, parts));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(parts.request, { parsedBody: parts.body });
  } finally {
    await server.close();
  }
}
