/** The engine's log as readable lines among the activity. Made by serve when output is for people. */
import { type Logger, type LogLevel, logLevels } from "../ports/logger.ts";
import type { Colors } from "./format/colors.ts";
import { formatPreciseTime } from "./format/format-duration.ts";

function formatField(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
}

/** `now` in milliseconds since 1970. Lines below `level` are left out. */
export function createTextLogger(
  write: (line: string) => void,
  level: LogLevel,
  colors: Colors,
  now: () => number,
): Logger {
  const isShown = (line: LogLevel): boolean => logLevels.indexOf(line) >= logLevels.indexOf(level);
  const toWriter = (line: LogLevel, mark: string) => (fields: Record<string, unknown>, message: string) => {
    if (!isShown(line)) return;
    const details = Object.entries(fields).map(([key, value]) => `${key}=${formatField(value)}`);
    write(
      `${colors.dim(formatPreciseTime(now()))}  ${mark} ${[message, ...details.map((text) => colors.dim(text))].join(" ")}`,
    );
  };
  return {
    debug: toWriter("debug", colors.dim("· debug")),
    info: toWriter("info", "· info "),
    warn: toWriter("warn", colors.yellow("! warn ")),
    error: toWriter("error", colors.red("✗ error")),
  };
}
