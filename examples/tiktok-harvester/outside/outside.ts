/**
 * Stand-ins for the world outside: the worker service that reads TikTok, a webhook for alerts, and Slack. They page, want a key,
 * and fail as they are told to. Started by start.ts and by tests.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Outside {
  /** Ids of the videos that there are. */
  videos: string[];
  /** What becomes of requests for comments of a video, for as long as it stands here. `stall`: no answer ever. */
  broken: Map<string, "stall" | number>;
  /** How many more requests are told to come later. */
  busy: number;
  requests: string[];
  /** Bodies that came to the webhook and to Slack. */
  alerts: Record<string, unknown>[];
  slack: Record<string, unknown>[];
  /** Requests that wait for an answer that never comes. */
  stalled: () => number;
  env: Record<string, string>;
  close(): Promise<void>;
}

const key = "worker-key";
const videosOnPage = 2;
const commentsOnPage = 3;

/** Three pages for each video, of which the MVP reads two. */
const commentsOf = (id: string): string[] => [
  `buy at https://${id}.example/shop`,
  "so cute",
  `see ${id}-too.example`,
  "nice",
  `${id.toUpperCase()}.example again`,
  "wow",
  "page-three.example",
];

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

export async function startOutside(): Promise<Outside> {
  const state = {
    videos: ["cats", "dogs", "birds"],
    broken: new Map<string, "stall" | number>(),
    busy: 0,
    requests: [] as string[],
    alerts: [] as Record<string, unknown>[],
    slack: [] as Record<string, unknown>[],
  };
  let stalled = 0;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://outside");
    if (pathname === "/alerts" || pathname === "/slack") {
      state[pathname === "/alerts" ? "alerts" : "slack"].push(JSON.parse(text) as Record<string, unknown>);
      return send(response, 200, {});
    }
    state.requests.push(`${pathname}${pathname.endsWith("comments") ? `?page=${searchParams.get("page")}` : ""}`);
    if (request.headers["x-api-key"] !== key) return send(response, 401, {});
    if (state.busy > 0) {
      state.busy--;
      return send(response, 429, {}, { "retry-after": "1" });
    }
    if (pathname === "/videos") {
      const from = Number(searchParams.get("cursor") || "0");
      const to = from + Math.min(videosOnPage, Number(searchParams.get("limit")));
      const next = to < state.videos.length ? String(to) : null;
      return send(response, 200, { videos: state.videos.slice(from, to), next });
    }
    const id = decodeURIComponent(/^\/videos\/([^/]+)\/comments$/.exec(pathname)?.[1] ?? "");
    const fault = state.broken.get(id);
    if (fault === "stall") {
      stalled++;
      request.socket.once("close", () => stalled--);
      return;
    }
    if (fault !== undefined) return send(response, fault, {});
    const all = commentsOf(id).map((comment, n) => ({ id: `${id}-${n}`, text: comment }));
    const from = (Number(searchParams.get("page")) - 1) * commentsOnPage;
    send(response, 200, {
      comments: all.slice(from, from + commentsOnPage),
      isLast: from + commentsOnPage >= all.length,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    stalled: () => stalled,
    env: {
      WORKER_WEBHOOK_URL: url,
      WORKER_API_KEY: key,
      ALERT_WEBHOOK_URL: `${url}/alerts`,
      SLACK_WEBHOOK_URL: `${url}/slack`,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
