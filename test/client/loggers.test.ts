import { afterEach, describe, expect, it, vi } from "vitest";
import { ConsoleLogger, type Logger, ProxyLogger } from "../../src/index.ts";

const METHODS = ["debug", "info", "warn", "error"] as const;
afterEach(() => vi.restoreAllMocks());

const say = (logger: Logger): void => {
  for (const method of METHODS) logger[method](method, 1);
};

describe("ConsoleLogger", () => {
  it.each([
    [undefined, ["info", "warn", "error"]],
    ["debug", [...METHODS]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
    ["fatal", ["error"]],
    ["silent", []],
  ] as const)("at %s writes %j", (level, expected) => {
    const written: string[] = [];
    for (const method of METHODS) {
      vi.spyOn(console, method).mockImplementation((...args) => void (args[1] === 1 && written.push(args[0])));
    }
    say(new ConsoleLogger(level === undefined ? {} : { level }));
    expect(written).toEqual(expected);
  });

  it("takes a level that is none for info", () => {
    expect(new ConsoleLogger({ level: "loud" as never })).toBeInstanceOf(ConsoleLogger);
  });
});

describe("ProxyLogger", () => {
  it("writes only while it is enabled", () => {
    const written: unknown[] = [];
    const write = (...args: unknown[]): void => void written.push(args[0]);
    const logger = new ProxyLogger({ debug: write, info: write, warn: write, error: write });
    say(logger);
    expect(written).toEqual([]);
    logger.enable();
    say(logger);
    logger.disable();
    say(logger);
    expect(written).toEqual([...METHODS]);
  });

  it("waits for a logger that says when it has written", async () => {
    const flush = vi.fn(async () => {});
    await new ProxyLogger({ ...console, flush } as Logger).flush();
    expect(flush).toHaveBeenCalledOnce();
    await new ProxyLogger(console).flush();
  });
});
