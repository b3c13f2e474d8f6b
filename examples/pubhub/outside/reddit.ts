/**
 * Stands in for Reddit: OAuth with refresh tokens, `/api/v1/me`, and subreddits in pages of two posts. It can be told to be
 * busy (429 with the time of its reset), to stall, to break off, to fail and to refuse.
 */
import { Hono } from "hono";
import { type Listening, listen } from "./http.ts";

export interface OutsidePost {
  title: string;
  selftext?: string;
  /** How long ago, in minutes. Default: 1. */
  minutes?: number;
}

export interface OutsideReddit extends Listening {
  /** Adds a post as the newest of a subreddit. */
  post(subreddit: string, post: OutsidePost): void;
  /** How many more requests for a subreddit are answered in a bad way, by subreddit. */
  busy: Map<string, number>;
  broken: Map<string, number>;
  brokenOff: Map<string, number>;
  forbidden: Set<string>;
  /** Requests for these are held until `release`. */
  held: Set<string>;
  release(): void;
  /** Subreddits that were asked for, in order. */
  asked: string[];
  /** From now on access tokens that were given out do not work; with `all`, refresh tokens neither. */
  revoke(all?: boolean): void;
  /** How often tokens were refreshed. */
  refreshed: number;
}

const pageSize = 2;
/** What 429 says in `x-ratelimit-reset`. */
export const resetSeconds = 1;

interface Stored {
  id: string;
  subreddit: string;
  title: string;
  selftext: string;
  author: string;
  permalink: string;
  created_utc: number;
}

interface Accounts {
  access: Map<string, string>;
  refresh: Map<string, string>;
}

const credentials = `Basic ${btoa("reddit-client:reddit-secret")}`;

function addOauth(app: Hono, accounts: Accounts, reddit: OutsideReddit): void {
  app.get("/api/v1/authorize", (c) => {
    const { state = "", redirect_uri = "" } = c.req.query();
    return c.redirect(`${redirect_uri}?${new URLSearchParams({ state, code: "code-of-ana" })}`);
  });
  app.post("/api/v1/access_token", async (c) => {
    if (c.req.header("authorization") !== credentials) return c.json({ error: "invalid_client" }, 401);
    const form = await c.req.parseBody();
    const { grant_type: grant, code, refresh_token: refreshToken } = form as Record<string, string>;
    const name =
      grant === "refresh_token" ? accounts.refresh.get(refreshToken ?? "") : code?.match(/^code-of-(\w+)$/)?.[1];
    if (name === undefined) return c.json({ error: "invalid_grant" }, 401);
    if (grant === "refresh_token") reddit.refreshed += 1;
    const [access, refresh] = [crypto.randomUUID(), refreshToken ?? crypto.randomUUID()];
    accounts.access.set(access, name);
    accounts.refresh.set(refresh, name);
    return c.json({ access_token: access, refresh_token: refresh, expires_in: 3600, token_type: "bearer" });
  });
}

/** Takes one from a count of bad answers; true while there are some left. */
function takeOne(counts: Map<string, number>, name: string): boolean {
  const left = counts.get(name) ?? 0;
  if (left > 0) counts.set(name, left - 1);
  return left > 0;
}

function brokenOffAnswer(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"data":{"children":['));
      setTimeout(() => controller.error(new Error("broken off")), 5);
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

function addSubreddits(
  app: Hono,
  accounts: Accounts,
  reddit: OutsideReddit,
  posts: Stored[],
  wait: () => Promise<void>,
) {
  const nameOf = (header: string | undefined) => accounts.access.get(header?.replace(/^Bearer /, "") ?? "");
  app.get("/api/v1/me", (c) => {
    const name = nameOf(c.req.header("authorization"));
    return name === undefined ? c.json({ message: "Unauthorized" }, 401) : c.json({ name });
  });
  app.get("/r/:name/new", async (c) => {
    const name = c.req.param("name");
    reddit.asked.push(name);
    if (reddit.held.has(name)) await wait();
    if (nameOf(c.req.header("authorization")) === undefined) return c.json({ message: "Unauthorized" }, 401);
    if (takeOne(reddit.busy, name))
      return c.json({ message: "Too Many Requests" }, 429, { "x-ratelimit-reset": String(resetSeconds) });
    if (takeOne(reddit.broken, name)) return c.json({ message: "Internal Server Error" }, 500);
    if (takeOne(reddit.brokenOff, name)) return brokenOffAnswer();
    if (reddit.forbidden.has(name)) return c.json({ message: "Forbidden", reason: "private" }, 403);
    const all = posts.filter(({ subreddit }) => subreddit === name);
    const from = all.findIndex(({ id }) => `t3_${id}` === c.req.query("after")) + 1;
    const page = all.slice(from, from + pageSize);
    const after = from + pageSize < all.length ? `t3_${page.at(-1)?.id}` : null;
    return c.json({ kind: "Listing", data: { children: page.map((data) => ({ kind: "t3", data })), after } });
  });
}

export async function startReddit(port = 0): Promise<OutsideReddit> {
  const app = new Hono();
  const posts: Stored[] = [];
  const accounts: Accounts = { access: new Map(), refresh: new Map() };
  const waiting = new Set<() => void>();
  const base: Omit<OutsideReddit, keyof Listening> = {
    post(subreddit, { title, selftext = "", minutes = 1 }) {
      const id = `p${posts.length + 1}`;
      const permalink = `/r/${subreddit}/comments/${id}/`;
      const created_utc = Math.floor(Date.now() / 1000) - minutes * 60;
      posts.unshift({ id, subreddit, title, selftext, author: "someone", permalink, created_utc });
      posts.sort((a, b) => b.created_utc - a.created_utc);
    },
    busy: new Map(),
    broken: new Map(),
    brokenOff: new Map(),
    forbidden: new Set(),
    held: new Set(),
    release() {
      base.held.clear();
      for (const go of waiting) go();
      waiting.clear();
    },
    asked: [],
    revoke(all = false) {
      accounts.access.clear();
      if (all) accounts.refresh.clear();
    },
    refreshed: 0,
  };
  const listening = await listen((request) => app.fetch(request), port);
  const reddit = Object.assign(base, listening);
  addOauth(app, accounts, reddit);
  addSubreddits(app, accounts, reddit, posts, () => new Promise<void>((resolve) => waiting.add(resolve)));
  return reddit;
}
