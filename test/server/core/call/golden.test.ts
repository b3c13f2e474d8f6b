/** The engine replays recorded runs: given the answers that a published SDK gave, it must make the calls that a server made. */
import { readFileSync } from "node:fs";
import type { CallRequest } from "stepwell/protocol";
import { canonicalJson } from "stepwell/signing";
import { afterEach, describe, expect, it } from "vitest";
import { readAnswer } from "../../../../server/src/transport/read-answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import type { Script } from "../../../helpers/scripted-caller.ts";

interface Exchange {
  query: string;
  request: CallRequest;
  status: number;
  responseHeaders: Record<string, string>;
  response: unknown;
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../protocol/fixtures/${name}.json`, import.meta.url), "utf8"));
const scenarios: Record<string, Exchange[]> = fixture("calls");
const failedEvent = fixture("function-failed-event");

const stepIdOf = ({ query }: Exchange): string => new URLSearchParams(query).get("stepId") ?? "";
const slugOf = ({ query }: Exchange): string => new URLSearchParams(query).get("fnId") ?? "";
const keyOf = (stepId: string, body: CallRequest): string =>
  [stepId, body.ctx.attempt, ...Object.keys(body.steps).sort()].join(" ");

/** What two engines must agree on in a call; ids and times are their own. */
function wire(stepId: string, body: CallRequest): unknown {
  const { attempt, max_attempts, stack, step_id, use_api, env } = body.ctx;
  const { name, data, user } = body.event;
  const events = body.events.map((event) => ({ name: event.name, data: event.data, user: event.user }));
  const ctx = { attempt, max_attempts, stack, step_id, use_api, env };
  return { stepId, ctx, event: { name, data, user }, events, steps: body.steps, version: body.version };
}

/** Servers that were recorded sort the keys of what they store; the order in which ours keeps them has tests of its own. */
const byText = (calls: unknown[]): string[] => calls.map((call) => canonicalJson(call)).sort();

let core: CoreEngine;
afterEach(() => core.stop());

async function replay(slug: string, recorded: Exchange[]): Promise<{ calls: unknown[]; runId: string }> {
  const calls: unknown[] = [];
  const script: Script = ({ stepId, body }) => {
    calls.push(wire(stepId, body));
    const exchange = recorded.find((one) => keyOf(stepIdOf(one), one.request) === keyOf(stepId, body));
    if (exchange === undefined) throw new Error(`the recording has no call ${keyOf(stepId, body)}`);
    const { status, responseHeaders: headers, response } = exchange;
    return readAnswer({ status, headers, body: JSON.stringify(response) }, core.clock.now());
  };
  const first = recorded[0]?.request;
  core = await createCoreEngine({ scripts: { [slug]: script }, retryIntervalMs: 1000 });
  const attempts = (first?.ctx.max_attempts ?? 1) - 1;
  const config = functionConfig(slug, { retries: attempts, triggers: [{ event: first?.event.name }] });
  await core.engine.register(registration([config], "rec"));
  const eventId = await core.send(first?.event.name ?? "", first?.event.data);
  await core.advance(365 * 86_400_000);
  return { calls, runId: (await core.runOf(eventId)).id };
}

const single = [
  "hello",
  "three-steps",
  "repeated-step-id",
  "sleep",
  "parallel",
  "race",
  "step-retry",
  "step-error-caught",
];
const failing = ["function-retry", "non-retriable", "step-non-retriable", "retry-after", "send-event"];

describe("recorded runs", () => {
  it.each([...single, ...failing])("%s", async (name) => {
    const all = scenarios[name] ?? [];
    const slug = slugOf(all[0] as Exchange);
    const recorded = all.filter((exchange) => slugOf(exchange) === slug);
    const { calls, runId } = await replay(slug, recorded);
    expect(byText(calls)).toEqual(byText(recorded.map((one) => wire(stepIdOf(one), one.request))));
    const last = recorded.at(-1) as Exchange;
    const run = await core.store.getRun(runId);
    expect(run?.status).toBe(last.status === 200 ? "Completed" : "Failed");
    expect(JSON.parse(run?.output ?? "null")).toEqual(last.response);
  });
});

describe("recorded messages", () => {
  it("the failed event has the recorded fields", async () => {
    const all = scenarios["fails-with-on-failure"] ?? [];
    const slug = slugOf(all[0] as Exchange);
    await replay(
      slug,
      all.filter((exchange) => slugOf(exchange) === slug),
    );
    const [event] = await core.store.listEvents({ name: "inngest/function.failed", limit: 1 });
    const data = JSON.parse(event?.data ?? "{}");
    expect(Object.keys(data).sort()).toEqual(Object.keys(failedEvent.data).sort());
    expect(data).toMatchObject({
      _inngest: failedEvent.data._inngest,
      function_id: "rec-fails",
      error: { name: "Error", message: "gives up" },
      result: { name: "Error", message: "gives up", __serialized: true },
      event: { name: "rec/fails", data: { job: 1 }, user: {} },
    });
  });

  it("a recorded registration is taken, with all its options", async () => {
    core = await createCoreEngine();
    const { body } = fixture("sync").register;
    expect(await core.engine.register(body)).toMatchObject({ modified: true });
    const ids = body.functions.map(({ id }: { id: string }) => id).sort();
    expect(
      core.engine
        .functions()
        .map(({ slug }) => slug)
        .sort(),
    ).toEqual(ids);
    const flowOf = (slug: string) => core.engine.functions().find((fn) => fn.slug === slug)?.flow;
    expect(flowOf("rec-every-option")).toEqual({
      backoff: null,
      exemptFromPauses: false,
      batch: null,
      cancelOn: [{ condition: "async.data.id == event.data.id", event: "rec/stop", timeout: "1h" }],
      concurrency: [
        { key: "event.data.k", limit: 5, scope: "fn" },
        { key: '"shared"', limit: 50, scope: "account" },
      ],
      debounce: null,
      idempotency: "event.data.orderId",
      priority: "event.data.vip == true ? 300 : 0",
      rateLimit: { key: "event.data.userId", limit: 10, periodMs: 3_600_000 },
      runConcurrency: [],
      singleton: null,
      throttle: { burst: 2, key: "event.data.k", limit: 10, periodMs: 60_000 },
      timeouts: { finishMs: 7_200_000, startMs: 3_600_000 },
    });
    expect(flowOf("rec-singleton")?.singleton).not.toBeNull();
    expect(flowOf("rec-batch")?.batch).not.toBeNull();
    expect(flowOf("rec-debounced")?.debounce).not.toBeNull();
    expect(flowOf("rec-cancels")?.cancelOn).toHaveLength(1);
  });

  it("a recorded checkpoint is taken", async () => {
    const [{ request }] = fixture("checkpoint");
    core = await createCoreEngine({
      scripts: {
        "app-f": async ({ body }) => {
          const { qi_id, generation_id, run_id } = body.ctx;
          await core.engine.checkpoint(run_id, { ...request, run_id, qi_id, generation_id });
          const complete = [{ op: "RunComplete", id: "0737c22d3bfae812339732d14d8c7dbd6dc4e09c", data: 1 }];
          return readAnswer({ status: 206, headers: { "x-inngest-sdk": "x" }, body: JSON.stringify(complete) }, 0);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    const run = await core.runOf(await core.send("test/app-f"));
    expect((await core.store.listSteps(run.id)).map(({ displayName, memo }) => [displayName, memo])).toEqual([
      ["a", '{"data":1}'],
    ]);
  });
});
