/** The engine replays recorded runs that wait, invoke and make requests: given a published SDK's answers, it must make the recorded calls. */
import { readFileSync } from "node:fs";
import type { CallRequest } from "stepwell/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { readAnswer } from "../../../../server/src/transport/read-answer.ts";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "../../../helpers/core-engine.ts";
import type { Script } from "../../../helpers/scripted-caller.ts";

interface Exchange {
  query: string;
  request: CallRequest;
  status: number;
  responseHeaders: Record<string, string>;
  response: unknown;
}

interface Checkpoint {
  request: { qi_id: string; steps: unknown[] };
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../protocol/fixtures/${name}.json`, import.meta.url), "utf8"));
const checkpointed: Record<string, { calls: Exchange[]; checkpoints: Checkpoint[] }> = fixture("checkpointed-calls");
const scenarios: Record<string, Exchange[]> = {
  ...fixture("calls-of-engine-steps"),
  ...Object.fromEntries(Object.entries(checkpointed).map(([name, { calls }]) => [`${name}, checkpointed`, calls])),
};
/** By the `qi_id` of the call that they were made in. */
const checkpoints = new Map<string, Checkpoint[]>();
for (const one of Object.values(checkpointed).flatMap((scenario) => scenario.checkpoints))
  checkpoints.set(one.request.qi_id, [...(checkpoints.get(one.request.qi_id) ?? []), one]);

const slugOf = ({ query }: Exchange): string => new URLSearchParams(query).get("fnId") ?? "";
const stepIdOf = ({ query }: Exchange): string => new URLSearchParams(query).get("stepId") ?? "";
const keyOf = (stepId: string, { ctx, steps }: CallRequest): string =>
  [stepId, ctx.attempt, ...Object.keys(steps).sort()].join(" ");

type Fields = Record<string, unknown>;

/** Without what each engine makes of its own: ids, times, the marks of an invocation. */
function plainEvent({ name, data, user }: Fields): unknown {
  const { _inngest, ...own } = data as Fields;
  const marks = _inngest as Fields | undefined;
  return { name, user, data: own, ...(marks === undefined ? {} : { invokes: marks.fn_id, by: marks.name }) };
}

/**
 * What a run remembers, as SDKs read it. The recorded server keeps an event bare, ours wraps it as `{"data": event}`; it adds
 * its own `error` to errors. SDKs take either.
 */
function plainMemo(memo: unknown): unknown {
  if (typeof memo !== "object" || memo === null) return memo;
  const { data, error, name } = memo as Fields;
  if (name !== undefined) return { event: plainEvent(memo as Fields) };
  if (typeof error === "object" && error !== null) return { error: { ...error, error: undefined } };
  if (typeof data !== "object" || data === null || !("ts" in data)) return memo;
  return { event: plainEvent(data as Fields) };
}

function wire(stepId: string, { ctx, event, steps, version }: CallRequest): unknown {
  const { attempt, max_attempts, stack } = ctx;
  const memos = Object.fromEntries(Object.entries(steps).map(([id, memo]) => [id, plainMemo(memo)]));
  return JSON.parse(
    JSON.stringify({
      stepId,
      ctx: { attempt, max_attempts, stack },
      event: plainEvent(event as unknown as Fields),
      steps: memos,
      version,
    }),
  );
}

interface Replay {
  core: CoreEngine;
  /** Of the run that the first recorded event started. */
  eventId: string;
  calls: Record<string, unknown[]>;
}

async function replay(
  name: string,
  configs: Record<string, Fields> = {},
  options: CoreEngineOptions = {},
): Promise<Replay> {
  const recorded = scenarios[name] ?? [];
  const slugs = [...new Set(recorded.map(slugOf))];
  const calls: Record<string, unknown[]> = {};
  const scripts = Object.fromEntries(
    slugs.map((slug): [string, Script] => [
      slug,
      async ({ body, stepId }) => {
        calls[slug] = [...(calls[slug] ?? []), wire(stepId, body)];
        const exchange = recorded.find(
          (one) => slugOf(one) === slug && keyOf(stepIdOf(one), one.request) === keyOf(stepId, body),
        );
        if (exchange === undefined) throw new Error(`the recording has no call ${slug} ${keyOf(stepId, body)}`);
        const { status, responseHeaders: headers, response, request } = exchange;
        const { run_id, qi_id, generation_id } = body.ctx;
        for (const { request: made } of checkpoints.get(request.ctx.qi_id ?? "") ?? [])
          await core.engine.checkpoint(run_id, { ...made, run_id, qi_id, generation_id });
        return readAnswer({ status, headers, body: JSON.stringify(response) }, core.clock.now());
      },
    ]),
  );
  const core = await createCoreEngine({ scripts, retryIntervalMs: 1000, ...options });
  onTestFinished(() => core.stop());
  const functions = slugs.map((slug) => {
    const first = recorded.find((one) => slugOf(one) === slug)?.request;
    const triggers = [{ event: first?.event.name === "inngest/function.invoked" ? "rec/none" : first?.event.name }];
    return functionConfig(slug, { retries: (first?.ctx.max_attempts ?? 1) - 1, triggers, ...configs[slug] });
  });
  await core.engine.register(registration(functions, "rec"));
  const first = recorded[0]?.request.event;
  return { core, calls, eventId: await core.send(first?.name ?? "", first?.data) };
}

const byText = (left: unknown, right: unknown): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

function expectRecorded(name: string, calls: Record<string, unknown[]>): void {
  const recorded: Record<string, unknown[]> = {};
  for (const one of scenarios[name] ?? [])
    recorded[slugOf(one)] = [...(recorded[slugOf(one)] ?? []), wire(stepIdOf(one), one.request)];
  for (const list of [...Object.values(recorded), ...Object.values(calls)]) list.sort(byText);
  expect(calls).toEqual(recorded);
}

async function expectOutput(name: string, { core, eventId, calls }: Replay): Promise<void> {
  expectRecorded(name, calls);
  expect(await core.output(eventId)).toEqual(scenarios[name]?.at(-1)?.response);
}

/** What the recorded run remembers of the request that the server made. */
function recordedAnswer(name: string): Fields {
  const memos = Object.values(scenarios[name]?.at(-1)?.request.steps ?? {});
  return (memos[0] as { data: Fields }).data;
}

describe("recorded runs", () => {
  it("wait-for-event", async () => {
    const run = await replay("wait-for-event");
    await run.core.send("rec/go", { id: 8 });
    await run.core.send("rec/go", { id: 7, ok: true });
    await expectOutput("wait-for-event", run);
  });

  it("wait-for-event-timeout", async () => {
    const run = await replay("wait-for-event-timeout");
    await run.core.advance(1000);
    await expectOutput("wait-for-event-timeout", run);
  });

  it("invoke", async () => {
    await expectOutput("invoke", await replay("invoke"));
  });

  it("signal", async () => {
    const run = await replay("signal");
    await expect(run.core.engine.signal({ body: { signal: "sig-none", data: {} } })).rejects.toThrow("No signal found");
    await run.core.engine.signal({ body: { signal: "sig-1", data: { yes: 1 } } });
    await run.core.idle();
    await expectOutput("signal", run);
  });

  it("cancel-on", async () => {
    const cancel = [{ event: "rec/stop", if: "event.data.id == async.data.id" }];
    const { core, calls, eventId } = await replay("cancel-on", { "rec-cancels": { cancel } });
    await core.send("rec/stop", { id: 3 });
    expectRecorded("cancel-on", calls);
    expect((await core.runOf(eventId)).status).toBe("Cancelled");
  });

  it("gateway-fetch", async () => {
    const { url, status_code, headers, body } = recordedAnswer("gateway-fetch");
    const answered = { kind: "answered", url, status: status_code, headers, body, retryAt: null };
    const run = await replay("gateway-fetch", {}, { http: () => answered as never });
    await expectOutput("gateway-fetch", run);
  });

  it("ai-infer", async () => {
    const asked: unknown[] = [];
    const run = await replay(
      "ai-infer",
      {},
      {
        http(request) {
          asked.push(request);
          const body = JSON.stringify(recordedAnswer("ai-infer"));
          return { kind: "answered", url: request.url, status: 200, headers: {}, body, retryAt: null };
        },
      },
    );
    await expectOutput("ai-infer", run);
    expect(asked).toMatchObject([{ method: "POST", headers: { authorization: "Bearer sk-not-a-key" } }]);
  });

  const acts: Record<string, (core: CoreEngine) => Promise<unknown>> = {
    "wait-for-event": (core) => core.send("rec/go", { id: 7, ok: true }),
  };

  it.each(Object.keys(checkpointed))("%s, checkpointed", async (name) => {
    const run = await replay(`${name}, checkpointed`);
    await acts[name]?.(run.core);
    await run.core.advance(365 * 86_400_000);
    const recorded = scenarios[`${name}, checkpointed`]?.at(-1)?.response as { data: unknown }[];
    expectRecorded(`${name}, checkpointed`, run.calls);
    expect(await run.core.output(run.eventId)).toEqual(recorded[0]?.data);
  });
});
