/** The page's way to the API. Every call shows the user's session token; a refusal becomes an Error with the server's words. */
import type { FunctionFigures } from "../supabase/functions/make-server-dc1f2437/engine.ts";
import type { FeedItem, Project } from "../supabase/functions/make-server-dc1f2437/records.ts";
import type { ProjectState } from "../supabase/functions/make-server-dc1f2437/state.ts";

export interface ScanStarted {
  status: "scanning";
  message: string;
  projectId: string;
  subreddits: number;
  scanId: string;
}

export type Api = ReturnType<typeof createApi>;

/** The events of a stream of server-sent events, as `[name, data]`. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<[string, string]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string): string =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join("\n");
      yield [field("event"), field("data")];
    }
  }
}

/** @param origin where the API is; empty for that of the page. */
export function createApi(token: string, origin = "") {
  const base = `${origin}/make-server-dc1f2437`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    let response: Response;
    try {
      response = await fetch(base + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new Error("PubHub cannot be reached. Check your connection, then try again.", { cause });
    }
    const answer = (await response.json().catch(() => ({}))) as { error?: string };
    if (!response.ok) throw new Error(answer.error ?? `PubHub answered with ${response.status}.`);
    return answer as T;
  }

  return {
    projects: () => ask<Project[]>("GET", "/projects"),
    createProject: (project: { name: string; description: string; persona: string; subreddits: string[] }) =>
      ask<Project & { warning?: string }>("POST", "/projects", project),
    scanHistory: (projectId: string, subreddits: string[]) =>
      ask<ScanStarted>("POST", "/scan-history", { projectId, subreddits }),
    cancelScan: (projectId: string, scanId: string) =>
      ask<{ status: string }>("POST", `/scans/${projectId}/${scanId}/cancel`, {}),
    getFeed: (projectId: string) => ask<FeedItem[]>("GET", `/feed/${projectId}`),
    getState: (projectId: string) => ask<ProjectState>("GET", `/feed/${projectId}/state`),
    generateResponse: (projectId: string, feedItemId: string) =>
      ask<{ status: string; message: string }>("POST", "/generate-response", { projectId, feedItemId }),
    redditStatus: () => ask<{ connected: boolean }>("GET", "/reddit/status"),
    connectReddit: () => ask<{ url: string }>("POST", "/reddit/connect", {}),
    metrics: () => ask<FunctionFigures[]>("GET", "/admin/metrics"),
    /** Calls `hear` with the project's state now and after each change. Resolves when the stream ends. */
    async follow(projectId: string, hear: (state: ProjectState) => void, signal: AbortSignal): Promise<void> {
      const response = await fetch(`${base}/feed/${projectId}/live`, { headers, signal });
      if (!response.ok || response.body === null) throw new Error(`The stream answered with ${response.status}.`);
      for await (const [name, data] of eventsOf(response.body))
        if (name === "changed") hear(JSON.parse(data) as ProjectState);
    },
  };
}
