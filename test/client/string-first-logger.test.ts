import { describe, expect, it } from "vitest";
import { wrapStringFirstLogger } from "../../src/index.ts";

const METHODS = ["debug", "info", "warn", "error"] as const;
const error = new Error("boom");

/** A logger that needs its `this`, as classes do. */
class Recorder {
  readonly lines: unknown[][] = [];
  #write(method: string, args: unknown[]): void {
    this.lines.push([method, ...args]);
  }
  debug(...args: unknown[]): void {
    this.#write("debug", args);
  }
  info(...args: unknown[]): void {
    this.#write("info", args);
  }
  warn(...args: unknown[]): void {
    this.#write("warn", args);
  }
  error(...args: unknown[]): void {
    this.#write("error", args);
  }
}

describe("wrapStringFirstLogger", () => {
  it.each(METHODS)("puts the message first in %s", (method) => {
    const recorder = new Recorder();
    wrapStringFirstLogger(recorder)[method]({ orderId: 1 }, "paid", 3);
    expect(recorder.lines).toEqual([[method, "paid", { orderId: 1 }, 3]]);
  });

  it.each([
    [["paid", { orderId: 1 }]],
    [[{ orderId: 1 }]],
    [[{ orderId: 1 }, 2]],
    [[[1], "list"]],
    [[null, "nothing"]],
    [[error]],
    [[]],
  ])("leaves %j as it is", (args: unknown[]) => {
    const recorder = new Recorder();
    wrapStringFirstLogger(recorder).info(...args);
    expect(recorder.lines).toEqual([["info", ...args]]);
  });

  it("puts the message before an error", () => {
    const recorder = new Recorder();
    wrapStringFirstLogger(recorder).error(error, "failed");
    expect(recorder.lines).toEqual([["error", "failed", error]]);
  });
});
