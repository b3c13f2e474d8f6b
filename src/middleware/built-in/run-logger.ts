/**
 * `ctx.logger`: the client's logger, told which run it writes for, silent while a run goes over what it did before.
 * Made by the handler for each call. Must never wait for a logger, nor fail a run because one fails.
 */
import type { HookLogger } from "../hooks.ts";

/** What every line carries, when the logger can have children. */
export interface RunLoggerFields {
  runID: string;
  eventName: string;
  requestId?: string;
  jobId?: string;
}

export interface RunLogger {
  logger: HookLogger;
  /** What it writes to: the client's logger, or that one's child. */
  target: HookLogger;
  /** From now on lines are written. */
  open(): void;
}

const LEVELS: ReadonlySet<unknown> = new Set(["trace", "debug", "info", "log", "warn", "error", "fatal"]);

/** @param base the client's logger; one with `child` (pino, winston, bunyan) gets a child that carries `fields`. */
export function createRunLogger(base: HookLogger, fields: RunLoggerFields): RunLogger {
  let open = false;
  const gate = (logger: HookLogger): HookLogger =>
    new Proxy(logger, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (value === undefined && key === "debug") return () => {};
        if (typeof value !== "function") return value;
        if (key === "child") return (...args: unknown[]) => gate(value.apply(target, args));
        if (!LEVELS.has(key)) return value.bind(target);
        return (...args: unknown[]) => {
          if (open) value.apply(target, args);
        };
      },
    });
  const target = childOf(base, fields);
  return {
    logger: gate(target),
    target,
    open: () => {
      open = true;
    },
  };
}

function childOf(base: HookLogger, fields: RunLoggerFields): HookLogger {
  const { child } = base as { child?: unknown };
  if (typeof child !== "function") return base;
  try {
    return child.call(base, fields) as HookLogger;
  } catch (err) {
    base.error({ err }, "The logger's child() threw.");
    return base;
  }
}
