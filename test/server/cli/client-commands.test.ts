/** The commands that talk to an engine, against a real one with a real app. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inngest, NonRetriableError } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { functionConfig, registration } from "../../helpers/core-engine.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signingKey = "signkey-test-0123456789abcdef";
let engine: StepwellServer;
let secured: StepwellServer;
let app: Server;

beforeAll(async () => {
  engine = createServer({ mode: "dev", store: null, port: 0, poll: false, logger: silent });
  secured = createServer({
    mode: "start",
    store: null,
    host: "127.0.0.1",
    port: 0,
    logger: silent,
    signingKey,
    eventKeys: ["mine"],
  });
  await Promise.all([engine.start(), secured.start()]);
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: engine.url, logger: silent });
  const place = client.createFunction(
    { id: "place-order", triggers: [{ event: "shop/order.placed" }] },
    async ({ event, step }) => {
      await step.run("reserve-stock", () => "reserved");
      return { got: event.data };
    },
  );
  const refuse = client.createFunction({ id: "refuse", retries: 0, triggers: [{ event: "shop/refuse" }] }, () => {
    throw new NonRetriableError("out of stock");
  });
  const nap = client.createFunction({ id: "nap", triggers: [{ event: "shop/nap" }] }, ({ step }) =>
    step.sleep("long", "1h"),
  );
  app = createAppServer({ client, functions: [place, refuse, nap] });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const outcome = await engine.engine.syncUrl(`http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`);
  expect(outcome.kind).toBe("registered");
});

afterAll(async () => {
  await Promise.all([engine.stop(0), secured.stop(0)]);
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

const run = (args: string[], more: Parameters<typeof runCommand>[1] = {}): Promise<Outcome> =>
  runCommand(args, { env: { STEPWELL_URL: engine.url }, ...more });

const startNap = async (): Promise<string> =>
  (JSON.parse((await run(["invoke", "nap", "--json"])).out) as { run_id: string }).run_id;

describe("send", () => {
  it("sends an event with its id and time", async () => {
    const sent = await run([
      "send",
      "shop/unheard",
      "--data",
      '{"id":7}',
      "--id",
      "once",
      "--ts",
      "2026-01-02T03:04:05Z",
      "--json",
    ]);
    expect(sent.error).toBeNull();
    const [id] = (JSON.parse(sent.out) as { ids: string[] }).ids;
    const event = await engine.store.getEvent(id ?? "");
    expect(event).toMatchObject({
      name: "shop/unheard",
      id: "once",
      data: '{"id":7}',
      ts: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
  });

  it("says what it sent", async () => {
    expect((await run(["send", "shop/unheard"])).out).toMatch(/^✓ sent shop\/unheard {2}[0-9A-Z]{26}$/);
  });

  it("reads data from a file and from standard input", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stepwell-send-"));
    writeFileSync(join(folder, "data.json"), '{"from":"file"}');
    const ids = [
      await run(["send", "shop/unheard", "--data", "@data.json", "--json"], {
        env: { STEPWELL_URL: engine.url },
        cwd: folder,
      }),
      await run(["send", "shop/unheard", "--data", "-", "--json"], { input: '{"from":"input"}' }),
    ].map(({ out }) => (JSON.parse(out) as { ids: string[] }).ids[0] ?? "");
    rmSync(folder, { recursive: true });
    const events = await Promise.all(ids.map((id) => engine.store.getEvent(id)));
    expect(events.map((event) => event?.data)).toEqual(['{"from":"file"}', '{"from":"input"}']);
  });

  it.each([
    [["--data", '{"a":1,}'], /^--data is not JSON: line 1, column 8, at "}"/],
    [["--data", '{"a":\n  x}'], /^--data is not JSON: line 2, column 3, at "x}"/],
    [["--data", '{"a":'], /^--data is not JSON: it ends too early/],
    [["--data", "{'a':1}"], /^--data is not JSON: line 1, column 2, at "'a':1}"/],
    [["--data", '{"a": tru }'], /^--data is not JSON: line 1, column 10, at " }"/],
    [["--data", ""], /^--data is not JSON: it ends too early/],
    [["--data", "nope"], /^--data is not JSON: line 1, column 2, at "ope"/],
    [["--data", "[1]"], /^--data is JSON but not an object/],
    [["--data", "@none.json"], /^--data: the file .*none\.json cannot be read: there is none/],
    [["--ts", "soon"], /^--ts is "soon": expected milliseconds/],
    [["--url", "ftp://x"], /^--url is "ftp:\/\/x": expected one like http:\/\/127\.0\.0\.1:8288/],
  ])("refuses %j", async (args, message) => {
    expect((await run(["send", "shop/unheard", ...args])).error?.message).toMatch(message);
  });
});

describe("invoke", () => {
  it("waits for the result", async () => {
    const done = await run(["invoke", "place-order", "--data", '{"id":7}', "--wait"]);
    expect(done.error).toBeNull();
    expect(JSON.parse(done.out)).toEqual({ got: expect.objectContaining({ id: 7 }) });
    expect(done.exitCode).toBe(0);
  });

  it("ends with 1 and the reason when the run failed", async () => {
    const done = await run(["invoke", "shop-refuse", "--wait"]);
    expect(done.err).toMatch(/^✗ run [0-9A-Z]{26} failed: .*out of stock/);
    expect(done.exitCode).toBe(1);
  });

  it("gives up after --timeout", async () => {
    const done = await run(["invoke", "nap", "--wait", "--timeout", "50ms"]);
    expect(done.error?.message).toMatch(/has not ended within 50ms; it goes on\. `stepwell run [0-9A-Z]{26}` shows it/);
  });

  it("names what there is when the function is unknown", async () => {
    const done = await run(["invoke", "nope"]);
    expect(done.error?.message).toMatch(/serves no function "nope"\. There are: .*shop-place-order/);
  });

  it("refuses --timeout without --wait, and times that are none", async () => {
    expect((await run(["invoke", "nap", "--timeout", "5s"])).error?.message).toMatch(/needs --wait/);
    expect((await run(["invoke", "nap", "--wait", "--timeout", "soon"])).error?.message).toMatch(
      /^--timeout is "soon"/,
    );
  });
});

describe("runs, run and cancel", () => {
  it("list by status and function", async () => {
    await run(["invoke", "refuse", "--wait"]);
    const listed = await run(["runs", "--status", "failed", "--function", "refuse"]);
    const [head, ...rows] = listed.out.split("\n");
    expect(head).toMatch(/^RUN +STATUS +FUNCTION +QUEUED +TOOK$/);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/^[0-9A-Z]{26} {2}failed {5}shop-refuse/);
    const one = await run(["runs", "--limit", "1", "--json"]);
    expect(JSON.parse(one.out)).toHaveLength(1);
  });

  it("refuse a bad status and limit", async () => {
    expect((await run(["runs", "--status", "odd"])).error?.message).toMatch(
      /^--status is "odd": expected one of queued, running/,
    );
    expect((await run(["runs", "--limit", "0"])).error?.message).toMatch(
      /^--limit is "0": expected a whole number from 1 to 100/,
    );
  });

  it("show a run by the end of its id, with its steps", async () => {
    const done = JSON.parse((await run(["invoke", "place-order", "--wait", "--json"])).out) as { run_id: string };
    const shown = await run(["run", done.run_id.slice(-6).toLowerCase()]);
    expect(shown.out).toContain(done.run_id);
    expect(shown.out).toMatch(/reserve-stock +█+ +\d/);
    const json = JSON.parse((await run(["run", done.run_id, "--json", "--watch"])).out) as {
      steps: { name: string }[];
    };
    expect(json.steps.map(({ name }) => name)).toEqual(["reserve-stock"]);
  });

  it("explain ids that are none or unknown", async () => {
    expect((await run(["why", "!!"])).error?.message).toMatch(/^"!!" is no run id/);
    expect((await run(["why", "ZZZZZZ"])).error?.message).toMatch(
      /None of the newest 100 runs begins or ends with ZZZZZZ/,
    );
    for (const name of ["!!", "ZZZZZZ"])
      expect((await run(["run", name])).error?.message).toMatch(
        new RegExp(
          `serves no function "${name}", and none of the newest 100 runs begins or ends so. There are: .*shop-nap`,
        ),
      );
    expect((await run(["run", "01AAAAAAAAAAAAAAAAAAAAAAAA"])).error?.message).toMatch(/not found/i);
  });

  it("cancel a run once", async () => {
    const id = await startNap();
    expect((await run(["cancel", id])).out).toBe(`■ cancelled ${id}`);
    expect((await run(["cancel", id])).error?.message).toMatch(/ended already/);
  });

  it("start a function by its name, tell what happens, and end with its result and exit code", async () => {
    const good = await run(["run", "place-order", "--data", '{"id":8}']);
    expect(good.error).toBeNull();
    expect(good.exitCode).toBe(0);
    expect(good.out).toMatch(/^✓ started shop-place-order {2}stepwell run [0-9A-Z]{26}$/m);
    expect(good.out).toMatch(/^[\d:.]{12} {2}✓ step {2}shop-place-order [0-9A-Z]{6} +reserve-stock/m);
    expect(good.out).toMatch(/^[\d:.]{12} {2}✓ run {3}shop-place-order [0-9A-Z]{6} +completed in/m);
    expect(good.out).toMatch(/"id": 8/);
    const bad = await run(["run", "shop-refuse"]);
    expect(bad.exitCode).toBe(1);
    expect(bad.out).toMatch(/✗ run {3}shop-refuse [0-9A-Z]{6} +failed in .*out of stock/);
    const json = await run(["run", "refuse", "--json"]);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ function_slug: "shop-refuse", status: "Failed", steps: [] });
  });

  it("leave a run that they follow when they are interrupted", async () => {
    const stop = new AbortController();
    const left = await run(["run", "nap"], {
      interrupted: () => stop.signal,
      print: (line) => {
        if (line.includes("◌ sleep")) stop.abort();
      },
    });
    expect(left.exitCode).toBe(130);
    const id = /^Run ([0-9A-Z]{26}) goes on/.exec(left.err)?.[1] ?? "";
    expect(JSON.parse((await run(["run", id, "--json"])).out)).toMatchObject({ status: "Running" });
    expect((await run(["run", id, "--data", "{}"])).error?.message).toContain("--data is for a function");
  });

  it("draw while they watch, until the end", async () => {
    const id = await startNap();
    const drawn: string[] = [];
    const watching = run(["run", id, "--watch"], {
      isTerminal: true,
      width: () => 80,
      write: (text) => {
        drawn.push(text);
        if (drawn.length === 2) void engine.engine.cancelRun(id);
      },
    });
    const shown = await watching;
    expect(drawn[0]).toMatch(/▶ running|● queued/);
    expect(drawn[1]?.startsWith("\u001b[")).toBe(true);
    expect(shown.out).toContain("■ cancelled");
  });
});

describe("an engine that is not there, or wants keys", () => {
  it("says how to start one", async () => {
    const done = await run(["runs", "--url", "http://127.0.0.1:1"]);
    expect(done.error?.message).toBe(
      "No engine answers at http://127.0.0.1:1. Start one with `stepwell dev`, or say where it is with --url.",
    );
  });

  it("opens with the signing key alone", async () => {
    const env = { STEPWELL_URL: secured.url };
    expect((await run(["runs"], { env })).error?.message).toMatch(/--signing-key/);
    expect((await run(["runs", "--signing-key", signingKey], { env })).error).toBeNull();
    expect((await run(["runs"], { env: { ...env, INNGEST_SIGNING_KEY: signingKey } })).error).toBeNull();
    const bad = await run(["runs", "--signing-key", "xyz"], { env });
    expect(bad.error?.message).toMatch(/not hexadecimal/);
    expect(bad.error?.message).not.toContain("xyz");
  });

  it("takes events with an event key alone", async () => {
    const env = { STEPWELL_URL: secured.url };
    expect((await run(["send", "a"], { env })).error?.message).toMatch(/event.?key/i);
    expect((await run(["send", "a", "--event-key", "mine"], { env })).error).toBeNull();
    expect((await run(["send", "a"], { env: { ...env, INNGEST_EVENT_KEY: "mine" } })).error).toBeNull();
  });

  it("knows an engine from another server", async () => {
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    expect((await run(["runs", "--url", url])).error?.message).toMatch(new RegExp(`${url}|no Stepwell engine`));
  });
});

describe("help and mistakes", () => {
  it("prints the version", async () => {
    expect((await run(["version"])).out).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("explains flags of other servers and guesses slips", async () => {
    expect((await run(["dev", "--redis-uri", "x"])).err).toContain(
      "--redis-uri is not needed: the queue lives in the same files",
    );
    expect((await run(["dev", "--porrt", "1"])).err).toContain("Did you mean --port?");
    expect((await run(["start", "--no-discovery"])).err).toContain("unknown option '--no-discovery'");
  });
});

describe("an app that cannot be reached", () => {
  it("is what `run` and `why` say of a run that waits for it", async () => {
    const closed = createAppServer({ client: new Inngest({ id: "gone", logger: silent }), functions: [] });
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/api`;
    await new Promise((resolve) => closed.close(resolve));
    const config = functionConfig("gone-f", { retries: 0 });
    const step = { id: "step", name: "step", runtime: { type: "http", url: `${url}?fnId=gone-f&stepId=step` } };
    await engine.engine.register({ ...registration([{ ...config, steps: { step } }], "gone"), url });
    const { ids } = await engine.engine.ingest({ body: { name: "test/gone-f" }, seed: null });
    const waits = await eventually("the first try", async () => {
      const [found] = await engine.store.listRunsOfEvent(ids[0] ?? "");
      const tried = found === undefined ? [] : await engine.store.listItems(found.id);
      return found !== undefined && (tried[0]?.unreachable?.tries ?? 0) > 0 ? found : null;
    });
    const sentence = /The app cannot be reached since .*, next try at .*connection refused/;
    expect((await run(["run", waits.id])).out).toMatch(sentence);
    expect((await run(["why", waits.id])).out).toMatch(sentence);
  });
});
