import { expect, test } from "vitest";
import {
  type MetadataRecord,
  type MetadataWrite,
  metadataLimits,
  warningsKind,
} from "../../server/src/domain/run/run-metadata.ts";
import { mustCommit, type OpenStore, openForTest } from "./store-harness.ts";
import { makeStart, t0, write } from "./store-records.ts";

const said = (fields: Partial<MetadataWrite> = {}): MetadataWrite => ({
  runId: "R1",
  stepId: "a",
  attempt: null,
  kind: "k",
  op: "set",
  values: "{}",
  ...fields,
});
/** An entry of so many bytes, kind included. */
const ofSize = (bytes: number, fields: Partial<MetadataWrite> = {}): MetadataWrite => {
  const kind = fields.kind ?? "k";
  return said({ ...fields, values: `{"t":"${"x".repeat(bytes - kind.length - 8)}"}` });
};
const valuesOf = (records: MetadataRecord[]): string[] => records.map(({ kind, values }) => `${kind} ${values}`);
const sizeOf = (records: MetadataRecord[]): number =>
  records
    .filter(({ kind }) => kind !== warningsKind)
    .reduce((sum, { kind, values }) => sum + kind.length + values.length, 0);

export function testMetadata(open: OpenStore): void {
  async function openWithRuns() {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1"), makeStart("R2")] }));
    return store;
  }

  test("keeps one entry for each target and kind, with its keys in their order", async () => {
    const store = await openWithRuns();
    const metadata = [
      said({ values: '{"z":1,"a":{"y":2,"b":3}}' }),
      said({ stepId: null }),
      said({ attempt: 0 }),
      said({ kind: "other" }),
      said({ runId: "R2" }),
    ];
    await mustCommit(store, write({ metadata }));
    expect(await store.listMetadata("R1")).toEqual(metadata.slice(0, 4).map(({ op: _op, ...record }) => record));
    expect(await store.listMetadata("R3")).toEqual([]);
  });

  test("set replaces the values, merge the keys that it names; entries stand as they first came", async () => {
    const store = await openWithRuns();
    await mustCommit(store, write({ metadata: [said({ values: '{"b":{"x":1},"a":1}' }), said({ kind: "l" })] }));
    await mustCommit(store, write({ metadata: [said({ op: "merge", values: '{"c":3,"b":{"y":2}}' })] }));
    expect(valuesOf(await store.listMetadata("R1"))).toEqual(['k {"b":{"y":2},"a":1,"c":3}', "l {}"]);
    const twice = [said({ values: '{"n":1}' }), said({ op: "merge", values: '{"m":2}' })];
    await mustCommit(store, write({ metadata: [...twice, said({ kind: "new", op: "merge", values: '{"n":1}' })] }));
    expect(valuesOf(await store.listMetadata("R1"))).toEqual(['k {"n":1,"m":2}', "l {}", 'new {"n":1}']);
  });

  test("an entry that is too big is left out, its target says so, and the rest is written", async () => {
    const store = await openWithRuns();
    const most = metadataLimits.entryBytes;
    await mustCommit(store, write({ metadata: [ofSize(most), said({ kind: "l" })] }));
    const before = await store.listMetadata("R1");
    await mustCommit(store, write({ metadata: [ofSize(most + 1), said({ kind: "m" })] }));
    const after = await store.listMetadata("R1");
    expect(after.slice(0, 2)).toEqual(before);
    expect(valuesOf(after.slice(2))).toEqual([expect.stringMatching(/^stepwell\.warnings .*65537.*65536/), "m {}"]);
    expect(after[2]).toMatchObject({ stepId: "a" });
  });

  test("all entries of a run are bounded together; what gets smaller makes room", async () => {
    const store = await openWithRuns();
    const { entryBytes, runBytes } = metadataLimits;
    const full = Array.from({ length: runBytes / entryBytes }, (_, n) => ofSize(entryBytes, { stepId: `s${n}` }));
    await mustCommit(store, write({ metadata: full }));
    expect(sizeOf(await store.listMetadata("R1"))).toBe(runBytes);
    await mustCommit(store, write({ metadata: [said({ kind: "one too many" })] }));
    const records = await store.listMetadata("R1");
    expect(sizeOf(records)).toBe(runBytes);
    expect(records.at(-1)).toMatchObject({ kind: warningsKind, values: expect.stringContaining(String(runBytes)) });
    await mustCommit(
      store,
      write({ metadata: [said({ stepId: "s0" }), said({ kind: "fits" }), said({ runId: "R2" })] }),
    );
    expect((await store.listMetadata("R1")).at(-1)).toMatchObject({ kind: "fits" });
    expect(await store.listMetadata("R2")).toHaveLength(1);
  });

  test("what a run may have counts from the commit that starts it", async () => {
    const { store } = await openForTest(open);
    const { entryBytes, runBytes } = metadataLimits;
    const full = Array.from({ length: runBytes / entryBytes }, (_, n) => ofSize(entryBytes, { stepId: `s${n}` }));
    await mustCommit(store, write({ starts: [makeStart("R1")], metadata: full }));
    await mustCommit(store, write({ metadata: [said({ kind: "one too many" })] }));
    expect(sizeOf(await store.listMetadata("R1"))).toBe(runBytes);
  });

  test("is written whole with its transition or not at all, and not about a run that is gone", async () => {
    const store = await openWithRuns();
    expect((await store.commit(write({ openRun: "gone", metadata: [said()] }))).ok).toBe(false);
    expect(await store.listMetadata("R1")).toEqual([]);
    await mustCommit(store, write({ metadata: [said({ runId: "gone" })] }));
    expect(await store.listMetadata("gone")).toEqual([]);
  });

  test("takes more about a run that has ended, and goes with it", async () => {
    const { store } = await openForTest(open);
    const id = "00000000000000000000000001";
    await mustCommit(store, write({ starts: [makeStart(id)] }));
    await mustCommit(store, write({ run: { runId: id, end: { status: "Completed", endedAt: t0, output: "1" } } }));
    await mustCommit(store, write({ metadata: [said({ runId: id })] }));
    expect(await store.listMetadata(id)).toHaveLength(1);
    await store.sweep({ before: t0 + 1, limit: 10, cursor: null });
    expect(await store.getRun(id)).toBeNull();
    expect(await store.listMetadata(id)).toEqual([]);
  });
}
