import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isInternalEventName, isOpcode, opcodes, packageVersion } from "../../src/protocol/index.ts";

describe("protocol", () => {
  it("knows its opcodes, and nothing else", () => {
    for (const op of opcodes) expect(isOpcode(op)).toBe(true);
    for (const other of ["", "steprun", "constructor", null, 5]) expect(isOpcode(other)).toBe(false);
  });

  it("keeps names that begin with inngest/ for the engine", () => {
    expect(["inngest/function.failed", "INNGEST/x"].map(isInternalEventName)).toEqual([true, true]);
    expect(["inngest", "app/inngest/x", ""].map(isInternalEventName)).toEqual([false, false, false]);
  });

  it("announces the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(packageVersion).toBe(version);
  });
});
