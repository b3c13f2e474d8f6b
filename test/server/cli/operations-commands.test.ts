/** The commands of operators, against a real engine with a real app. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, NonRetriableError } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatBytes } from "../../../server/src/cli/format/format-bytes.ts";
import { parseMoment } from "../../../server/src/cli/parse/parse-moment.ts";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;
let app: Server;
let appUrl: string;
let isFixed = false;

beforeAll(async () => {
  engine = createServer({ mode: "dev", store: null, port: 0, poll: false, logger: silent });
  await engine.start();
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: engine.url, logger: silent });
  const charge = client.createFunction(
    { id: "charge", retries: 0, triggers: [{ event: "shop/charge" }] },
    async ({ event, step }) => {
      const priced = await step.run("price", () => 5);
      if (!isFixed && event.data.good !== true) throw new NonRetriableError("card refused");
      return { priced };
    },
  );
  const nap = client.createFunction({ id: "nap", concurrency: 5, triggers: [{ event: "shop/nap" }] }, ({ step }) =>
    step.sleep("long", "1h"),
  );
  const wait = client.createFunction({ id: "wait", triggers: [{ event: "shop/wait" }] }, ({ step }) =>
    step.waitForSignal("go", { signal: "go-7", timeout: "1h" }),
  );
  app = createAppServer({ client, functions: [charge, nap, wait] });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`;
  const outcome = await engine.engine.syncUrl(appUrl);
  expect(outcome.kind).toBe("registered");
});

afterAll(async () => {
  await engine.stop(0);
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

const run = (args: string[], more: Parameters<typeof runCommand>[1] = {}): Promise<Outcome> =>
  runCommand(args, { env: { STEPWELL_URL: engine.url, USER: "ana" }, ...more });

/** The JSON that a command that must come through prints. */
async function json<T>(args: string[]): Promise<T> {
  const { out, error } = await run([...args, "--json"]);
  if (error !== null) throw error;
  return JSON.parse(out) as T;
}

const status = async (id: string): Promise<string> => (await json<{ status: string }>(["run", id])).status;
const ended = (id: string, wanted: string): Promise<true> =>
  eventually(`run ${id} ${wanted}`, async () => ((await status(id)) === wanted ? true : null));

async function start(name: string, data: object = {}): Promise<string> {
  return (await json<{ run_id: string }>(["invoke", name, "--data", JSON.stringify(data)])).run_id;
}

async function failedRun(data: object = {}): Promise<string> {
  isFixed = false;
  const id = await start("charge", data);
  await ended(id, "Failed");
  return id;
}

describe("rerun", () => {
  it("runs a run again, and from a step with another result", async () => {
    const id = await failedRun();
    isFixed = true;
    const again = await json<{ run_id: string; original_run_id: string }>(["rerun", id]);
    expect(again.original_run_id).toBe(id);
    await ended(again.run_id, "Completed");
    const shown = await run(["run", again.run_id]);
    expect(shown.out).toContain(`repeats  ${id}`);
    const edited = await run(["rerun", id, "--from", "price", "--output", "9"]);
    const editedId = /stepwell run (\w+)/.exec(edited.out)?.[1] ?? "";
    await ended(editedId, "Completed");
    expect((await json<{ output: unknown }>(["run", editedId])).output).toEqual({ priced: 9 });
  });

  it("runs again all that a filter finds", async () => {
    await failedRun({ batch: 1 });
    await failedRun({ batch: 1 });
    isFixed = true;
    const done = await run(["rerun", "--status", "failed", "--function", "charge", "--if", "event.data.batch == 1"]);
    expect(done.out).toBe("✓ started again 2 runs");
  });

  it("says what is wrong", async () => {
    expect((await run(["rerun"])).error?.message).toMatch(/Which\? Give the id of a run, or a filter/);
    expect((await run(["rerun", "abcdef", "--all"])).error?.message).toMatch(/not both/);
    const id = await failedRun();
    expect((await run(["rerun", id, "--output", "1"])).error?.message).toMatch(/give --from too/);
    expect((await run(["rerun", id, "--from", "price", "--input", "{"])).error?.message).toMatch(/--input is not JSON/);
    expect((await run(["rerun", id, "--from", "nothing"])).error?.message).toMatch(/has no step "nothing"/);
    expect((await run(["rerun", "--function", "charge", "--since", "then"])).error?.message).toMatch(
      /--since is "then"/,
    );
  });
});

describe("dead-letters", () => {
  it("are listed, retried with other data, and dropped", async () => {
    const first = await failedRun({ n: 1 });
    const second = await failedRun({ n: 2 });
    const listed = await run(["dead-letters", "list", "--function", "charge", "--limit", "2"]);
    expect(listed.out).toMatch(/RUN +FUNCTION +EVENT +FAILED +ERROR\n/);
    expect(listed.out).toMatch(new RegExp(`${second}  shop-charge .* card refused`));
    const retried = await json<{ run_id: string }>(["dead-letters", "retry", first, "--data", '{"good":true}']);
    await ended(retried.run_id, "Completed");
    expect((await run(["dead-letters", "drop", second.slice(-8)])).out).toBe(`✓ dropped ${second}`);
    expect((await run(["dead-letters", "drop", "zzzzzz"])).error?.message).toMatch(/None of the newest 100/);
    expect((await run(["dead-letters", "retry", second])).error?.message).toMatch(/no dead letter of run/);
  });

  it("go in bulk", async () => {
    await failedRun({ bulk: true });
    expect((await run(["dead-letters", "retry", "--all", "--data", "{}"])).error?.message).toMatch(/one run/);
    isFixed = true;
    expect((await run(["dead-letters", "retry", "--if", "event.data.bulk == true"])).out).toBe(
      "✓ retried 1 dead letter",
    );
    expect((await run(["dead-letters", "drop", "--all"])).out).toMatch(/^✓ dropped \d+ dead letters?$/);
    expect((await run(["dead-letters", "list", "--app", "shop"])).out).toMatch(/No dead letters/);
  });
});

describe("cancel", () => {
  it("ends all that a filter finds, and shows why on each", async () => {
    const [one, two] = [await start("nap", { k: 1 }), await start("nap", { k: 2 })];
    await ended(one, "Running");
    const filter = ["--function", "nap", "--since", "1h", "--until", "2100-01-01", "--if", "event.data.k == 1"];
    expect((await run(["cancel", ...filter, "--reason", "moved"])).out).toBe("✓ cancelled 1 run");
    await ended(one, "Cancelled");
    expect((await run(["run", one])).out).toContain("reason   moved");
    expect((await run(["cancel", "--app", "shop", "--if", "event.data.k =="])).error?.message).toMatch(
      /cannot be used/,
    );
    await run(["cancel", two]);
    expect((await run(["cancel"])).error?.message).toMatch(/Which\?/);
  });
});

describe("pause, resume and why", () => {
  it("hold an app's runs, and say so", async () => {
    expect((await run(["pause", "--app", "shop", "--reason", "deploy"])).out).toMatch(/^‖ paused app shop/);
    expect((await run(["pauses"])).out).toMatch(/app shop +ana .* held +deploy/);
    expect((await run(["functions"])).out).toMatch(/shop-nap +shop +shop\/nap +paused +retries 4, concurrency/);
    const id = await start("nap");
    expect((await run(["why", id])).out).toMatch(/is queued:\n {2}· .*ana.*deploy/);
    expect((await json<{ waits: { kind: string }[] }>(["why", id])).waits).toMatchObject([{ kind: "paused" }]);
    expect((await run(["resume", "--app", "shop"])).out).toBe("▶ resumed app shop");
    await ended(id, "Running");
    expect((await run(["pauses"])).out).toBe("Nothing is paused.");
    await run(["cancel", id]);
    expect((await run(["why", id])).out).toMatch(/is cancelled: it waits for nothing/);
  });

  it("skip or cancel where that is asked for", async () => {
    const id = await start("nap");
    await ended(id, "Running");
    await run(["pause", "--function", "nap", "--reason", "stop", "--skip", "--cancel-running", "--author", "ben"]);
    await ended(id, "Cancelled");
    const [pause] = await json<{ author: string; arriving: string }[]>(["pauses"]);
    expect(pause).toMatchObject({ author: "ben", arriving: "skip" });
    await run(["send", "shop/nap"]);
    const skipped = await eventually("a skipped run", async () => {
      const runs = await json<{ run_id: string }[]>(["runs", "--status", "skipped"]);
      return runs[0] ?? null;
    });
    expect((await run(["run", skipped.run_id])).out).toContain("■ skipped");
    expect((await run(["runs", "--status", "skipped"])).out).toContain("skipped");
    await run(["resume", "--function", "nap"]);
  });

  it("say what is missing", async () => {
    expect((await run(["pause", "--all"])).err).toMatch(/--reason/);
    expect((await run(["pause", "--reason", "x"])).error?.message).toMatch(/one of --function/);
    expect((await run(["pause", "--all", "--app", "a", "--reason", "x"])).error?.message).toMatch(/one of --function/);
  });

  it("resume what is not paused says so, and pause needs no name in the environment", async () => {
    const resumed = await run(["resume", "--all"]);
    expect([resumed.error, resumed.out]).toEqual([null, expect.stringMatching(/^Everything was not paused\./)]);
    const env = { STEPWELL_URL: engine.url };
    const paused = await run(["pause", "--app", "shop", "--reason", "x", "--json"], { env });
    expect(JSON.parse(paused.out).author).not.toBe("");
    expect((await run(["resume", "--function", "shop-nap"])).out).toContain("paused: app shop");
    await run(["resume", "--app", "shop"]);
  });
});

describe("schedules", () => {
  it("are added, listed, paused, resumed and deleted", async () => {
    expect((await run(["schedules"])).out).toMatch(/^No schedules/);
    const added = await run([
      "schedules",
      "add",
      "0 6 * * *",
      "--function",
      "nap",
      "--name",
      "mornings",
      "--data",
      "{}",
    ]);
    expect(added.out).toMatch(/^✓ starts shop-nap at 0 6 \* \* \*/);
    const other = [
      "schedules",
      "add",
      "TZ=Europe/Berlin 5 * * * *",
      "--event",
      "a/b",
      "--jitter",
      "30s",
      "--missed",
      "all",
    ];
    expect(await json(other)).toMatchObject({ event: "a/b", jitterMs: 30_000, missed: "all" });
    expect((await run(["schedules", "list"])).out).toMatch(/mornings +0 6 \* \* \* +starts shop-nap/);
    expect((await run(["schedules", "pause", "mornings"])).out).toMatch(/^✓ paused/);
    expect((await run(["schedules"])).out).toMatch(/starts shop-nap +paused/);
    expect((await run(["schedules", "resume", "mornings"])).out).toMatch(/^✓ resumed/);
    expect((await run(["schedules", "delete", "mornings"])).out).toMatch(/^✓ deleted/);
    expect((await run(["schedules", "delete", "mornings"])).error?.message).toMatch(/no schedule "mornings"/);
    expect((await run(["schedules", "add", "0 0 30 2 *", "--event", "x"])).error?.message).toMatch(/cannot be used/);
    expect((await run(["schedules", "add", "* * * * *"])).error?.message).toMatch(/give one of the two/);
  });
});

describe("sync", () => {
  it("takes what an app serves, and says when there is nothing new", async () => {
    const first = await run(["sync", appUrl.replace("http://", "")]);
    expect(first.error).toBeNull();
    expect(first.out).toMatch(/^✓ synced app "shop" at http:\/\/127\.0\.0\.1:\d+\/api\/inngest, \d+ functions/);
    expect((await run(["sync", appUrl])).out).toContain("nothing has changed");
    expect(JSON.parse((await run(["sync", appUrl, "--json"])).out)).toEqual({
      url: appUrl,
      modified: false,
      app: "shop",
    });
  });

  it("says what is wrong with an app or an address", async () => {
    expect(String((await run(["sync", "ftp://x"])).error)).toContain("is no address of an app");
    expect(String((await run(["sync", "http://127.0.0.1:1/api/inngest"])).error)).toContain("Unable to reach SDK URL");
  });
});

describe("signal, events, functions and storage", () => {
  it("signal resumes the run that waits", async () => {
    const id = await start("wait");
    await ended(id, "Running");
    await eventually("the wait", async () => {
      const { steps } = await json<{ steps: { status: string }[] }>(["run", id]);
      return steps[0]?.status === "Waiting" ? true : null;
    });
    expect((await run(["run", id])).out).toContain("waiting until");
    expect((await run(["signal", "go-7", "--data", '{"ok":true}'])).out).toMatch(/^✓ signalled go-7/);
    await ended(id, "Completed");
    expect((await run(["signal", "go-7"])).error).not.toBeNull();
  });

  it("events lists them, by name and age", async () => {
    await run(["send", "shop/seen", "--data", JSON.stringify({ long: "x".repeat(100) })]);
    expect((await run(["events", "--name", "shop/seen", "--since", "1h"])).out).toMatch(/shop\/seen .*xxx…/);
    expect((await run(["events", "--name", "shop/never"])).out).toMatch(/^No events/);
    expect(await json<unknown[]>(["events", "--limit", "1"])).toHaveLength(1);
  });

  it("functions and storage", async () => {
    expect(await json<unknown[]>(["functions"])).toHaveLength(3);
    const shown = await run(["storage"]);
    expect(shown.out).toMatch(/records +\d+ KiB/);
    expect(shown.out).toContain("nothing, state is in memory");
    expect(await json(["storage"])).toMatchObject({ diskBytes: 0 });
  });
});

describe("metrics", () => {
  it("shows how each function went, and one of them with its buckets and errors", async () => {
    await failedRun();
    const all = await run(["metrics", "--since", "1h"]);
    expect(all.out).toMatch(/^FUNCTION +RUNS +SUCCESS/);
    expect(all.out).toMatch(/shop-charge +\d+ +[\d.]+ %/);
    const one = await run(["metrics", "charge", "--bucket", "hour"]);
    expect(one.out).toMatch(/runs +\d+ completed, \d+ failed/);
    expect(one.out).toMatch(/NonRetriableError/);
    expect(one.out).toMatch(/FROM +RUNS +FAILED/);
    const data = await json(["metrics", "charge", "--since", "2h"]);
    expect(data).toMatchObject({ functions: [{ function: { id: "shop-charge" } }], bucket: "minute" });
    expect((await run(["metrics", "--app", "shop", "--until", "10m"])).out).toMatch(/^Nothing has run|^FUNCTION/);
    expect(String((await run(["metrics", "--bucket", "week"])).error)).toContain("expected one of minute, hour, day");
  });
});

describe("sizes and moments", () => {
  it("read and written", () => {
    expect([0, 1023, 1536, 24 * 2 ** 20, 1.25 * 2 ** 40].map(formatBytes)).toEqual([
      "0 B",
      "1023 B",
      "1.5 KiB",
      "24 MiB",
      "1.3 TiB",
    ]);
    expect(parseMoment("2h", "--since", 10_000_000)).toBe(2_800_000);
    expect(parseMoment("1767225600000", "--since", 0)).toBe(1_767_225_600_000);
    expect(parseMoment("2026-01-01", "--since", 0)).toBe(1_767_225_600_000);
  });
});
