/** What sets hold that cover several commits, or rows that another node has locked. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createLane, type Lane } from "../../../server/src/domain/queue/lane.ts";
import { applyGroup, applyTransition } from "../../../server/src/rules/apply-transition.ts";
import type { Source } from "../../../server/src/rules/source.ts";
import { forgetLanes } from "../../../server/src/rules/turns/forget-lanes.ts";
import { leaseDue } from "../../../server/src/rules/turns/lease-due.ts";
import { openWorkingSet, type WorkingSet } from "../../../server/src/rules/working-set.ts";
import { claim, inLane, slot } from "../../conformance/lane-records.ts";
import { endOfRun, makeApp, makeEvent, makePlan, makeStart, t0, write } from "../../conformance/store-records.ts";
import { makeWait } from "../../conformance/store-waits.ts";
import { arraySource, emptyTables, type Tables } from "./array-source.ts";
import { applyChanges } from "./array-writer.ts";

const options = { virtualTime: 0, registryVersion: null };
const limited = createLane("function-1", [slot("one", 1)]);

function decide<T>(tables: Tables, work: (set: WorkingSet) => T, given: Partial<Source> = {}): T {
  const set = openWorkingSet({ ...arraySource(tables), ...given }, options);
  const result = work(set);
  applyChanges(tables, set.changes());
  return result;
}

const put = (id: string, lane: Lane) => ({ transition: write({ puts: [inLane(id, lane)] }), claim: claim(1) });

test("lanes have one turn for a group: what it gives goes to those whose claims have room", () => {
  const tables = emptyTables();
  const two = createLane("function-1", [slot("two", 2)]);
  const results = decide(tables, (set) =>
    applyGroup(set, [put("a", two), { transition: write({ puts: [inLane("b", two)] }) }, put("c", two), put("d", two)]),
  );
  expect(results.map((result) => (result.ok ? result.claimed.map(({ id }) => id) : result.reason))).toEqual([
    ["a"],
    [],
    ["c"],
    [],
  ]);
  expect(tables.slots).toEqual([{ key: "two", used: 2 }]);
  expect(tables.lanes).toMatchObject([{ state: "full", blockedOn: "two", blockedLimit: 2, vtime: 2 }]);
});

test("a member that is refused leaves nothing behind, and the others do not notice", () => {
  const tables = emptyTables();
  const stale = { lease: { itemId: "gone", fence: 1 }, puts: [inLane("x", limited)] };
  const results = decide(tables, (set) =>
    applyGroup(set, [put("a", limited), { transition: stale }, { transition: write({ openRun: "R1" }) }]),
  );
  expect(results).toMatchObject([{ ok: true }, { ok: false, reason: "stale" }, { ok: false, reason: "run-ended" }]);
  expect(tables.items.map(({ item }) => item.id)).toEqual(["a"]);
});

test("a lease that an earlier member of the group has settled is lost to a later one", () => {
  const tables = emptyTables();
  const first = decide(tables, (set) => applyTransition(set, write({ starts: [makeStart("R1")] }), claim(1)));
  const [item] = first.ok ? first.claimed : [];
  const lease = { itemId: item?.id ?? "", fence: item?.fence ?? 0 };
  const end = { lease, openRun: "R1", run: endOfRun("R1") };
  const results = decide(tables, (set) => applyGroup(set, [{ transition: end }, { transition: end }]));
  expect(results).toMatchObject([{ ok: true }, { ok: false, reason: "stale" }]);
});

test("what rests on an app as it was before an earlier member of the group is refused", () => {
  const tables = emptyTables();
  const sync = write({ sync: { app: makeApp("shop"), functions: [], crons: [] } });
  const rests = write({ registry: 7, puts: [inLane("a", limited)] });
  for (const registryVersion of [7, null]) {
    const set = openWorkingSet(arraySource(tables), { virtualTime: 0, registryVersion });
    const results = applyGroup(set, [{ transition: rests }, { transition: sync }, { transition: rests }]);
    expect(results).toMatchObject([{ ok: true }, { ok: true }, { ok: false, reason: "registry-moved" }]);
  }
});

test("each start of a group forgets rate limits that say nothing any more", () => {
  const tables = emptyTables();
  const old = (n: number) => ({ key: `old ${n}`, hits: 1, tat: null, expiresAt: t0 - 1 });
  tables.rateLimits.push(...Array.from({ length: 100 }, (_, n) => old(n)));
  const members = Array.from({ length: 50 }, (_, n) => {
    const rateLimits = [{ key: `new ${n}`, limit: 1, periodMs: 1_000, mode: "sliding" as const }];
    return { transition: write({ starts: [{ ...makeStart(`R${n}`), rateLimits }] }) };
  });
  decide(tables, (set) => applyGroup(set, members));
  expect(tables.rateLimits.map(({ key }) => key).sort()).toEqual(members.map((_, n) => `new ${n}`).sort());
});

test("a lane whose items another node has locked stays in line, and the turn goes on to the next one", () => {
  const tables = emptyTables();
  const other = createLane("function-2");
  const waiting = write({ puts: [inLane("a", limited), inLane("b", other)] });
  decide(tables, (set) => applyTransition(set, waiting, claim(0)));
  const locked: Partial<Source> = {
    readyItems: ({ laneId, limit }) =>
      laneId === limited.id ? { rows: [], complete: false } : arraySource(tables).readyItems({ laneId, limit }),
  };
  const items = decide(tables, (set) => leaseDue(set, claim(5)), locked);
  expect(items.map(({ id }) => id)).toEqual(["b"]);
  expect(tables.lanes.map(({ id, state }) => [id, state])).toEqual([
    [limited.id, "in-line"],
    [other.id, "idle"],
  ]);
  expect(decide(tables, (set) => leaseDue(set, claim(5))).map(({ id }) => id)).toEqual(["a"]);
});

test("idle lanes without items are forgotten, but those that are far ahead, and throttles that hold nothing", () => {
  const tables = emptyTables();
  const idle = {
    functionId: "f",
    state: "idle",
    spec: null,
    blockedOn: null,
    blockedLimit: null,
    notBefore: null,
  } as const;
  tables.lanes.push({ ...idle, id: "f:near", vtime: 100 }, { ...idle, id: "f:ahead", vtime: 101 });
  tables.throttles.push({ key: "past", tat: t0 }, { key: "holds", tat: t0 + 1 });
  expect(decide(tables, (set) => forgetLanes(set, t0))).toEqual(["f:near"]);
  expect(tables.lanes.map(({ id }) => id)).toEqual(["f:ahead"]);
  expect(tables.throttles.map(({ key }) => key)).toEqual(["holds"]);
});

const sync = (checksum: string, createdAt = t0) =>
  write({ sync: { app: makeApp("shop", { checksum, createdAt }), functions: [], crons: [] } });

test("of two syncs of an app in one group the second counts, and the app stays what it was", () => {
  const tables = emptyTables();
  const group = [{ transition: sync("first") }, { transition: sync("second", t0 + 5) }];
  expect(decide(tables, (set) => applyGroup(set, group))).toMatchObject([{ ok: true }, { ok: true }]);
  expect(tables.apps).toMatchObject([{ id: "app-shop", checksum: "second", createdAt: t0 }]);
});

test("an app that is removed and synced in one group is a new one", () => {
  const tables = emptyTables();
  decide(tables, (set) => applyTransition(set, sync("first")));
  const removed = write({ removeApp: { appId: "app-shop", at: t0 } });
  decide(tables, (set) => applyGroup(set, [{ transition: removed }, { transition: sync("again", t0 + 5) }]));
  expect(tables.apps).toMatchObject([{ checksum: "again", createdAt: t0 + 5 }]);
});

test("a wait does not give up in the group in which an event comes that was in time", () => {
  const tables = emptyTables();
  const wait = makeWait("R1", "s", { expiresAt: t0 + 10 });
  decide(tables, (set) =>
    applyGroup(set, [
      { transition: write({ starts: [makeStart("R1")] }) },
      { transition: write({ plans: [{ ...makePlan("R1", "s"), waits: [{ wait }] }] }) },
    ]),
  );
  const event = (id: string, receivedAt: number) => ({
    transition: write({ events: [makeEvent(id, { name: wait.name, receivedAt })] }),
  });
  const givesUp = { transition: write({ openWait: wait.id, givesUp: { event: wait.name, until: wait.expiresAt } }) };
  const first = decide(tables, (set) => applyGroup(set, [event("late", t0 + 10), givesUp]), {});
  expect(first).toMatchObject([{ ok: true }, { ok: true }]);
  decide(tables, (set) => applyTransition(set, write({ plans: [{ ...makePlan("R1", "t"), waits: [{ wait }] }] })));
  const second = decide(tables, (set) => applyGroup(set, [event("in-time", t0 + 9), givesUp]));
  expect(second).toMatchObject([{ ok: true }, { ok: false, reason: "event-matching" }]);
});

test("rules wait for nothing, read no clock and draw no random numbers", () => {
  const folder = new URL("../../../server/src/rules/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const impure = files.filter((name) => {
    const code = readFileSync(new URL(name, folder), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    return /\b(?:async|await|Promise|Date|performance|setTimeout|Math\.random|randomUUID)\b/.test(code);
  });
  expect(files.length).toBeGreaterThan(20);
  expect(impure).toEqual([]);
});
