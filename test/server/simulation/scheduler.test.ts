/** The scheduler of simulated worlds: its order is tried by every seed; here stands what no seed must come to. */
import { expect, test } from "vitest";
import { createDraw } from "../../../server/src/simulation/draw.ts";
import { EndlessWorldError, Scheduler } from "../../../server/src/simulation/scheduler.ts";
import { createTrace } from "../../../server/src/simulation/trace.ts";

test.each([0, 1])("a world in which every task makes another, after %i ms, is ended", async (ms) => {
  const scheduler = new Scheduler(0, createDraw(1), createTrace(1));
  const again = (): void => void scheduler.add({ at: scheduler.time + ms, owner: null, label: "again", run: again });
  again();
  await expect(scheduler.run(() => false)).rejects.toThrow(EndlessWorldError);
});
