import { expect, test } from "vitest";
import { type LogLine, type LogWrite, lineBytes } from "../../server/src/domain/run/run-log.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { mustCommit, type OpenStore, openForTest } from "./store-harness.ts";
import { makeStart, t0, write } from "./store-records.ts";

const line = (text: string, fields: Partial<LogLine> = {}): LogLine => ({
  at: t0,
  level: "info",
  text,
  fields: null,
  stepId: null,
  stepName: null,
  ...fields,
});
const log = (lines: LogLine[], fields: Partial<LogWrite> = {}): LogWrite => ({
  runId: "R1",
  attempt: 0,
  lines,
  leftOut: 0,
  linesMax: 100,
  bytesMax: 100_000,
  ...fields,
});
const read = async (store: Store, more: object = {}) => store.listLogs({ runId: "R1", after: 0, limit: 100, ...more });
const textsOf = async (store: Store, more: object = {}) => (await read(store, more)).lines.map(({ text }) => text);

export function testLogs(open: OpenStore): void {
  async function openWithRuns() {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1"), makeStart("R2")] }));
    return store;
  }

  test("keeps lines as they came, numbered by run, whoever writes them", async () => {
    const store = await openWithRuns();
    const full = line("über", { level: "error", fields: '{"z":1,"a":2}', stepId: "hash", stepName: "a", at: t0 - 5 });
    await mustCommit(store, write({ logs: log([full, line("")], { attempt: 3 }) }));
    await Promise.all([
      mustCommit(store, write({ logs: log([line("c"), line("d")]) })),
      mustCommit(store, write({ logs: log([line("other")], { runId: "R2" }) })),
      mustCommit(store, write({ logs: log([line("e")]) })),
    ]);
    const { lines, leftOut } = await read(store);
    expect(lines.slice(0, 2)).toEqual([
      { ...full, runId: "R1", number: 1, attempt: 3 },
      { ...line(""), runId: "R1", number: 2, attempt: 3 },
    ]);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(leftOut).toBe(0);
    expect((await read(store, { runId: "R2" })).lines).toEqual([
      { ...line("other"), runId: "R2", number: 1, attempt: 0 },
    ]);
    expect(await read(store, { runId: "R3" })).toEqual({ lines: [], leftOut: 0 });
    expect((await store.storage()).logLines).toBe(6);
  });

  test("gives a part: after a number, so many, of some levels, of a step or of none", async () => {
    const store = await openWithRuns();
    const lines = [line("a"), line("b", { level: "warn", stepId: "s" }), line("c", { level: "error" }), line("d")];
    await mustCommit(store, write({ logs: log(lines) }));
    expect(await textsOf(store, { after: 1, limit: 2 })).toEqual(["b", "c"]);
    expect(await textsOf(store, { levels: ["warn", "error"] })).toEqual(["b", "c"]);
    expect(await textsOf(store, { stepId: "s" })).toEqual(["b"]);
    expect(await textsOf(store, { stepId: null })).toEqual(["a", "c", "d"]);
    expect(await textsOf(store, { after: 4 })).toEqual([]);
  });

  test("what is more than a run may have is counted and left out", async () => {
    const store = await openWithRuns();
    await mustCommit(store, write({ logs: log([line("a"), line("b")], { linesMax: 3, leftOut: 2 }) }));
    await mustCommit(store, write({ logs: log([line("c"), line("d"), line("e")], { linesMax: 3 }) }));
    expect(await textsOf(store)).toEqual(["a", "b", "c"]);
    expect((await read(store)).leftOut).toBe(4);
    const bytesMax = lineBytes(line("12345")) * 2;
    const lines = ["12345", "123456", "12345"].map((text) => line(text));
    await mustCommit(store, write({ logs: log(lines, { runId: "R2", bytesMax }) }));
    expect(await textsOf(store, { runId: "R2" })).toEqual(["12345", "12345"]);
    expect((await read(store, { runId: "R2" })).leftOut).toBe(1);
  });

  test("what a run may have counts from the commit that starts it", async () => {
    const { store } = await openForTest(open);
    const first = log([line("a"), line("b")], { linesMax: 3, leftOut: 1 });
    await mustCommit(store, write({ starts: [makeStart("R1")], logs: first }));
    await mustCommit(store, write({ logs: log([line("c"), line("d")], { linesMax: 3 }) }));
    expect(await textsOf(store)).toEqual(["a", "b", "c"]);
    expect((await read(store)).leftOut).toBe(2);
  });

  test("is written whole with its transition or not at all, and goes with its run", async () => {
    const { store } = await openForTest(open);
    const runId = "00000000000000000000000001";
    await mustCommit(store, write({ starts: [makeStart(runId)] }));
    expect((await store.commit(write({ openRun: "gone", logs: log([line("a")], { runId }) }))).ok).toBe(false);
    await mustCommit(store, write({ logs: log([line("a")], { runId: "gone" }) }));
    expect((await store.storage()).logLines).toBe(0);
    const end = { status: "Completed", endedAt: t0, output: "1" } as const;
    await mustCommit(store, write({ logs: log([line("last")], { runId }), run: { runId, end } }));
    expect(await textsOf(store, { runId })).toEqual(["last"]);
    await store.sweep({ before: t0 + 1, limit: 10, cursor: null });
    expect((await store.storage()).logLines).toBe(0);
  });
}
