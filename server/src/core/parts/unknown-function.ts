/**
 * What becomes of an item whose function is known to nobody here, although the registry is as new as the item's lease: unknown is not
 * gone. It lies in the queue until an app that serves the function is synced, at whichever engine. For handlers.
 */
import { type QueueItem, troubleOf } from "../../domain/queue/queue-item.ts";
import type { Outcome } from "./outcome.ts";
import type { Parts } from "./parts.ts";

/** Wait before it is looked for again, in milliseconds. */
const againMs = 5000;

export function unknownFunction({ clock, logger }: Pick<Parts, "clock" | "logger">, item: QueueItem): Outcome {
  const { attempt } = item;
  return {
    writes: { settle: { kind: "retry", attempt, dueAt: clock.now() + againMs, trouble: troubleOf(item) } },
    tell: () =>
      logger.warn(
        { item: item.id, run: item.runId, function: item.functionId },
        "No engine knows the function of a queue item; the item waits until its app is synced",
      ),
  };
}
