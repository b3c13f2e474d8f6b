import { describe, expect, it } from "vitest";
import { eventView } from "../../../../server/src/domain/event.ts";
import { lookupValue } from "../../../../server/src/domain/run/wait.ts";
import { makeEvent } from "../../../conformance/store-records.ts";

describe("lookups", () => {
  const view = eventView(
    makeEvent("E1", { id: "own", data: '{"b":{"z":1,"a":[2]},"id":7,"none":null,"s":"x"}', v: "2" }),
  );

  it.each([
    ["data.id", "7"],
    ["data.s", '"x"'],
    ["data.b", '{"a":[2],"z":1}'],
    ["data.b.z", "1"],
    ["data.b.a.0", "null"],
    ["data.b.a.length", "null"],
    ["data.none", "null"],
    ["data.none.deeper", "null"],
    ["data.missing", "null"],
    ["data.constructor", "null"],
    ["data.s.length", "null"],
    ["id", '"own"'],
    ["v", '"2"'],
    ["user", "{}"],
  ])("%s is %s", (path, value) => {
    expect(lookupValue(view, path)).toBe(value);
  });

  it("see no version where there is none", () => {
    expect(eventView(makeEvent("E1"))).not.toHaveProperty("v");
  });
});
