/** A small real GitHub for tests: it pages, wants a token, limits rates, stalls and fails as it is told to. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault = "stall" | { status: number; headers?: Record<string, string>; body?: string };

export interface GithubServer {
  url: string;
  /** Faults to come; each is used up by one request, and `always` by none. */
  faults: Fault[];
  always: Fault | null;
  /** `<token> <path and query>` of each request. */
  requests: string[];
  close(): Promise<void>;
}

const commitCount = 130;
const shaOf = (n: number): string => n.toString(16).padStart(40, "0");

function commit(n: number): object {
  return {
    sha: shaOf(n),
    commit: {
      message: `feat: change ${n}`,
      author: { name: "Ana", email: "ana@example.com", date: new Date(n * 3_600_000).toISOString() },
    },
    parents: [{}],
    stats: { additions: 2, deletions: 1 },
    files: [{ filename: `src/${n % 7}.ts`, additions: 2, deletions: 1 }],
  };
}

function answer(response: ServerResponse, fault: Exclude<Fault, "stall">): void {
  response.writeHead(fault.status, fault.headers);
  response.end(fault.body ?? "{}");
}

/** @param token that requests must have */
export async function startGithub(token: string): Promise<GithubServer> {
  const github = { faults: [] as Fault[], always: null as Fault | null, requests: [] as string[] };
  const server = createServer((request, response) => {
    const { pathname, searchParams, search } = new URL(request.url ?? "/", "http://github");
    const given = (request.headers.authorization ?? "none").replace("Bearer ", "");
    github.requests.push(`${given} ${pathname}${search}`);
    const fault = github.faults.shift() ?? github.always;
    if (fault === "stall") return;
    if (fault !== null) return answer(response, fault);
    if (given !== token) return answer(response, { status: 401 });
    const one = /\/commits\/([0-9a-f]{40})$/.exec(pathname)?.[1];
    if (one !== undefined)
      return answer(response, { status: 200, body: JSON.stringify(commit(Number.parseInt(one, 16))) });
    const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page") ?? "1")];
    const all = Array.from({ length: commitCount }, (_, n) => ({ sha: shaOf(commitCount - n) }));
    const next = `<http://127.0.0.1${pathname}?per_page=${size}&page=${page + 1}>; rel="next"`;
    const headers: Record<string, string> = page * size < commitCount ? { link: next } : {};
    answer(response, { status: 200, headers, body: JSON.stringify(all.slice((page - 1) * size, page * size)) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(github, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
