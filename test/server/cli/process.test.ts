/** The real process `stepwell`: what it prints, how it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundledProgram } from "../../helpers/bundled-program.ts";
import { freePort } from "../../helpers/free-port.ts";

const cli = await bundledProgram("server/src/cli/main.ts");

interface Running {
  child: ChildProcess;
  out: string;
  err: string;
  exit: Promise<number | null>;
  /** Resolves when standard output and error together match; rejects when the process ends before. */
  says(pattern: RegExp): Promise<void>;
}

let folder: string;
let children: Running[];
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stepwell-process-"));
  children = [];
  servers = [];
});

afterEach(async () => {
  for (const { child } of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ exit }) => exit));
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function start(args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listeners = new Set<() => void>();
  const running: Running = {
    child,
    out: "",
    err: "",
    exit: new Promise((resolve) => child.once("close", (code) => resolve(code))),
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(running.out + running.err)) return;
          listeners.delete(check);
          resolve();
        };
        listeners.add(check);
        check();
        void running.exit.then((code) =>
          reject(new Error(`ended with ${code} before ${pattern}:\n${running.out}${running.err}`)),
        );
      }),
  };
  const hear = (stream: "out" | "err") => (chunk: Buffer) => {
    running[stream] += chunk.toString();
    for (const check of listeners) check();
  };
  child.stdout?.on("data", hear("out"));
  child.stderr?.on("data", hear("err"));
  children.push(running);
  return running;
}

async function holdPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("stepwell dev", () => {
  it("says where it is and what to do, answers, and ends well on Ctrl-C", async () => {
    const port = await freePort();
    const dev = start(["dev", "--port", String(port), "--no-discovery"]);
    await dev.says(/INNGEST_BASE_URL/);
    expect(dev.out).toContain(`engine  http://127.0.0.1:${port}\n`);
    expect(dev.out).toContain("state   .stepwell\n");
    expect(dev.out).not.toContain("\u001b[");
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    dev.child.kill("SIGINT");
    expect(await dev.exit).toBe(0);
    expect(dev.out).toContain("Stopping.");
    expect(dev.err).toBe("");
  });

  it("takes the next port when its own is taken, and says so", async () => {
    const taken = await holdPort();
    const dev = start(["dev", "--port", String(taken), "--no-discovery", "--memory"]);
    await dev.says(/is taken\)/);
    const url = /engine {2}(\S+) {2}\(port (\d+) is taken\)/.exec(dev.out);
    expect(url?.[2]).toBe(String(taken));
    expect(Number(new URL(url?.[1] ?? "").port)).toBeGreaterThan(taken);
    expect((await fetch(`${url?.[1]}/health`)).status).toBe(200);
    expect(dev.out).toContain("in memory");
    dev.child.kill("SIGTERM");
    expect(await dev.exit).toBe(0);
  });

  it("prints JSON only with --json", async () => {
    const dev = start(["dev", "--port", "0", "--no-discovery", "--memory", "--json"]);
    await dev.says(/"listening"/);
    const { url } = JSON.parse(dev.out.split("\n")[0] ?? "") as { url: string };
    await fetch(`${url}/e/dev`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"a/b","data":{}}',
    });
    await dev.says(/event-received/);
    dev.child.kill("SIGINT");
    expect(await dev.exit).toBe(0);
    const lines = dev.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ kind }) => kind)).toEqual(["listening", "event-received", "stopping"]);
    expect(lines[1]).toMatchObject({
      level: "info",
      name: "a/b",
      runs: 0,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it("finds an app by itself", async () => {
    const asked: string[] = [];
    let synced = (): void => undefined;
    const syncing = new Promise<void>((resolve) => {
      synced = resolve;
    });
    const app = createServer((request, response) => {
      asked.push(`${request.method} ${request.url?.split("?")[0]}`);
      if (request.url === "/x/inngest") response.setHeader("x-inngest-sdk", "test:v1");
      response.end("{}");
      if (request.method === "PUT") synced();
    });
    servers.push(app);
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const dev = start(["dev", "--port", "0", "--memory"], { PORT: String((app.address() as AddressInfo).port) });
    await dev.says(/Looking for your app on this machine/);
    await syncing;
    expect(asked.slice(0, 3)).toEqual(["GET /api/inngest", "GET /x/inngest", "PUT /x/inngest"]);
  });

  it("refuses a folder that another engine uses", async () => {
    const first = start(["dev", "--port", "0", "--no-discovery", "--data", "state"]);
    await first.says(/engine {2}http/);
    const second = start(["dev", "--port", "0", "--no-discovery", "--data", "state"]);
    expect(await second.exit).toBe(1);
    expect(second.err).toMatch(/^stepwell: .*state/);
    expect(second.err.trim().split("\n")).toHaveLength(1);
  });

  it("stops at once on the second Ctrl-C", async () => {
    let called = (): void => undefined;
    const calling = new Promise<void>((resolve) => {
      called = resolve;
    });
    const registration = (url: string) => ({
      url,
      v: "0.1",
      deployType: "ping",
      sdk: "test:v1",
      framework: "test",
      appName: "slow",
      functions: [
        {
          id: "slow-fn",
          name: "fn",
          triggers: [{ event: "go" }],
          steps: {
            step: { id: "step", name: "step", runtime: { type: "http", url: `${url}?fnId=slow-fn&stepId=step` } },
          },
        },
      ],
    });
    // Never answers a call.
    const app = createServer(() => called());
    servers.push(app);
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const dev = start(["dev", "--port", "0", "--no-discovery", "--memory", "--no-poll"]);
    await dev.says(/engine {2}http/);
    const engine = /engine {2}(\S+)/.exec(dev.out)?.[1] ?? "";
    const post = (path: string, body: unknown) =>
      fetch(engine + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const registered = await post(
      "/fn/register",
      registration(`http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`),
    );
    expect(registered.status).toBe(200);
    await post("/e/dev", { name: "go", data: {} });
    await calling;
    dev.child.kill("SIGINT");
    await dev.says(/up to 10 s for 1 running call to end/);
    dev.child.kill("SIGINT");
    expect(await dev.exit).toBe(130);
  });
});

describe("stepwell start", () => {
  const key = "signkey-prod-0123456789abcdef";

  it.each([
    [["--event-key", "a"], {}, /a signing key is required.*--signing-key/i],
    [["--signing-key", key], {}, /at least one event key is required.*--event-key/i],
    [["--signing-key", "signkey-prod-xyz", "--event-key", "a"], {}, /the signing key is not valid.*hex/i],
    [[], { INNGEST_SIGNING_KEY: "abc", INNGEST_EVENT_KEY: "a" }, /the signing key is not valid/i],
  ])("refuses %j %j", async (args, env, message) => {
    const started = start(["start", "--port", "0", "--memory", ...args], env as Record<string, string>);
    expect(await started.exit).toBe(1);
    expect(started.err).toMatch(message);
    expect(started.err).not.toContain("xyz");
    expect(started.err).not.toContain("0123456789abcdef");
    expect(started.err.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a port that is taken", async () => {
    const taken = await holdPort();
    const started = start(["start", "--host", "127.0.0.1", "--port", String(taken), "--memory", "--event-key", "a"], {
      INNGEST_SIGNING_KEY: key,
    });
    expect(await started.exit).toBe(1);
    expect(started.err).toMatch(new RegExp(`${taken}.*--port`));
  });

  it("writes JSON lines without a terminal, checks keys, and never prints one", async () => {
    const started = start(["start", "--port", "0", "--memory"], {
      INNGEST_SIGNING_KEY: key,
      INNGEST_EVENT_KEY: "a-secret-key",
    });
    await started.says(/"listening"/);
    const { url } = JSON.parse(started.out.split("\n")[0] ?? "") as { url: string };
    expect((await fetch(`${url}/v1/runs`)).status).toBe(401);
    expect((await fetch(`${url}/v1/runs`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    const send = (eventKey: string) =>
      fetch(`${url}/e/${eventKey}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"name":"a"}',
      });
    expect((await send("wrong")).status).toBe(401);
    expect((await send("a-secret-key")).status).toBe(200);
    started.child.kill("SIGTERM");
    expect(await started.exit).toBe(0);
    expect(started.out + started.err).not.toMatch(/a-secret-key|0123456789abcdef/);
  });
});
