/**
 * Stand-ins for the services outside, as one small HTTP server: Turso, Brave Search, Claude, ElevenLabs and Vultr. They check
 * keys, page, take their time, and fail as they are told to. Started by start.ts and by tests. `MINUTE_MS` says how long a
 * minute of the real services lasts here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signS3Request } from "../src/services/sign-s3-request.ts";
import { openTurso, type TursoDatabase } from "./turso.ts";

export type ServiceName = "turso" | "brave" | "anthropic" | "elevenlabs" | "vultr";

/** What a request comes to instead of its answer. `stall`: nothing is ever answered. */
export type Fault = "stall" | "reset" | { status: number; headers?: Record<string, string>; body?: string };

export interface Outside {
  url: string;
  /** Faults to come, by service; each is used up by one request. */
  faults: Record<ServiceName, Fault[]>;
  /** Requests so far, such as `POST /elevenlabs/v1/text-to-dialogue`. */
  requests: string[];
  /** What lies in the object store, by key. */
  objects: Map<string, Buffer>;
  /** Recordings being made now. */
  recording: () => number;
  database: TursoDatabase;
  /** The variables that an app needs to find all of it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export interface OutsideOptions {
  /** How long a minute lasts, milliseconds. */
  minuteMs: number;
  /** Default: in memory. */
  databaseFile?: string;
  /** Default: any free one. */
  port?: number;
}

const keys = { turso: "turso-token", brave: "brave-key", anthropic: "claude-key", elevenlabs: "eleven-key" };
const s3 = { accessKey: "vultr-access", secretKey: "vultr-secret", region: "ewr" };
const scriptMinutes = 2;
const audioMinutes = 10;
/** Articles that Brave has about each interest: more than a page. */
const articles = 13;

interface Asked {
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  method: string;
  body: Buffer;
}
interface Told {
  status: number;
  body?: Buffer | string | object;
  headers?: Record<string, string>;
}

const refused: Told = { status: 401, body: { error: "bad key" } };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function search({ headers, query }: Asked): Told {
  if (headers["x-subscription-token"] !== keys.brave) return refused;
  const [count, page] = [Number(query.get("count")), Number(query.get("offset"))];
  const topic = query.get("q") ?? "";
  const all = Array.from({ length: articles }, (_, n) => ({
    title: `${topic} ${n + 1}`,
    url: `https://news.example/${encodeURIComponent(topic)}/${n + 1}`,
    description: `What happened about ${topic}.`,
  }));
  return { status: 200, body: { results: all.slice(page * count, (page + 1) * count) } };
}

async function write({ headers, body }: Asked, minuteMs: number): Promise<Told> {
  if (headers["x-api-key"] !== keys.anthropic) return refused;
  if (headers["anthropic-version"] === undefined)
    return { status: 400, body: { error: "anthropic-version is missing" } };
  const prompt = (JSON.parse(body.toString()) as { messages: { content: string }[] }).messages[0]?.content ?? "";
  await wait(scriptMinutes * minuteMs);
  const lines = [
    { speaker: "sarah", text: `Today: ${(prompt.match(/^- /gm) ?? []).length} things to know.` },
    { speaker: "david", text: "Let us begin." },
  ];
  return { status: 200, body: { content: [{ type: "text", text: JSON.stringify(lines) }] } };
}

function store(asked: Asked, url: string, objects: Outside["objects"]): Told {
  const key = asked.path.replace(/^\/vultr\/[^/]+\//, "");
  if (asked.method === "GET") {
    const found = objects.get(key);
    return found === undefined
      ? { status: 404 }
      : { status: 200, body: found, headers: { "content-type": "audio/mpeg" } };
  }
  const time = String(asked.headers["x-amz-date"] ?? "");
  const at = new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at.getTime())) return { status: 403, body: "no date" };
  const expected = signS3Request("PUT", new URL(asked.path, url), asked.body, s3, at).authorization;
  if (asked.headers.authorization !== expected) return { status: 403, body: "SignatureDoesNotMatch" };
  objects.set(key, asked.body);
  return { status: 200 };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body = "", headers = {} }: Told): void {
  const isJson = typeof body === "object" && !Buffer.isBuffer(body);
  response.writeHead(status, { ...(isJson ? { "content-type": "application/json" } : {}), ...headers });
  response.end(isJson ? JSON.stringify(body) : body);
}

/** The variables that an app needs to find all of it. */
function environment(url: string): Record<string, string> {
  return {
    TURSO_DATABASE_URL: `${url}/turso`,
    TURSO_AUTH_TOKEN: keys.turso,
    BRAVE_SEARCH_API_URL: `${url}/brave`,
    BRAVE_SEARCH_API_KEY: keys.brave,
    ANTHROPIC_BASE_URL: `${url}/anthropic`,
    ANTHROPIC_API_KEY: keys.anthropic,
    ELEVENLABS_BASE_URL: `${url}/elevenlabs`,
    ELEVENLABS_API_KEY: keys.elevenlabs,
    VULTR_ENDPOINT: `${url}/vultr`,
    VULTR_ACCESS_KEY: s3.accessKey,
    VULTR_SECRET_KEY: s3.secretKey,
    VULTR_BUCKET: "civic-briefs",
    VULTR_CDN_URL: `${url}/vultr/civic-briefs`,
  };
}

export async function startOutside({
  minuteMs,
  databaseFile = ":memory:",
  port = 0,
}: OutsideOptions): Promise<Outside> {
  const database = openTurso(databaseFile);
  const faults: Outside["faults"] = { turso: [], brave: [], anthropic: [], elevenlabs: [], vultr: [] };
  const [requests, objects, recordings] = [[] as string[], new Map<string, Buffer>(), new Map<string, Buffer>()];
  let recording = 0;
  let url = "";

  const speak = async ({ headers, path, body }: Asked): Promise<Told> => {
    if (headers["xi-api-key"] !== keys.elevenlabs) return refused;
    const kept = recordings.get(/^\/elevenlabs\/v1\/history\/([^/]+)\/audio$/.exec(path)?.[1] ?? "");
    if (kept !== undefined) return { status: 200, body: kept, headers: { "content-type": "audio/mpeg" } };
    if (path !== "/elevenlabs/v1/text-to-dialogue") return { status: 404, body: { error: "no such recording" } };
    recording++;
    await wait(audioMinutes * minuteMs).finally(() => recording--);
    const id = `recording-${recordings.size + 1}`;
    const { inputs } = JSON.parse(body.toString()) as { inputs: { text: string }[] };
    const sound = Buffer.from(`ID3 ${inputs.map(({ text }) => text).join(" ")}`);
    recordings.set(id, sound);
    return { status: 200, body: sound, headers: { "content-type": "audio/mpeg", "history-item-id": id } };
  };
  const answer = (asked: Asked, service: string): Told | Promise<Told> => {
    if (service === "brave") return search(asked);
    if (service === "anthropic") return write(asked, minuteMs);
    if (service === "elevenlabs") return speak(asked);
    if (service === "vultr") return store(asked, url, objects);
    if (service !== "turso") return { status: 404 };
    if (asked.headers.authorization !== `Bearer ${keys.turso}`) return refused;
    return { status: 200, body: database.pipeline(JSON.parse(asked.body.toString())) as object };
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://outside");
    const [, service = ""] = pathname.split("/");
    const method = request.method ?? "GET";
    const body = await readAll(request);
    requests.push(`${method} ${pathname}`);
    const fault = Object.hasOwn(faults, service) ? faults[service as ServiceName].shift() : undefined;
    if (fault === "stall") return;
    if (fault === "reset") return void request.socket.destroy();
    if (fault !== undefined) return send(response, fault);
    const asked: Asked = { path: pathname, query: searchParams, headers: request.headers, method, body };
    send(response, await answer(asked, service));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    faults,
    requests,
    objects,
    recording: () => recording,
    database,
    env: environment(url),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
    },
  };
}
