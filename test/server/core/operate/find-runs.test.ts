import { describe, expect, it, onTestFinished } from "vitest";
import { compileRunCondition, runConditionHolds } from "../../../../server/src/core/expression/run-condition.ts";
import { findRuns, matchRuns } from "../../../../server/src/core/operate/find-runs.ts";
import { lowestUlid } from "../../../../server/src/domain/ids.ts";
import type { RunRecord } from "../../../../server/src/domain/run/run.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { makeEvent, makeRun, makeStart, t0, write } from "../../../conformance/store-records.ts";

const idOf = (number: number): string => lowestUlid(t0 + number);

/** Runs numbered from 0, whose events hold the number. */
async function storeWith(count: number): Promise<Store> {
  const store = openSqliteStore({ directory: null });
  onTestFinished(() => store.close());
  const numbers = Array.from({ length: count }, (_, number) => number);
  await store.commit(
    write({
      events: numbers.map((n) => makeEvent(`E${n}`, { data: JSON.stringify({ n }) })),
      starts: numbers.map((n) => makeStart(idOf(n), { eventIds: [`E${n}`] })),
    }),
  );
  return store;
}

describe("findRuns", () => {
  it("fills a page without a condition, and says where the next begins", async () => {
    const store = await storeWith(5);
    const page = await findRuns(store, { limit: 3 }, undefined, t0);
    expect(page.runs.map(({ id }) => id)).toEqual([4, 3, 2].map(idOf));
    expect(page.cursor).toBe(idOf(2));
    const rest = await findRuns(store, { limit: 3, cursor: idOf(2) }, undefined, t0);
    expect(rest).toMatchObject({ runs: [{ id: idOf(1) }, { id: idOf(0) }], cursor: null });
  });

  it("looks on until a page of matches is full", async () => {
    const store = await storeWith(500);
    const condition = "event.data.n < 250";
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await findRuns(store, { limit: 100, ...(cursor === undefined ? {} : { cursor }) }, condition, t0);
      seen.push(...page.runs.map(({ id }) => id));
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => idOf(249 - index)));
  });

  it("gives up after many that do not match, and says where to go on", async () => {
    const store = await storeWith(2100);
    const first = await findRuns(store, { limit: 10 }, "event.data.n == 5", t0);
    expect(first).toEqual({ runs: [], cursor: idOf(100) });
    const second = await findRuns(store, { limit: 10, cursor: idOf(100) }, "event.data.n == 5", t0);
    expect(second).toMatchObject({ runs: [{ id: idOf(5) }], cursor: null });
  });
});

describe("a dear condition", () => {
  /** Counts every pair, so that it uses up what one evaluation may take. */
  const dear = "event.data.l.exists(a, event.data.l.exists(b, a + b < 0))";

  async function storeWithLists(count: number): Promise<Store> {
    const store = openSqliteStore({ directory: null });
    onTestFinished(() => store.close());
    const numbers = Array.from({ length: count }, (_, number) => number);
    const data = JSON.stringify({ l: Array.from({ length: 2_000 }, (_, n) => n) });
    const events = numbers.map((n) => makeEvent(`E${n}`, { data }));
    const starts = numbers.map((n) => makeStart(idOf(n), { eventIds: [`E${n}`] }));
    await store.commit(write({ events, starts }));
    return store;
  }

  it("ends a page early, with a cursor, instead of holding the engine up", async () => {
    const store = await storeWithLists(40);
    const first = await findRuns(store, { limit: 10 }, dear, t0);
    expect(first).toEqual({ runs: [], cursor: expect.any(String) });
    const seen = new Set([first.cursor]);
    for (let { cursor } = first; cursor !== null; ) {
      ({ cursor } = await findRuns(store, { limit: 10, cursor }, dear, t0));
      expect(seen.has(cursor)).toBe(false);
      seen.add(cursor);
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  it("lets others have their turn between runs, in bulk jobs too", async () => {
    const store = await storeWithLists(6);
    const runs = await store.listRuns({ limit: 10 });
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await matchRuns(store, runs, dear, t0);
    counting = false;
    expect(turns).toBeGreaterThanOrEqual(runs.length);
  });
});

describe("a condition on runs", () => {
  it("does not hold for a run whose event is gone", async () => {
    const store = await storeWith(1);
    const run = await store.getRun(idOf(0));
    const gone = { getEvent: async () => null };
    const runs = run === null ? [] : [run];
    expect((await matchRuns(gone, runs, "event.data.n == 0", t0)).runs).toEqual([]);
    expect((await matchRuns(gone, runs, "output == null", t0)).runs).toEqual(runs);
  });

  it("sees what a run failed with as `error`, which is null for others", async () => {
    const store = { getEvent: async () => null };
    const ended = (id: string, status: RunRecord["status"], output: unknown) =>
      makeRun(id, { status, output: JSON.stringify(output) });
    const runs = [
      ended("a", "Failed", { name: "CardError", message: "declined" }),
      ended("b", "Completed", { name: "CardError" }),
    ];
    const found = async (text: string) => (await matchRuns(store, runs, text, t0)).runs.map(({ id }) => id);
    expect(await found('error.name == "CardError"')).toEqual(["a"]);
    expect(await found("error == null")).toEqual(["b"]);
    expect(await found('output.name == "CardError"')).toEqual(["a", "b"]);
  });

  it("is no where it cannot be evaluated, or gives something else", () => {
    const holds = (text: string): boolean =>
      runConditionHolds(compileRunCondition(text), { data: { n: 1 } }, { output: null, error: null }, t0).holds;
    expect(holds("event.data.n / 0 == 1")).toBe(false);
    expect(holds("event.data.n")).toBe(false);
    expect(holds("event.data.n == 1")).toBe(true);
  });

  it.each([
    ["event.data.n ==", "cannot be used"],
    ['"text"', "it gives string"],
    ["async.data.n == 1", "cannot be used"],
    [`${"(".repeat(5000)}1`, "cannot be used"],
  ])("is refused: %.20s", (text, why) => {
    expect(() => compileRunCondition(text)).toThrow(why);
  });
});
