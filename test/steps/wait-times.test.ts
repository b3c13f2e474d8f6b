/** How long steps wait, in the words of the engine that reads it: never shorter than what was asked for. */
import { describe, expect, it } from "vitest";
import { setUp } from "./set-up-tools.ts";

type Time = number | "1500ms" | "1h30m" | { total(): number };

/** What each tool that waits says of a time. */
async function texts(time: Time, engine: { resolutionMs?: number }): Promise<unknown[]> {
  const { tools, calls } = setUp(null, engine);
  await tools.sleep("a", time);
  await tools.waitForEvent("b", { event: "e", timeout: time });
  await tools.waitForSignal("c", { signal: "s", timeout: time });
  await tools.invoke("d", { function: "app-f", timeout: time });
  return calls.map(({ name, opts }) => opts["timeout"] ?? name);
}

describe("sleeps, waits for events and signals, and invocations", () => {
  it.each<[Time, string, string]>([
    [1500, "1s500ms", "2s"],
    ["1500ms", "1s500ms", "2s"],
    [1, "1ms", "1s"],
    [{ total: () => 2700 }, "2s700ms", "3s"],
    [0, "0s", "0s"],
    [-5, "0s", "0s"],
    [{ total: () => -1 }, "0s", "0s"],
    ["1h30m", "1h30m", "1h30m"],
  ])("of %j are said to be %s where milliseconds are counted, else %s", async (time, exact, rounded) => {
    expect(await texts(time, { resolutionMs: 1 })).toEqual([exact, exact, exact, exact]);
    expect(await texts(time, {})).toEqual([rounded, rounded, rounded, rounded]);
  });

  it("are refused when they are too long to be counted", async () => {
    await expect(async () => setUp().tools.sleep("a", 1e300)).rejects.toThrow("that an engine can count");
  });
});
