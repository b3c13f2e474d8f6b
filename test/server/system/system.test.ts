import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dialPort } from "../../../server/src/system/dial-port.ts";
import { createPinoLogger } from "../../../server/src/system/pino-logger.ts";
import { createSystemClock } from "../../../server/src/system/system-clock.ts";
import { createSystemRandom } from "../../../server/src/system/system-random.ts";

describe("createSystemClock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
  afterEach(() => void vi.useRealTimers());
  const day = 86_400_000;

  it("fires once, at its time", () => {
    const fire = vi.fn();
    createSystemClock().setTimer(1500, fire);
    vi.advanceTimersByTime(499);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(fire).toHaveBeenCalledOnce();
  });

  it("fires at once for a time that has passed", () => {
    const fire = vi.fn();
    createSystemClock().setTimer(0, fire);
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledOnce();
  });

  it("waits longer than the longest timeout", () => {
    const fire = vi.fn();
    createSystemClock().setTimer(1000 + 60 * day, fire);
    vi.advanceTimersByTime(60 * day - 1);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledOnce();
  });

  it("can be cancelled, also in its second stretch", () => {
    const fire = vi.fn();
    const clock = createSystemClock();
    clock.setTimer(1500, fire).cancel();
    const long = clock.setTimer(1000 + 60 * day, fire);
    vi.advanceTimersByTime(30 * day);
    long.cancel();
    vi.advanceTimersByTime(60 * day);
    expect(fire).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("createSystemRandom", () => {
  it("gives numbers from 0 to below 1, beyond one block", () => {
    const random = createSystemRandom();
    const numbers = Array.from({ length: 3000 }, () => random.next());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(2990);
    expect(Math.abs(numbers.reduce((sum, number) => sum + number, 0) / 3000 - 0.5)).toBeLessThan(0.05);
  });
});

describe("createPinoLogger", () => {
  it("writes JSON lines of its level, and no key", () => {
    const lines: string[] = [];
    const logger = createPinoLogger("info", { write: (line) => void lines.push(line) });
    logger.debug({}, "quiet");
    logger.warn(
      { runId: "r", signingKey: "secret", options: { eventKeys: ["secret"] }, err: new Error("boom") },
      "loud",
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("secret");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "warn",
      runId: "r",
      msg: "loud",
      err: { message: "boom" },
    });
  });
});

describe("dialPort", () => {
  it("knows open ports from closed ones", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await dialPort("127.0.0.1", port, 1000)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await dialPort("127.0.0.1", port, 1000)).toBe(false);
  });
});
