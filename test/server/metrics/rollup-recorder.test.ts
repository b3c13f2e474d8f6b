import { describe, expect, it } from "vitest";
import type { RollupBatch } from "../../../server/src/domain/metrics/rollup.ts";
import type { Tally } from "../../../server/src/domain/metrics/tally.ts";
import { createRollupRecorder } from "../../../server/src/metrics/rollup-recorder.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";

const retry: Tally = { kind: "retry", functionId: "f1" };
const call: Tally = { kind: "call", functionId: "f1", appId: "a1", answer: "ok", callMs: 7 };

function start() {
  const clock = createManualClock();
  const batches: RollupBatch[] = [];
  const sweeps: object[] = [];
  const warnings: string[] = [];
  const world = { fails: false, isSlow: false, open: (): void => undefined, meanwhile: (): void => undefined };
  const store = {
    addRollups: async (batch: RollupBatch) => {
      batches.push(structuredClone(batch));
      world.meanwhile();
      if (world.isSlow) await new Promise<void>((resolve) => (world.open = resolve));
      world.isSlow = false;
      if (world.fails) throw new Error("no room");
    },
    sweepRollups: async (before: object) => sweeps.push(before),
  };
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  const logger = { debug() {}, info() {}, warn, error: warn };
  const recorder = createRollupRecorder({ store, clock, logger, writer: "w" });
  const advance = (ms: number) => clock.advance(ms, async () => void (await new Promise((done) => setImmediate(done))));
  return { clock, batches, sweeps, warnings, world, recorder, advance };
}

const retriesOf = ({ rows }: RollupBatch): unknown[] =>
  rows.map(({ unit, at, id, figures }) => [unit, at, id, figures.retries]);

describe("the recorder of rollups", () => {
  it("adds what happened in five seconds to all units, in one batch", async () => {
    const { clock, batches, recorder, advance } = start();
    const at = clock.now();
    for (let n = 0; n < 50; n += 1) recorder.count([retry, call]);
    await advance(5000);
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ writer: "w", sequence: 1 });
    const ofFunction = batches[0]?.rows.filter(({ kind }) => kind === "function") ?? [];
    expect(ofFunction.map(({ unit }) => unit)).toEqual(["minute", "hour", "day", "ever"]);
    for (const { figures } of batches[0]?.rows ?? []) expect(figures.callMs.count).toBe(50);
    expect(ofFunction[0]).toMatchObject({ at: at - (at % 60_000), figures: { retries: 50 } });
    await advance(5000);
    expect(batches).toHaveLength(1);
  });

  it("leaves what is counted while it writes to the next time, however busy the engine is", async () => {
    const { batches, recorder, world, advance } = start();
    // Ends a recorder that writes on and on.
    world.meanwhile = () => void (batches.length < 20 && recorder.count([retry]));
    recorder.count([retry, retry]);
    for (const written of [1, 2, 3]) {
      await advance(5000);
      expect(batches).toHaveLength(written);
    }
    await recorder.flush();
    expect(batches.map(({ rows }) => rows[0]?.figures.retries)).toEqual([2, 1, 1, 1]);
  });

  it("offers what the store did not take again, as it was, and the rest after it", async () => {
    const { batches, warnings, world, recorder, advance } = start();
    world.fails = true;
    recorder.count([retry]);
    await advance(5000);
    recorder.count([retry, retry]);
    world.fails = false;
    await advance(20_000);
    expect(warnings).toEqual(["Metrics could not be stored"]);
    expect(batches.map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
    expect(batches[1]?.rows).toEqual(batches[0]?.rows);
    expect(batches[2]?.rows[0]?.figures.retries).toBe(2);
  });

  it("keeps minutes apart, and puts them together by hour", async () => {
    const { batches, recorder, clock, advance } = start();
    await advance(3_600_000 - (clock.now() % 3_600_000));
    const hour = clock.now();
    recorder.count([retry]);
    const flushed = recorder.flush();
    await flushed;
    await advance(59_999);
    recorder.count([retry]);
    await advance(2);
    recorder.count([retry]);
    await recorder.flush();
    expect(batches.flatMap(retriesOf)).toEqual(
      expect.arrayContaining([
        ["minute", hour, "f1", 1],
        ["minute", hour + 60_000, "f1", 1],
        ["hour", hour, "f1", 2],
      ]),
    );
  });

  it("gives a caller of flush what was counted before, also while another one is under way", async () => {
    const { batches, recorder, world } = start();
    world.isSlow = true;
    recorder.count([retry]);
    const first = recorder.flush();
    await new Promise((done) => setImmediate(done));
    recorder.count([retry]);
    const second = recorder.flush();
    world.open();
    await Promise.all([first, second]);
    expect(batches.map(({ rows }) => rows[0]?.figures.retries)).toEqual([1, 1]);
  });

  it("stops with nothing left, and does not fail when the store does", async () => {
    const { batches, warnings, world, recorder } = start();
    recorder.count([retry]);
    await recorder.stop();
    expect(batches).toHaveLength(1);
    world.fails = true;
    recorder.count([retry]);
    await recorder.stop();
    expect(warnings).toHaveLength(1);
  });

  it("sweeps at most once an hour", async () => {
    const { sweeps, recorder, clock, advance } = start();
    for (let n = 0; n < 5; n += 1) {
      recorder.count([retry]);
      await advance(5000);
    }
    expect(sweeps).toEqual([
      {
        minute: clock.now() - 20_000 - 2 * 86_400_000,
        hour: clock.now() - 20_000 - 35 * 86_400_000,
        day: clock.now() - 20_000 - 400 * 86_400_000,
      },
    ]);
    await advance(3_600_000);
    recorder.count([retry]);
    await recorder.flush();
    expect(sweeps).toHaveLength(2);
  });
});
