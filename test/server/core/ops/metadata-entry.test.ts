import type { Operation } from "stepwell/protocol";
import { describe, expect, it } from "vitest";
import type { Draft } from "../../../../server/src/core/ops/draft.ts";
import { metadataOf } from "../../../../server/src/core/ops/metadata-entry.ts";
import { warningsKind } from "../../../../server/src/domain/run/run-metadata.ts";

const draft = { execution: { run: { id: "R1" }, ended: [{ id: "b" }] } } as unknown as Draft;
const of = (metadata: unknown, fields: Partial<Operation> = {}) =>
  metadataOf(draft, { op: "StepRun", id: "a", ...fields, metadata } as Operation);
const entry = { kind: "k", scope: "step", op: "set", values: { b: 1, a: 2 } };

const deepValues = (): Record<string, unknown> => {
  let value: Record<string, unknown> = {};
  for (let depth = 0; depth < 20_000; depth++) value = { value };
  return value;
};

describe("metadataOf", () => {
  it("reads what an operation says of its step and its run", () => {
    expect(of([entry, { ...entry, scope: "run", op: "merge" }, { ...entry, scope: undefined }])).toEqual([
      { runId: "R1", stepId: "a", attempt: null, kind: "k", op: "set", values: '{"b":1,"a":2}' },
      { runId: "R1", stepId: null, attempt: null, kind: "k", op: "merge", values: '{"b":1,"a":2}' },
      { runId: "R1", stepId: "a", attempt: null, kind: "k", op: "set", values: '{"b":1,"a":2}' },
    ]);
    expect(of(undefined)).toEqual([]);
    expect(of(null)).toEqual([]);
    expect(of([entry], { op: "RunComplete" })).toMatchObject([{ stepId: null }]);
    expect(of([entry], { id: "b" })).toEqual([]);
  });

  it.each([
    ["no list", "text", /expected an array/],
    ["no object", [7], /is 7, expected \{kind/],
    ["without a kind", [{ ...entry, kind: "" }], /`kind`.*text/],
    ["with a long kind", [{ ...entry, kind: "k".repeat(256) }], /1 to 255/],
    ["that is none at all", [undefined], /is nothing, expected \{kind/],
    ["with values that are too deep", [{ ...entry, values: deepValues() }], /"k" cannot be kept\. /],
    ["with an unknown op", [{ ...entry, op: "append" }], /"k" is "append", expected set or merge/],
    ["with an unknown scope", [{ ...entry, scope: "planet" }], /"planet", expected step or run/],
    ["without values", [{ ...entry, values: [1] }], /`values` of metadata "k" are \[1\]/],
  ])("says what is wrong with an entry: %s", (_name, given, message) => {
    const [write, ...more] = of(given);
    expect(more).toEqual([]);
    expect(write).toMatchObject({ runId: "R1", stepId: "a", kind: warningsKind, op: "set" });
    expect(JSON.parse(write?.values ?? "").message).toMatch(message);
  });

  it("keeps the good entries beside a bad one, and no more than a hundred", () => {
    expect(of([entry, 7, entry]).map(({ kind }) => kind)).toEqual(["k", warningsKind, "k"]);
    const writes = of(Array.from({ length: 101 }, () => entry));
    expect(writes).toHaveLength(101);
    expect(writes[100]).toMatchObject({ kind: warningsKind, values: expect.stringContaining("101 entries") });
  });
});
