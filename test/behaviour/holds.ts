/** Handlers that wait until the test lets them go. A run that is held counts as at rest. */
import type { QueueItem } from "../../server/src/domain/queue/queue-item.ts";

export interface Holds {
  /** Called by handlers, with their context: waits until it is released. */
  hold(context: { runId: string }): Promise<void>;
  /** Lets go of the oldest. */
  release(): void;
  releaseAll(): void;
  /** How many are held. */
  size(): number;
  /** Whether each of these items is one of a held handler. */
  covers(items: readonly QueueItem[]): boolean;
}

export function createHolds(): Holds {
  const held: { runId: string; letGo: () => void }[] = [];
  let open = false;
  return {
    hold: ({ runId }) =>
      open ? Promise.resolve() : new Promise((resolve) => void held.push({ runId, letGo: resolve })),
    release() {
      const first = held.shift();
      if (first === undefined) throw new Error("nothing is held");
      first.letGo();
    },
    releaseAll() {
      open = true;
      for (const { letGo } of held.splice(0)) letGo();
    },
    size: () => held.length,
    covers(items) {
      const runIds = held.map(({ runId }) => runId);
      return items.every(({ runId }) => {
        const at = runIds.indexOf(runId ?? "");
        if (at !== -1) runIds.splice(at, 1);
        return at !== -1;
      });
    },
  };
}
