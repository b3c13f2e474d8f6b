import { describe, expect, it } from "vitest";
import type { RunV1Answer, StepV1Answer } from "../../../../server/src/api/answers.ts";
import { createColors } from "../../../../server/src/cli/format/colors.ts";
import { renderTimeline } from "../../../../server/src/cli/format/timeline.ts";

const begin = new Date(2026, 10, 22, 14, 3, 7).getTime();
const at = (ms: number): string => new Date(begin + ms).toISOString();
const plain = createColors(false, {});

const run: RunV1Answer = {
  run_id: "01M80R187WJ2DMJ17EGEZM5JX1",
  function_id: "0f6dca1f-0f21-4c60-9dd9-4fd14f7bf2c4",
  function_slug: "shop-place-order",
  function_version: 1,
  environment_id: "0f6dca1f-0f21-4c60-9dd9-4fd14f7bf2c5",
  status: "Completed",
  event_id: "01M80R187WJ2DMJ17EGEZM5JWZ",
  event_ids: ["01M80R187WJ2DMJ17EGEZM5JWZ"],
  run_started_at: at(0),
  queued_at: at(0),
  started_at: at(0),
  ended_at: at(10_000),
  output: { shipped: 7 },
  reason: null,
  original_run_id: null,
};

const step = (name: string, from: number, to: number | null, more: Partial<StepV1Answer> = {}): StepV1Answer => ({
  id: name,
  name,
  op: "StepRun",
  status: "Completed",
  attempts: 1,
  queued_at: at(from),
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  wakes_at: null,
  retry_at: null,
  failed_attempts: [],
  metadata: [],
  ...more,
});

const failure = (attempt: number, from: number, to: number, retry: number | null) => ({
  attempt,
  started_at: at(from),
  ended_at: at(to),
  error: { name: "Error", message: "terminal\nbusy" },
  retry_at: retry === null ? null : at(retry),
});

const render = (of: RunV1Answer, steps: StepV1Answer[], width = 80, now = 20_000): string =>
  `\n${renderTimeline(of, steps, { colors: plain, width, now: begin + now }).join("\n")}`;

describe("renderTimeline", () => {
  it("shows what is known about a step under it, and about the run before its output", () => {
    const said = { kind: "inngest.ai", scope: "step", values: { response_model: "gpt-4o", output_tokens: 3 } } as const;
    const shown = render({ ...run, metadata: [{ kind: "userland.grade", scope: "run", values: { n: 1 } }] }, [
      step("ask", 0, 1000, { metadata: [said] }),
    ]);
    expect(shown).toMatch(/\n {2}ask .*\n {4}ai {2}gpt-4o {2}3 tokens out\n/);
    expect(shown).toMatch(/\n {2}metadata\n {2}userland\.grade: n=1\n\n {2}output\n/);
  });

  it("draws steps, sleeps, retries and parallel steps over time", () => {
    const steps = [
      step("reserve-stock", 0, 1000),
      step("cool-down", 1000, 3000, { op: "Sleep", started_at: null, wakes_at: at(3000) }),
      step("charge-card", 3000, 7000, { attempts: 2, failed_attempts: [failure(0, 3000, 4000, 6000)] }),
      step("mail-customer", 7000, 10_000),
      step("mail-warehouse", 7000, 8500),
    ];
    expect(render(run, steps)).toMatchInlineSnapshot(`
      "

        shop-place-order  ✓ completed in 10s

        run      01M80R187WJ2DMJ17EGEZM5JX1
        event    01M80R187WJ2DMJ17EGEZM5JWZ
        queued   14:03:07

                        0                                10s
        reserve-stock   ████                                  1.0s
        cool-down          ░░░░░░░░                           slept 2.0s
        charge-card               ×××××······█████            4.0s, 2 attempts
          × attempt 1: terminal busy
        mail-customer                            ███████████  3.0s
        mail-warehouse                           ██████       1.5s

        output
        {
          "shipped": 7
        }
      "
    `);
  });

  it("shows a failed run, its last error and the body's own failed tries", () => {
    const failed: RunV1Answer = {
      ...run,
      status: "Failed",
      output: { name: "TypeError", message: "no such card" },
      failed_attempts: [failure(0, 9000, 10_000, null)],
    };
    const steps = [
      step("charge-card", 0, 9000, {
        status: "Failed",
        attempts: 2,
        failed_attempts: [failure(0, 0, 1000, 8000), failure(1, 8000, 9000, null)],
      }),
    ];
    expect(render(failed, steps)).toMatchInlineSnapshot(`
      "

        shop-place-order  ✗ failed after 10s

        run      01M80R187WJ2DMJ17EGEZM5JX1
        event    01M80R187WJ2DMJ17EGEZM5JWZ
        queued   14:03:07

                      0                                  10s
        charge-card   ××××··························×××××     failed, 2 attempts
          × attempt 1: terminal busy
          × attempt 2: terminal busy

        function
        × attempt 1: terminal busy

        error
        TypeError: no such card
      "
    `);
  });

  it("shows what goes on: sleeping, waiting for a retry, running", () => {
    const running: RunV1Answer = { ...run, status: "Running", ended_at: null, output: null };
    const steps = [
      step("nap", 0, null, { op: "Sleep", status: "Sleeping", started_at: null, wakes_at: at(60_000) }),
      step("flaky", 0, null, {
        status: "Retrying",
        retry_at: at(30_000),
        failed_attempts: [failure(0, 0, 1000, 30_000)],
      }),
      step("slow", 5000, null, { status: "Planned" }),
    ];
    expect(render(running, steps)).toMatchInlineSnapshot(`
      "

        shop-place-order  ▶ running for 20s

        run      01M80R187WJ2DMJ17EGEZM5JX1
        event    01M80R187WJ2DMJ17EGEZM5JWZ
        queued   14:03:07

                      0                                  20s
        nap           ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  until 14:04:07
        flaky         ××····································  again in 10s
          × attempt 1: terminal busy
        slow                   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  running
      "
    `);
  });

  it("says when there are no steps, and that a run is queued", () => {
    const queued: RunV1Answer = {
      ...run,
      status: "Queued",
      started_at: null,
      ended_at: null,
      output: null,
      event_id: null,
    };
    expect(render(queued, [])).toContain("No steps yet.");
    expect(render(queued, [])).toContain("● queued");
  });

  it.each([60, 80, 120, 200])("fits into %d columns", (width) => {
    const long = "a-step-with-a-name-that-goes-on-and-on-for-ever";
    const steps = [
      step(long, 0, 4000, { attempts: 2, failed_attempts: [{ ...failure(0, 0, 1, 2), error: "x".repeat(300) }] }),
    ];
    const lines = render({ ...run, output: "y".repeat(300) }, steps, width).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  });

  it("cuts a long output and says how to see it whole", () => {
    const output = Array.from({ length: 50 }, (_, index) => index);
    expect(render({ ...run, output }, [])).toContain("… 32 more lines: --json prints all");
  });

  it("draws a run of no length", () => {
    expect(render({ ...run, ended_at: at(0) }, [step("quick", 0, 0)])).toContain("█");
  });
});
