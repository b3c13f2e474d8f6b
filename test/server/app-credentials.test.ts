/** An app behind a login: `user:password@` in its url works, and the password stands in nothing that anyone reads. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inngest } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { expect, onTestFinished, test } from "vitest";
import { createLogNotifier } from "../../server/src/cli/create-activity-notifier.ts";
import { createColors } from "../../server/src/cli/format/colors.ts";
import type { Activity } from "../../server/src/domain/activity.ts";
import { createServer, type StepwellServer } from "../../server/src/main.ts";
import { eventually } from "../helpers/eventually.ts";
import { runCommand } from "./cli/fake-terminal.ts";

const password = "pass-w0rd";
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Everything that somebody may read: answers, log lines, activity, what commands print. */
function createRecord() {
  const texts: string[] = [];
  const log = (fields: object, message: string): void => void texts.push(JSON.stringify({ ...fields, message }));
  const logger = { debug: log, info: log, warn: log, error: log };
  const lines = createLogNotifier(logger, createColors(false, {}));
  const notify = (activity: Activity): void => {
    texts.push(JSON.stringify(activity));
    lines.notify(activity);
  };
  return { texts, logger, notifier: { notify } };
}

/** An app that takes only who knows the password. */
async function startApp(engine: () => StepwellServer) {
  const client = new Inngest({ id: "shop", isDev: true, logger: silent });
  const hello = client.createFunction({ id: "hello", triggers: [{ event: "shop/hello" }] }, ({ step }) =>
    step.run("greet", () => "hi"),
  );
  const inner = createAppServer({ client, functions: [hello] });
  const wanted = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
  const bodies: string[] = [];
  const server = createHttpServer((request, response) => {
    if (request.headers.authorization !== wanted) return void response.writeHead(401).end("login first");
    request.on("data", (chunk: Buffer) => void bodies.push(chunk.toString()));
    return void inner.emit("request", request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  client.setEnvVars({ INNGEST_DEV: "1", INNGEST_BASE_URL: engine().url });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, bodies, close };
}

test("the engine logs in at the app, after a restart too, and never shows the password", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-login-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const { texts, logger, notifier } = createRecord();
  const start = async (): Promise<StepwellServer> => {
    const server = createServer({ store: directory, port: 0, poll: false, logger, notifier });
    await server.start();
    return server;
  };
  let engine = await start();
  onTestFinished(() => engine.stop(0));
  const { host, bodies, close } = await startApp(() => engine);
  const url = `http://user:${password}@${host}/api/inngest`;
  const shown = `http://***@${host}/api/inngest`;
  const ask = async (path: string, method = "GET", body?: unknown) => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(engine.url + path, { method, ...init });
    const text = await response.text();
    texts.push(text);
    return { status: response.status, text };
  };
  const cli = async (...args: string[]) => {
    const outcome = await runCommand(args, { env: { STEPWELL_URL: engine.url } });
    texts.push(outcome.out, outcome.err, String(outcome.error));
    return outcome;
  };
  const runs = async (count: number): Promise<void> => {
    await ask("/e/key", "POST", { name: "shop/hello" });
    await eventually("the run", async () => {
      const { data } = (await (await fetch(`${engine.url}/v1/runs?status=Completed`)).json()) as { data: unknown[] };
      return data.length === count ? true : null;
    });
  };

  expect((await cli("sync", url)).out).toContain(`app "shop" at ${shown}`);
  await runs(1);
  for (const path of ["/v1/apps", "/v2/apps", "/v2/functions", "/dev", "/v1/apps/shop/functions"])
    expect((await ask(path)).text).toContain(path === "/v1/apps/shop/functions" ? "***@" : shown);

  await engine.stop(0);
  engine = await start();
  await runs(2);
  // Its own registration names no password; nor does whoever asks again by what was shown.
  expect((await ask("/v1/apps", "POST", { url: shown })).status).toBe(200);
  await runs(3);

  await ask("/v1/apps", "POST", { url: `http://user:${password}@127.0.0.1:1/api/inngest` });
  await ask("/v1/apps", "POST", { url: `http://wrong-${password}@${host}/api/other` });
  await ask(`/fn/remove?url=${encodeURIComponent(url.replace("inngest", "gone"))}`, "DELETE");
  await cli("sync", `ftp://user:${password}@${host}`);
  await cli("functions", "--json");
  await cli("functions", "--url", `http://user:${password}@127.0.0.1:1`);
  expect(() => createServer({ store: null, appUrls: [`http://user:${password}@:x`] })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(password) }),
  );
  close();
  await ask("/e/key", "POST", { name: "shop/hello" });
  await eventually("word of the app that is gone", () =>
    texts.some((text) => text.includes("app-unreachable") && text.includes(`"${shown}"`)) ? true : null,
  );
  expect((await ask(`/fn/remove?url=${encodeURIComponent(shown)}`, "DELETE")).status).toBe(200);

  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((text) => text.includes(password))).toEqual([]);
  expect(bodies.filter((body) => body.includes(password))).toEqual([]);
});
