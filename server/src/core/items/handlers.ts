/** What is done with each kind of queue item. A kind that is missing here does not compile. Called by execute-item. */
import { type QueueItem, type QueueItemKind, type QueueItemOf, troubleOf } from "../../domain/queue/queue-item.ts";
import { executeCall } from "../call/execute-call.ts";
import { executeRequest } from "../call/http-step.ts";
import { fireCron } from "../crons/cron.ts";
import { fireSchedule } from "../crons/fire-schedule.ts";
import { fireCancel, fireTimeout } from "../end/end-run.ts";
import { workBulkJob } from "../operate/bulk-jobs.ts";
import type { Outcome, Outcomes } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { fireBatch, fireDebounce } from "../start/gathered.ts";
import { matchWaits } from "../waits/match-waits.ts";
import { resumeRun } from "../waits/resume.ts";
import { wakeRun } from "../waits/wake.ts";

/** Wait before an item that cannot be read is looked at again, in milliseconds. */
const unreadableMs = 60_000;

/** Decides, and calls the app where that is what the item is for. `signal` ends the call. */
export type Handler<K extends QueueItemKind> = (
  parts: Parts,
  item: QueueItemOf<K>,
  signal: AbortSignal,
) => Promise<Outcome> | Outcomes;

/** Lies in the queue as it is, for an engine that can read it. */
const leave: Handler<"unreadable"> = async ({ clock, logger }, item) => {
  const { payload, attempt } = item;
  return {
    writes: {
      settle: { kind: "retry", attempt, dueAt: clock.now() + unreadableMs, trouble: troubleOf(item) },
    },
    tell: () =>
      logger.error(
        { item: item.id, kind: payload.kind, fault: payload.fault },
        "A queue item cannot be read by this engine; it stays in the queue. Is a newer release at work on the same store?",
      ),
  };
};

const handlers: { readonly [K in QueueItemKind]: Handler<K> } = {
  start: executeCall,
  discover: executeCall,
  step: executeCall,
  request: executeRequest,
  wake: wakeRun,
  resume: resumeRun,
  match: matchWaits,
  cancel: fireCancel,
  timeout: fireTimeout,
  debounce: fireDebounce,
  batch: fireBatch,
  cron: fireCron,
  schedule: fireSchedule,
  bulk: workBulkJob,
  unreadable: leave,
};

function handlerOf<K extends QueueItemKind>(kind: K): Handler<K> {
  return handlers[kind];
}

export function handle(parts: Parts, item: QueueItem, signal: AbortSignal): Promise<Outcome> | Outcomes {
  return handlerOf(item.kind)(parts, item, signal);
}
