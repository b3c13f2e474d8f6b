/**
 * Log lines as JSON, one object a line, behind the Logger port. Made by main and by the command line.
 * Keys that could hold a secret are blanked whatever is passed in.
 */
import { type DestinationStream, pino } from "pino";
import type { Logger, LogLevel } from "../ports/logger.ts";

const secrets = ["signingKey", "eventKey", "eventKeys", "authorization"];

/** `destination` defaults to standard output. */
export function createPinoLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: [...secrets, ...secrets.map((key) => `*.${key}`)],
  };
  const log = destination === undefined ? pino(options) : pino(options, destination);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
