/** How queue items are stored: what is read is what was written, and what cannot be read keeps nobody from the rest. */
import { describe, expect, it } from "vitest";
import { createLane } from "../../../../server/src/domain/queue/lane.ts";
import {
  parseStoredItem,
  payloadText,
  type StoredItem,
  tickText,
} from "../../../../server/src/domain/queue/queue-codec.ts";
import type { QueuePut } from "../../../../server/src/domain/queue/queue-item.ts";
import {
  batchPut,
  bulkPut,
  cancelledPut,
  cancelPut,
  cronPut,
  debouncePut,
  discoverPut,
  matchPut,
  refusedPut,
  requestPut,
  resumePut,
  schedulePut,
  startPut,
  stepPut,
  timeoutPut,
  wakePut,
} from "../../../../server/src/domain/queue/queue-puts.ts";
import { makeRun } from "../../../conformance/store-records.ts";

const run = makeRun("R1");
const fn = { retries: 2 };
const tick = { cron: "0 * * * *", tick: 3_600_000 };
const request = { url: "http://a.test", method: "POST", headers: { a: "b" }, body: '{"x":1}' };
const waiting = { runId: "R1", stepId: "s", functionId: "f" };

const puts: QueuePut[] = [
  startPut(run, fn, { dueAt: 7, lane: createLane("f") }),
  discoverPut(run, fn, "d"),
  stepPut(run, fn, "s"),
  requestPut(run, fn, "s", { kind: "ai", request, isRace: true }),
  requestPut(run, fn, "s", { kind: "fetch", request: { ...request, body: null }, isRace: false }),
  wakePut(run, "s", 7),
  wakePut(run, "s", 7, { isRace: true }),
  wakePut(run, "s", 7, { awaited: { event: "e", until: 7 } }),
  resumePut(waiting, { memo: { data: { a: [1] } } }, 7),
  resumePut(waiting, { eventId: "E" }, 7),
  resumePut(waiting, { runId: "R2" }, 7),
  refusedPut(waiting, 'rate limited: "$&\\', 7),
  matchPut("e", { eventId: "E", upTo: 4, waitId: null }, 7),
  matchPut("e", { eventId: "E", upTo: null, waitId: "R1:s" }, 7),
  cancelPut(run, "by request", 7),
  cancelPut(run, "in bulk", 7, "job"),
  cancelledPut(run, "gave way", 7),
  timeoutPut(run, { kind: "finish", timeoutMs: 5 }, 7),
  debouncePut("f", "d", "key", 7),
  batchPut("f", "b", 7, false),
  batchPut("f", "b", 7, true),
  cronPut("f", "c", tick, 7),
  schedulePut("", "s", tick, 7),
  bulkPut("job", 7),
];

function stored(put: Omit<StoredItem, "laneId" | "fence" | "crashes" | "suspicion" | "unreachable">): StoredItem {
  return { ...put, laneId: null, fence: 1, crashes: 0, suspicion: 0, unreachable: null };
}

describe("a queue item that is stored", () => {
  it.each(puts.map((put) => [put.kind, put] as const))("is read as it was put: %s", (_kind, put) => {
    const { lane: _lane, ...fields } = put;
    const read = parseStoredItem(stored({ ...fields, payload: payloadText(put) }));
    expect(read).toEqual({ ...fields, laneId: null, fence: 1, crashes: 0, suspicion: 0, unreachable: null });
  });

  it("has an id of its own for each that may be there at once", () => {
    const ids = puts.map(({ id, kind }) => `${kind} ${id}`);
    expect(ids).toContain("cancel cancel:R1");
    expect(ids).toContain("cancel cancel:R1:job");
    expect(ids).toContain("batch b:full");
    expect(ids).toContain("match match:58e6b3a414a1e090:E");
    expect(ids).toContain("match match:58e6b3a414a1e090:E:R1:s");
  });

  it("of a cron holds the expression alone where an early release wrote it", () => {
    const old = stored({ ...bare("cron"), dueAt: 99, payload: "* * * * *" });
    expect(parseStoredItem(old)).toMatchObject({ kind: "cron", payload: { cron: "* * * * *", tick: 99 } });
    expect(parseStoredItem({ ...old, payload: tickText(tick) })).toMatchObject({ payload: tick });
  });

  it.each([
    ["a kind that is known", "promote", {}, `no items of the kind "promote"`, '{"to":1}'],
    ["a run", "start", { runId: null }, "it names no run", null],
    ["a step", "wake", { stepId: null }, "it names no step", null],
    ["a payload", "debounce", {}, "it has no payload", null],
    ["JSON", "cancel", {}, "JSON", "{"],
    ["an object", "match", {}, "its payload is no object", "[1]"],
    ["a text", "cancel", {}, "its payload has no text in reason", '{"reason":1}'],
    ["a number", "timeout", {}, "its payload has no number in timeoutMs", '{"kind":"start"}'],
    ["a known word", "timeout", {}, "its payload has none of start, finish in kind", '{"kind":"x","timeoutMs":1}'],
    ["an outcome", "resume", {}, "its payload has no text in runId", "{}"],
    ["a URL", "request", {}, "its payload has no text in url", '{"kind":"fetch"}'],
    ["a tick", "schedule", {}, "its payload has no number in tick", '{"cron":"* * * * *"}'],
  ])("without %s is kept as it is, with what is wrong with it", (_what, kind, fields, fault, payload) => {
    const item = stored({ ...bare(kind), ...fields, payload });
    const read = parseStoredItem(item);
    expect(read).toMatchObject({ id: "I1", kind: "unreadable", fence: 1, payload: { kind, text: payload } });
    expect(read.kind === "unreadable" ? read.payload.fault : "").toContain(fault);
  });
});

function bare(kind: string) {
  const fields = { id: "I1", functionId: "f", runId: "R1", stepId: "s", attempt: 0, maxAttempts: 1 };
  return { ...fields, kind, dueAt: 1, rank: 1, payload: null };
}
