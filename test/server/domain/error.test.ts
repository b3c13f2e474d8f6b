import { describe, expect, it } from "vitest";
import { EngineError, isEngineError } from "../../../server/src/domain/error.ts";
import { isEnded } from "../../../server/src/domain/run/run.ts";

describe("EngineError", () => {
  it("keeps code, cause, data and whether to try again", () => {
    const cause = new Error("why");
    const error = new EngineError("store_full", "full", { cause, retryable: true, data: { path: "x" } });
    expect(error).toMatchObject({
      name: "EngineError",
      code: "store_full",
      message: "full",
      cause,
      retryable: true,
      data: { path: "x" },
    });
    expect(new EngineError("run_ended", "x")).toMatchObject({ retryable: false, data: null });
    expect("cause" in new EngineError("run_ended", "x")).toBe(false);
  });

  it("is known by its name, also from another copy of the package", () => {
    expect(isEngineError(new EngineError("run_ended", "x"))).toBe(true);
    expect(isEngineError(Object.assign(new Error("x"), { name: "EngineError", code: "run_ended" }))).toBe(true);
    expect(isEngineError(new Error("x"))).toBe(false);
    expect(isEngineError({ name: "EngineError", code: "x" })).toBe(false);
  });
});

describe("isEnded", () => {
  it("tells the three ends from the rest", () => {
    expect((["Queued", "Running", "Completed", "Failed", "Cancelled"] as const).map(isEnded)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});
