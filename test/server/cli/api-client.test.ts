/** What commands make of answers that a real engine gives seldom, or never. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Outcome, runCommand } from "./fake-terminal.ts";

type Reply = { status?: number; body: unknown };

let server: Server;
let place: string;
/** By method and path, without the query; the last one of a list stays. */
let replies: Record<string, Reply[]>;

beforeEach(async () => {
  replies = {};
  server = createServer((request, response) => {
    const known = replies[`${request.method} ${request.url?.split("?")[0]}`] ?? [{ status: 404, body: {} }];
    const { status = 200, body } = (known.length > 1 ? known.shift() : known[0]) as Reply;
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const run = (args: string[], more: Parameters<typeof runCommand>[1] = {}): Promise<Outcome> =>
  runCommand(args, { env: { STEPWELL_URL: `http://${place}/` }, ...more });

const runJson = (id: string, more: object = {}) => ({
  run_id: id,
  function_slug: "shop-charge",
  status: "Completed",
  event_id: null,
  queued_at: "2026-01-01T00:00:00.000Z",
  started_at: "2026-01-01T00:00:00.000Z",
  ended_at: "2026-01-01T00:00:02.000Z",
  output: null,
  reason: null,
  original_run_id: null,
  ...more,
});

describe("an engine's address", () => {
  it("may come without a scheme, and in the variable of the other SDK", async () => {
    replies["GET /v1/runs"] = [{ body: { data: [] } }];
    expect((await run(["runs", "--url", place])).out).toContain("No runs.");
    expect((await run(["runs"], { env: { STEPWELL_URL: "", INNGEST_BASE_URL: `http://${place}` } })).out).toContain(
      "No runs.",
    );
  });

  it.each([["ftp://127.0.0.1"], ["http://"]])("is refused when it is %s", async (url) => {
    expect((await run(["runs", "--url", url])).error?.message).toBe(
      `--url is "${url}": expected one like http://127.0.0.1:8288.`,
    );
  });

  it.each([
    ["a page", { body: "<html>" }, "is no Stepwell engine: it did not send JSON."],
    ["JSON without data", { body: [1] }, "is no Stepwell engine: GET /v1/runs?limit=20 came without data."],
    ["nothing", { body: "" }, "is no Stepwell engine: GET /v1/runs?limit=20 came without data."],
    ["a page with an error", { status: 502, body: "<html>" }, "answered 502."],
    ["an error that says nothing", { status: 500, body: { errors: [] } }, "answered 500."],
    ["an error that is a number", { status: 500, body: 5 }, "answered 500."],
    ["an error", { status: 400, body: { errors: [{ message: "The limit is wrong." }] } }, "The limit is wrong."],
    ["an error of the first API", { status: 400, body: { error: "No such thing." } }, "No such thing."],
    ["no access", { status: 401, body: { error: "No key." } }, "No key. For an engine that was begun with"],
  ])("that answers with %s is named, and what it said", async (_what, reply, message) => {
    replies["GET /v1/runs"] = [reply];
    expect((await run(["runs"])).error?.message).toContain(message);
  });
});

describe("a name that means more than one thing", () => {
  it("lists the functions that it may mean", async () => {
    const served = [
      { slug: "shop-charge", name: "Charge", app: { id: "shop" } },
      { slug: "shop eu-charge", name: "Charge", app: { id: "shop eu" } },
      { slug: "shop-tidy", name: "Tidy up", app: { id: "shop" } },
    ];
    replies["GET /v2/functions"] = [{ body: { data: served } }];
    expect((await run(["runs", "--function", "charge"])).error?.message).toBe(
      'More than one app has a function "charge". Name one: shop-charge, shop eu-charge.',
    );
  });

  it("says that there are none yet", async () => {
    replies["GET /v2/functions"] = [{ body: { data: [] } }];
    expect((await run(["runs", "--function", "charge"])).error?.message).toBe(
      `The engine at http://${place} serves no function "charge". No app is synced with the engine yet.`,
    );
  });

  it("lists the runs whose ids end so", async () => {
    const ids = ["01M80R187WJ2DMJ17EGEZMAAAA", "01M80R187WJ2DMJ17EGEZNAAAA"];
    replies["GET /v2/functions"] = [{ body: { data: [] } }];
    replies["GET /v2/runs"] = [{ body: { data: ids.map((id) => ({ id })) } }];
    for (const part of ["aaaa", "01M80R"])
      expect((await run(["run", part])).error?.message).toBe(
        `More than one run begins or ends with ${part.toUpperCase()}. Give more of the id: ${ids.join(", ")}.`,
      );
  });

  it("is no dead letter's", async () => {
    const letter = { function: { id: "f" }, failedAt: "2026-01-01T00:00:00.000Z", isQuarantined: false, error: "x" };
    const letters = ["1AAAA", "2AAAA"].map((runId) => ({ ...letter, runId, event: null }));
    replies["GET /v2/dead-letters"] = [{ body: { data: letters } }];
    expect((await run(["dead-letters", "drop", "aaaa"])).error?.message).toContain("More than one dead letter");
    expect((await run(["dead-letters", "drop", "bbbb"])).error?.message).toContain("None of the newest 100");
  });
});

describe("lists", () => {
  it("of runs tell how each stands, and which function is gone", async () => {
    const open = { ended_at: null, started_at: null };
    replies["GET /v1/runs"] = [
      {
        body: {
          data: [
            runJson("1", { function_slug: null }),
            runJson("2", { status: "Cancelled", started_at: null }),
            runJson("3", { status: "Queued", ...open, queued_at: null }),
            runJson("4", { status: "Running", ...open }),
          ],
        },
      },
    ];
    const [, ...rows] = (await run(["runs"], { now: () => Date.UTC(2026, 0, 1) })).out.split("\n");
    expect(rows.map((row) => row.split(/\s+/))).toMatchObject([
      ["1", "completed", "(gone)", expect.anything(), "2.0s"],
      ["2", "cancelled", "shop-charge", expect.anything(), "2.0s"],
      ["3", "queued", "shop-charge"],
      ["4", "running", "shop-charge", expect.anything()],
    ]);
  });

  it("of functions tell triggers, pauses and timeouts, and what to do when there are none", async () => {
    const fn = { id: "shop-tidy", app: { id: null }, isPaused: true };
    const configuration = { retries: 3, timeouts: { start: "1h", finish: null }, concurrency: [{ limit: 1 }] };
    replies["GET /v2/functions"] = [
      { body: { data: [{ ...fn, triggers: [{ cron: "0 * * * *" }, { event: "shop/tidy" }], configuration }] } },
      { body: { data: [] } },
    ];
    expect((await run(["functions"])).out).toMatch(
      /shop-tidy\s+0 \* \* \* \*, shop\/tidy\s+paused\s+retries 3, concurrency, timeouts/,
    );
    expect((await run(["functions"])).out).toContain("No functions. Start an app");
  });

  it("of dead letters cut long errors, and tell what was quarantined and whose event is gone", async () => {
    const letter = { runId: "1", function: { id: "shop-charge" }, failedAt: "2026-01-01T00:00:00.000Z", event: null };
    const letters = [{ ...letter, isQuarantined: true, error: { name: "Error", message: `${"x".repeat(90)}\nmore` } }];
    replies["GET /v2/dead-letters"] = [{ body: { data: letters } }];
    expect((await run(["dead-letters"])).out).toMatch(/\(gone\)\s.*quarantined: x{79}…$/);
    expect(JSON.parse((await run(["dead-letters", "--json"])).out)).toEqual(letters);
  });
});

describe("a job over many runs", () => {
  const job = (status: string, matched: number) => ({ body: { data: { id: "J", status, matched } } });

  it("shows on a terminal how far it is, and takes that away", async () => {
    replies["POST /v2/dead-letters/drop"] = [job("RUNNING", 0)];
    replies["GET /v2/storage"] = [{ body: { data: { openRuns: 1, runs: 2, deadLetters: 80 } } }];
    const looks = [job("RUNNING", 40), job("STOPPED", 41)];
    replies["GET /v2/bulk-jobs/J"] = [...looks];
    const shown: (string | null)[] = [];
    const terminal = { showsProgress: true, progress: (line: string | null) => void shown.push(line) };
    const all = await run(["dead-letters", "drop", "--all"], terminal);
    expect([all.error, all.out]).toEqual([null, "✓ dropped 41 dead letters before the job was stopped"]);
    expect(shown).toEqual([`dropped ${"█".repeat(12)}${"░".repeat(12)} 50 %  40 of 80 dead letters`, null]);
    shown.length = 0;
    replies["GET /v2/bulk-jobs/J"] = [...looks];
    await run(["dead-letters", "drop", "--app", "shop"], terminal);
    expect(shown).toEqual(["dropped 40 dead letters …", null]);
  });

  it("says so as plain lines, seldom, where there is no terminal", async () => {
    let now = 0;
    replies["POST /v2/dead-letters/drop"] = [job("RUNNING", 0)];
    replies["GET /v2/bulk-jobs/J"] = [job("RUNNING", 1500), job("RUNNING", 1600), job("COMPLETED", 2000)];
    const { out, err } = await run(["dead-letters", "drop", "--app", "shop"], { now: () => (now += 2600) });
    expect(out).toBe("✓ dropped 2000 dead letters");
    expect(err).toBe("dropped 1,600 dead letters …");
  });

  it("says nothing meanwhile where nobody looks, and ends with JSON when that is asked for", async () => {
    replies["POST /v2/dead-letters/drop"] = [job("RUNNING", 0)];
    replies["GET /v2/bulk-jobs/J"] = [job("RUNNING", 1), job("COMPLETED", 1)];
    expect((await run(["dead-letters", "drop", "--all"])).out).toBe("✓ dropped 1 dead letter");
    expect(JSON.parse((await run(["dead-letters", "drop", "--all", "--json"])).out)).toEqual(
      job("COMPLETED", 1).body.data,
    );
  });
});
