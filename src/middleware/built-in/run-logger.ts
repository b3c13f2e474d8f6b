/**
 * `ctx.logger`: the client's logger, told which run it writes for, silent while a run goes over what it did before. What it
 * writes is also kept for the engine, when that takes it. Made by the handler for each call.
 * Must never wait for a logger, nor fail a run because one fails.
 */
import type { HookLogger } from "../hooks.ts";

/** What every line carries, when the logger can have children. */
export interface RunLoggerFields {
  runID: string;
  eventName: string;
  requestId?: string;
  jobId?: string;
}

/** Takes a line. Must not throw. */
export type KeepLine = (level: string, args: readonly unknown[]) => void;

export interface RunLogger {
  logger: HookLogger;
  /** What it writes to: the client's logger, or that one's child. */
  target: HookLogger;
  /** From now on lines are written. */
  open(): void;
  /** Keeps a line that was written elsewhere, unless the logger is silent, or is the one that writes there. */
  note: KeepLine;
}

const LEVELS: ReadonlySet<unknown> = new Set(["trace", "debug", "info", "log", "warn", "error", "fatal"]);

/**
 * @param base the client's logger; one with `child` (pino, winston, bunyan) gets a child that carries `fields`.
 * @param keep is given each line that the logger's level lets through, with what its children carry before the rest.
 */
export function createRunLogger(base: HookLogger, fields: RunLoggerFields, keep?: KeepLine): RunLogger {
  let open = false;
  const note: KeepLine = (level, args) => {
    if (open) keep?.(level, args);
  };
  const gate = (logger: HookLogger, carried: readonly unknown[]): HookLogger =>
    new Proxy(logger, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (value === undefined && key === "debug") return (...args: unknown[]) => note(key, [...carried, ...args]);
        if (typeof value !== "function") return value;
        if (key === "child")
          return (...args: unknown[]) => gate(value.apply(target, args), [...carried, ...args.slice(0, 1)]);
        if (!LEVELS.has(key)) return value.bind(target);
        return (...args: unknown[]) => {
          if (!open) return;
          if (isEnabled(target, key)) note(String(key), [...carried, ...args]);
          // The console, when that is where it writes, must not be kept as well.
          open = false;
          try {
            value.apply(target, args);
          } finally {
            open = true;
          }
        };
      },
    });
  const target = childOf(base, fields);
  return {
    logger: gate(target, []),
    target,
    open: () => {
      open = true;
    },
    note,
  };
}

/** Loggers that can tell (pino, winston, our own) are asked what their level lets through. */
function isEnabled(logger: HookLogger, level: unknown): boolean {
  return (
    level === "log" || (logger as { isLevelEnabled?: (level: unknown) => unknown }).isLevelEnabled?.(level) !== false
  );
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
