import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Commit } from "../../../examples/repo-analysis/src/commits/commit.ts";
import type { GithubOptions } from "../../../examples/repo-analysis/src/commits/github.ts";
import { createGithub } from "../../../examples/repo-analysis/src/commits/github.ts";

const NOW = 1_700_000_000_000;
const TOKEN = "ghp_verysecret";

describe("GitHub", () => {
  let baseUrl = "";
  let seen: IncomingMessage[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  beforeEach(async () => {
    seen = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function open(options: Partial<GithubOptions> = {}) {
    const kept = new Map<string, Commit>();
    const cache = {
      get: (sha: string) => kept.get(sha) ?? null,
      set: (commit: Commit) => void kept.set(commit.sha, commit),
    };
    return createGithub("octo", "hello", { baseUrl, token: TOKEN, fetch, now: () => NOW, cache, ...options });
  }
  function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }
  /** 250 commits in pages, below a path prefix as GitHub Enterprise has it. */
  function servePages(prefix: string): void {
    answer = (request, response) => {
      const url = new URL(request.url ?? "", baseUrl);
      const page = Number(url.searchParams.get("page") ?? 1);
      const perPage = Number(url.searchParams.get("per_page"));
      const shas = Array.from({ length: 250 }, (_, index) => ({ sha: `sha${index}` })).slice(
        (page - 1) * perPage,
        page * perPage,
      );
      const next = `<${baseUrl}${prefix}/repos/octo/hello/commits?per_page=${perPage}&page=${page + 1}>; rel="next"`;
      const last = `<${baseUrl}${prefix}/repos/octo/hello/commits?per_page=${perPage}&page=3>; rel="last"`;
      json(response, 200, shas, page * perPage < 250 ? { link: `${next}, ${last}` } : {});
    };
  }

  it.each(["", "/api/v3"])("follows the pages of the list (base path %j)", async (prefix) => {
    servePages(prefix);
    const list = await open({ baseUrl: `${baseUrl}${prefix}` }).listCommits(2000);
    expect(list.shas).toEqual(Array.from({ length: 250 }, (_, index) => `sha${index}`));
    expect(list.truncated).toBe(false);
    expect(seen.map(({ url }) => url)).toEqual([
      `${prefix}/repos/octo/hello/commits?per_page=100`,
      `${prefix}/repos/octo/hello/commits?per_page=100&page=2`,
      `${prefix}/repos/octo/hello/commits?per_page=100&page=3`,
    ]);
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, accept: "application/vnd.github+json" });
  });

  it("asks for no more pages than it needs", async () => {
    servePages("");
    const list = await open().listCommits(120);
    expect(list.shas).toHaveLength(120);
    expect(list.truncated).toBe(true);
    expect(seen).toHaveLength(2);
  });

  it("reads a repository without commits", async () => {
    answer = (_request, response) => json(response, 409, { message: "Git Repository is empty." });
    expect(await open().listCommits(10)).toEqual({ shas: [], truncated: false });
  });

  it("reads commits in the order asked for, with GitHub's line sums", async () => {
    answer = (request, response) => {
      const sha = request.url?.split("/").at(-1) ?? "";
      json(response, 200, {
        sha,
        commit: {
          message: `fix: ${sha}\n\nbody`,
          author: { name: "Ada", email: "ada@example.com", date: "2024-01-02T03:04:05Z" },
        },
        parents: sha === "merge" ? [{}, {}] : [{}],
        stats: { total: 900, additions: 700, deletions: 200 },
        files: [{ filename: "b.ts", previous_filename: "a.ts", additions: 1, deletions: 2, status: "renamed" }],
      });
    };
    const source = open();
    expect(source.timeZone).toBe("utc");
    const commits = await source.getCommits(["one", "merge", "two"]);
    expect(commits.map(({ sha }) => sha)).toEqual(["one", "merge", "two"]);
    expect(commits[0]).toEqual({
      sha: "one",
      authorName: "Ada",
      authorEmail: "ada@example.com",
      authoredAt: "2024-01-02T03:04:05Z",
      subject: "fix: one",
      isMerge: false,
      added: 700,
      removed: 200,
      fileCount: 1,
      files: [{ path: "b.ts", previousPath: "a.ts", added: 1, removed: 2 }],
    });
    expect(commits[1]).toMatchObject({ isMerge: true, added: 0, removed: 0, files: [] });
  });

  it("keeps what it has when a rate limit stops it, and goes on from there", async () => {
    let left = 3;
    const asked: string[] = [];
    answer = (request, response) => {
      const sha = request.url?.split("/").at(-1) ?? "";
      asked.push(sha);
      left -= 1;
      if (left < 0)
        return json(response, 403, {}, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 90) });
      json(response, 200, { sha, commit: { message: sha, author: null }, parents: [] });
    };
    const source = open();
    const shas = ["a", "b", "c", "d", "e", "f", "g", "h"];
    await expect(source.getCommits(shas)).rejects.toMatchObject({ name: "RetryAfterError", retryAfter: "91" });
    expect(asked.length).toBeLessThan(shas.length);
    left = Number.POSITIVE_INFINITY;
    asked.length = 0;
    expect((await source.getCommits(shas)).map(({ sha }) => sha)).toEqual(shas);
    expect(asked.sort()).toEqual(["d", "e", "f", "g", "h"]);
  });

  it.each([
    ["a used-up limit", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 90) }, {}, "91"],
    [
      "a reset that has passed",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 - 5) },
      {},
      "1",
    ],
    ["a secondary limit", 429, { "retry-after": "30" }, {}, "30"],
    ["a secondary limit sent as 403", 403, { "retry-after": "7" }, {}, "7"],
    ["a 429 without a time", 429, {}, {}, "60"],
    ["a 403 whose text names it", 403, {}, { message: "You have exceeded a secondary rate limit." }, "60"],
  ])("waits as told by %s", async (_name, status, headers, body, retryAfter) => {
    answer = (_request, response) => json(response, status, body, headers as Record<string, string>);
    await expect(open().listCommits(10)).rejects.toMatchObject({ name: "RetryAfterError", retryAfter });
  });

  it.each([
    [401, /refused the token/],
    [403, /does not exist or may not be read/],
    [404, /does not exist or may not be read/],
  ])("gives up at %i, and never shows the token", async (status, message) => {
    answer = (_request, response) =>
      json(response, status, { message: "Resource not accessible" }, { "x-ratelimit-remaining": "4999" });
    const error = await open()
      .listCommits(10)
      .catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ name: "NonRetriableError", message: expect.stringMatching(message) as string });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
  });

  it.each([
    ["a 500", (response: ServerResponse) => json(response, 500, {}), /answered 500/],
    ["HTML", (response: ServerResponse) => response.end("<html>"), /other than JSON/],
    ["no list", (response: ServerResponse) => json(response, 200, {}), /other than a list/],
  ])("leaves %s to the step's usual retries", async (_name, respond, message) => {
    answer = (_request, response) => void respond(response);
    await expect(open().listCommits(10)).rejects.toMatchObject({
      name: "Error",
      message: expect.stringMatching(message) as string,
    });
  });

  it("sends no Authorization header without a token, and hints at one", async () => {
    answer = (_request, response) => json(response, 429, {});
    await expect(open({ token: null }).listCommits(10)).rejects.toThrow(/Set GITHUB_TOKEN/);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });
});
