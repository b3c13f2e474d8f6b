/** Stands in for the world outside: a site with videos and comments, a table of domains, and whoever is alarmed. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { NonRetriableError, RetryAfterError } from "stepwell";

export interface Outside {
  url: string;
  /** Rows by video: writing one twice makes no second one. */
  domains: Map<string, string[]>;
  alerts: string[];
  /** Videos whose comments cannot be read at present. */
  broken: Set<string>;
  /** How many more requests for comments are told to come later. */
  busy: number;
  close(): Promise<void>;
}

/** Comments on a page. */
const pageSize = 3;

const comments: Readonly<Record<string, readonly string[]>> = {
  cats: ["buy at https://cats.example/shop", "so cute", "see dogs.example too", "code CATS10 at cats.example"],
  dogs: ["who is a good boy", "mine came from https://dogs.example"],
  birds: ["tweet", "birds.example ships abroad", "nice", "tweet tweet", "nests.example", "wow", "page-three.example"],
};

/** `port` 0: any free one. */
export async function startOutside(port = 0): Promise<Outside> {
  const app = new Hono();
  const outside = { domains: new Map<string, string[]>(), alerts: [] as string[], broken: new Set<string>(), busy: 0 };
  app.get("/videos", (c) => c.json(Object.keys(comments).slice(0, Number(c.req.query("limit")))));
  app.get("/videos/:id/comments", (c) => {
    if (outside.busy-- > 0) return c.json({ error: "slow down" }, 429, { "retry-after": "1" });
    if (outside.broken.has(c.req.param("id"))) return c.json({ error: "out of order" }, 500);
    const found = comments[c.req.param("id")];
    if (found === undefined) return c.json({ error: "no such video" }, 404);
    const from = (Number(c.req.query("page")) - 1) * pageSize;
    return c.json(found.slice(from, from + pageSize));
  });
  app.put("/domains/:id", async (c) => {
    outside.domains.set(c.req.param("id"), await c.req.json<string[]>());
    return c.json({ saved: true });
  });
  app.post("/alerts", async (c) => {
    outside.alerts.push(await c.req.text());
    return c.json({ heard: true });
  });
  const { server, url } = await listen(app.fetch, port);
  return Object.assign(outside, { url, close: () => closeServer(server) });
}

/** Serves on this machine. `port` 0: any free one. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ server: ReturnType<typeof serve>; url: string }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, (address) =>
      resolve({ server, url: `http://127.0.0.1:${address.port}` }),
    );
  });
}

export function closeServer(server: ReturnType<typeof serve>): Promise<void> {
  if ("closeAllConnections" in server) server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

/** What the jobs ask of it, with its answers turned into errors that say whether and when to try again. */
export interface Site {
  videos(limit: number): Promise<string[]>;
  /** A page of comments, from 1, and whether another one follows. */
  comments(videoId: string, page: number): Promise<{ texts: string[]; isLast: boolean }>;
  save(videoId: string, domains: string[]): Promise<void>;
  alert(text: string): Promise<void>;
}

export function createSite(url: string): Site {
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, init);
    if (response.ok) return response.json();
    const problem = `${path} answered ${response.status}`;
    if (response.status === 429)
      throw new RetryAfterError(problem, Number(response.headers.get("retry-after") ?? 60) * 1000);
    if (response.status === 404) throw new NonRetriableError(problem);
    throw new Error(problem);
  };
  return {
    videos: (limit) => ask(`/videos?limit=${limit}`) as Promise<string[]>,
    async comments(videoId, page) {
      const texts = (await ask(`/videos/${encodeURIComponent(videoId)}/comments?page=${page}`)) as string[];
      return { texts, isLast: texts.length < pageSize };
    },
    async save(videoId, domains) {
      await ask(`/domains/${encodeURIComponent(videoId)}`, { method: "PUT", body: JSON.stringify(domains) });
    },
    async alert(text) {
      await ask("/alerts", { method: "POST", body: text });
    },
  };
}
