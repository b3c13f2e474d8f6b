import { describe, expect, it } from "vitest";
import type { AttemptRecord, StepRecord } from "../../../../server/src/domain/run/step.ts";
import { viewSteps } from "../../../../server/src/domain/run/step-view.ts";

const attempt = (stepId: string | null, number: number, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  runId: "r",
  stepId,
  displayName: stepId === null ? null : `name of ${stepId}`,
  attempt: number,
  startedAt: 100 * number,
  endedAt: 100 * number + 10,
  error: '{"name":"Error","message":"no"}',
  retryAt: 100 * number + 100,
  ...more,
});
const record = (id: string, more: Partial<StepRecord> = {}): StepRecord => ({
  runId: "r",
  id,
  displayName: id,
  op: "StepRun",
  status: "Completed",
  memo: "{}",
  position: 1,
  attempts: 1,
  queuedAt: 0,
  startedAt: 0,
  endedAt: 5,
  wakesAt: null,
  detail: null,
  ...more,
});
const open = { status: "Running", endedAt: null } as const;

describe("steps as people see them", () => {
  it("a step that is known by its failed attempts alone waits for the next one", () => {
    const [first, retried] = viewSteps(open, [record("a")], [attempt(null, 0), attempt("b", 0), attempt("b", 1)]);
    expect(first).toMatchObject({ id: "a", status: "Completed", retryAt: null });
    expect(retried).toMatchObject({
      id: "b",
      displayName: "name of b",
      status: "Retrying",
      attempts: 2,
      startedAt: 0,
      endedAt: null,
      retryAt: 200,
    });
  });

  it("a planned step with a failed attempt waits for the next one too; an ended one does not", () => {
    const planned = record("a", { status: "Planned", memo: null, position: null, attempts: 0, endedAt: null });
    const [first, second] = viewSteps(open, [planned, record("b")], [attempt("a", 0), attempt("b", 0)]);
    expect(first).toMatchObject({ status: "Retrying", attempts: 1, retryAt: 100 });
    expect(second).toMatchObject({ status: "Completed", retryAt: null });
    expect(viewSteps(open, [planned], [])).toEqual([{ ...planned, retryAt: null }]);
  });

  it("a run that has ended tries nothing again", () => {
    const [step] = viewSteps({ status: "Cancelled", endedAt: 900 }, [], [attempt("a", 0)]);
    expect(step).toMatchObject({ status: "Cancelled", endedAt: 900, retryAt: null });
  });
});
