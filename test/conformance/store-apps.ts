import { expect, test } from "vitest";
import { cronItemId } from "../../server/src/domain/queue/cron-item-id.ts";
import type { AppSync } from "../../server/src/domain/transition.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeApp, makeFunction, makeItem, t0, toItem, write } from "./store-records.ts";

const cron = (id: string, name: string, dueAt: number = t0 + 60_000) =>
  makeItem(id, { kind: "cron", functionId: `function-shop-${name}`, dueAt, payload: "* * * * *" });

const sync = (fields: Partial<AppSync> = {}) =>
  write({ sync: { app: makeApp("shop"), functions: [], crons: [], ...fields } });

export function testApps(open: OpenStore): void {
  test("a sync keeps app, functions and crons as they were given", async () => {
    const { store } = await openForTest(open);
    const app = makeApp("shop", { appVersion: "1.2" });
    const triggers = [{ event: "a/b", expression: "event.data.n > 1" }, { cron: "* * * * *" }];
    const functions = [makeFunction("shop", "b", { triggers }), makeFunction("shop", "a", { retries: 0 })];
    const result = await mustCommit(store, sync({ app, functions, crons: [cron("C1", "a")] }));
    expect(result.nextDueAt).toBe(t0 + 60_000);
    expect(await store.listApps()).toEqual([app]);
    const stored = await store.listFunctions();
    expect(stored).toHaveLength(2);
    expect(stored).toEqual(expect.arrayContaining(functions));
    expect(await leaseAll(store, t0 + 60_000)).toEqual([toItem(cron("C1", "a"), 1)]);
  });

  test("a second sync keeps ids and createdAt, and takes the rest", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, sync({ functions: [makeFunction("shop", "a")] }));
    const app = makeApp("shop", {
      id: "other-id",
      url: "http://127.0.0.1:4000/",
      sdk: "js:v9",
      framework: "node",
      appVersion: "2",
      checksum: "checksum-2",
      syncedAt: t0 + 10,
      createdAt: t0 + 10,
    });
    const changed = makeFunction("shop", "a", { id: "other-id", createdAt: t0 + 10 });
    await mustCommit(
      store,
      sync({ app, functions: [changed], crons: [{ ...cron("C1", "a"), functionId: "other-id" }] }),
    );
    expect(await store.listApps()).toEqual([{ ...app, id: "app-shop", createdAt: t0 }]);
    expect(await store.listFunctions()).toEqual([makeFunction("shop", "a")]);
    const [item] = await leaseAll(store, t0 + 60_000);
    expect(item?.functionId).toBe("function-shop-a");
  });

  test("version counts the syncs that changed a function's definition", async () => {
    const { store } = await openForTest(open);
    const syncWith = async (fields: Parameters<typeof makeFunction>[2]) => {
      await mustCommit(store, sync({ functions: [makeFunction("shop", "a", { version: 40, ...fields })] }));
      return (await store.listFunctions())[0]?.version;
    };
    expect(await syncWith({})).toBe(1);
    expect(await syncWith({ createdAt: t0 + 5 })).toBe(1);
    expect(await syncWith({ name: "new name" })).toBe(2);
    expect(await syncWith({ name: "new name", retries: 1 })).toBe(3);
    expect(await syncWith({ name: "new name", retries: 1, url: "http://127.0.0.1:5000" })).toBe(4);
    expect(await syncWith({ name: "new name", retries: 1, url: "http://127.0.0.1:5000", triggers: [] })).toBe(5);
    expect(await syncWith({ name: "new name", retries: 1, url: "http://127.0.0.1:5000", triggers: [] })).toBe(5);
  });

  test("functions that a sync no longer lists become archived, and come back", async () => {
    const { store } = await openForTest(open);
    const [a, b] = [makeFunction("shop", "a"), makeFunction("shop", "b")];
    const other = makeFunction("other", "a");
    await mustCommit(store, write({ sync: { app: makeApp("other"), functions: [other], crons: [] } }));
    await mustCommit(store, sync({ functions: [a, b] }));
    const archivedAt = async () =>
      Object.fromEntries((await store.listFunctions()).map((record) => [record.slug, record.archivedAt]));
    await mustCommit(store, sync({ app: makeApp("shop", { syncedAt: t0 + 7 }), functions: [a] }));
    expect(await archivedAt()).toEqual({ "other-a": null, "shop-a": null, "shop-b": t0 + 7 });
    await mustCommit(store, sync({ app: makeApp("shop", { syncedAt: t0 + 8 }), functions: [a] }));
    expect(await archivedAt()).toMatchObject({ "shop-b": t0 + 7 });
    await mustCommit(store, sync({ app: makeApp("shop", { syncedAt: t0 + 9 }), functions: [b] }));
    expect(await archivedAt()).toEqual({ "other-a": null, "shop-a": t0 + 9, "shop-b": null });
    expect((await store.listFunctions()).find((record) => record.slug === "shop-b")?.version).toBe(1);
  });

  test("crons: new ones are put, known ones keep their due time and lease, others leave", async () => {
    const { store } = await openForTest(open);
    const functions = [makeFunction("shop", "a"), makeFunction("shop", "b")];
    await mustCommit(
      store,
      write({ puts: [cron("foreign", "x", t0), makeItem("sleep", { functionId: "function-shop-a" })] }),
    );
    await mustCommit(store, sync({ functions, crons: [cron("C1", "a", t0 + 1), cron("C2", "b"), cron("C3", "b")] }));
    const leased = await store.lease({ now: t0 + 1, leaseUntil: t0 + 90_000, limit: 10 });
    expect(leased.map((item) => item.id)).toEqual(["foreign", "sleep", "C1"]);
    const second = sync({
      functions: [makeFunction("shop", "a")],
      crons: [cron("C1", "a", t0 + 500), cron("C4", "a", t0 + 700)],
    });
    expect((await mustCommit(store, second)).nextDueAt).toBe(t0 + 700);
    expect((await leaseAll(store, t0 + 61_000)).map((item) => item.id)).toEqual(["C4"]);
    const tick = { kind: "retry", attempt: 0, dueAt: t0 + 62_000 } as const;
    expect(await mustCommit(store, { lease: tokenOf(leased[2]), settle: tick })).toMatchObject({
      nextDueAt: tick.dueAt,
    });
  });

  test("a cron that was dropped and is served again has an item of its own: who worked on the one before is refused", async () => {
    const { store } = await openForTest(open);
    const functions = [makeFunction("shop", "a")];
    const born = (birth: string) => ({ ...cron(cronItemId("function-shop-a", "* * * * *", birth), "a", t0) });
    await mustCommit(store, sync({ functions, crons: [born("1"), born("2")] }));
    const [lost, ...others] = await leaseAll(store);
    expect(others).toEqual([]);
    await mustCommit(store, sync({ functions, crons: [born("3")] }));
    expect(await leaseAll(store)).toEqual([]);
    await mustCommit(store, sync({ functions, crons: [] }));
    await mustCommit(store, sync({ functions, crons: [born("4")] }));
    const [held] = await leaseAll(store);
    expect(held).toMatchObject({ kind: "cron", fence: 1 });
    expect(await store.commit({ lease: tokenOf(lost), puts: [makeItem("twice")] })).toEqual({
      ok: false,
      reason: "stale",
    });
    expect(await store.extend([tokenOf(lost)], t0 + 60_000)).toEqual([tokenOf(lost)]);
    expect(await store.commit({ lease: tokenOf(held) })).toMatchObject({ ok: true });
  });

  test("an app that is removed leaves its functions archived and takes its crons along", async () => {
    const { store } = await openForTest(open);
    await mustCommit(
      store,
      write({ sync: { app: makeApp("other"), functions: [makeFunction("other", "a")], crons: [] } }),
    );
    const functions = [makeFunction("shop", "a"), makeFunction("shop", "b")];
    await mustCommit(store, sync({ functions, crons: [cron("C1", "a")] }));
    await mustCommit(store, sync({ functions: functions.slice(0, 1), crons: [cron("C1", "a")] }));
    await mustCommit(store, write({ removeApp: { appId: "app-shop", at: t0 + 77 } }));
    expect((await store.listApps()).map((app) => app.name)).toEqual(["other"]);
    const archivedAt = (await store.listFunctions()).map((record) => [record.slug, record.archivedAt]);
    expect(new Map(archivedAt as [string, number | null][])).toEqual(
      new Map([
        ["other-a", null],
        ["shop-a", t0 + 77],
        ["shop-b", t0],
      ]),
    );
    expect(await store.nextDueAt()).toBeNull();
    await mustCommit(store, write({ removeApp: { appId: "none", at: t0 } }));
    await mustCommit(store, sync({ functions }));
    expect((await store.listFunctions()).every((record) => record.archivedAt === null)).toBe(true);
  });
}

/** What tells engines that what they know of apps is old. */
export function testRegistryVersion(open: OpenStore): void {
  test("a sync changes the registry's version, and a commit that rests on another version writes nothing", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, sync());
    await mustCommit(store, write({}));
    const before = store.registryVersion();
    const rests = (registry: number) => store.commit(write({ registry, puts: [makeItem(`I${registry}`)] }));
    expect(await rests(before)).toMatchObject({ ok: true });
    await mustCommit(store, sync({ functions: [makeFunction("shop", "a")] }));
    expect(await rests(before)).toEqual({ ok: false, reason: "registry-moved" });
    expect(store.registryVersion()).not.toBe(before);
    expect(await rests(store.registryVersion())).toMatchObject({ ok: true });
    expect(await leaseAll(store)).toHaveLength(2);
  });

  test("an item is found by its id while it is in the queue", async () => {
    const { store } = await openForTest(open);
    const item = makeItem("I1", { runId: "R1" });
    await mustCommit(store, write({ puts: [item] }));
    expect(await store.getItem("I1")).toEqual(toItem(item, 0));
    const [leased] = await leaseAll(store);
    expect(await store.getItem("I1")).toEqual(leased);
    await mustCommit(store, { lease: tokenOf(leased) });
    expect(await store.getItem("I1")).toBeNull();
  });
}
