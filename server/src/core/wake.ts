/** The end of a sleep: the step is remembered as null and the function called again. */
import { noAdvice } from "../domain/answer.ts";
import type { QueueItem } from "../domain/queue-item.ts";
import { isEnded } from "../domain/run.ts";
import type { StepRecord } from "../domain/step.ts";
import { continuation, createDraft, runOnly } from "./decide.ts";
import { racePayload } from "./ops/sleep.ts";
import type { Parts } from "./parts.ts";
import { tellStep } from "./tell.ts";
import type { Worker } from "./worker.ts";

async function findSleep(parts: Parts, item: QueueItem): Promise<StepRecord | null> {
  const steps = item.runId === null ? [] : await parts.store.listSteps(item.runId);
  return steps.find((step) => step.id === item.stepId && step.status === "Sleeping") ?? null;
}

export async function wakeRun(parts: Parts, worker: Worker, item: QueueItem): Promise<void> {
  const lease = { itemId: item.id, fence: item.fence };
  const run = item.runId === null ? null : await parts.store.getRun(item.runId);
  const fn = parts.registry.functionById(item.functionId);
  const sleep = await findSleep(parts, item);
  if (run === null || fn === null || sleep === null || isEnded(run.status)) {
    await worker.commit({ lease }, "continues");
    return;
  }
  const now = parts.clock.now();
  const ended: StepRecord = {
    ...sleep,
    status: "Completed",
    memo: "null",
    startedAt: sleep.queuedAt,
    endedAt: now,
    attempts: 1,
  };
  const draft = createDraft(parts, { execution: runOnly(run), fn, item, calledAt: now, now }, noAdvice);
  draft.discover = true;
  draft.discoverNow = item.payload === racePayload;
  const next = continuation(parts, draft, run.requestVersion);
  await worker.commit({ lease, openRun: run.id, ends: [{ step: ended }], ...next }, "continues", () => {
    tellStep(parts, run, fn, ended, now);
  });
}
