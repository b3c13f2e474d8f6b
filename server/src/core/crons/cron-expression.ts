/**
 * Cron expressions: their ticks, in the time zone that they name. Pure.
 * See docs/sdk.md#functions.
 */
import { createHash } from "node:crypto";
import { Cron } from "croner";
import { EngineError } from "../../domain/error.ts";
import type { EngineLimits } from "../limits/limits.ts";

interface CronSchedule {
  /** Five fields, or an alias such as `@daily`. */
  fields: string;
  /** IANA name. */
  timeZone: string;
}

/** As the SDK takes them. */
const aliases: ReadonlySet<string> = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

function refuse(expression: string, why: string, cause?: unknown): EngineError {
  const shown = expression.length > 100 ? `${expression.slice(0, 100)}…` : expression;
  return new EngineError("invalid_registration", `cron "${shown}" ${why}`, { cause });
}

/** @throws EngineError `invalid_registration` */
function parseCron(expression: string): CronSchedule {
  const match = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(expression.trim());
  const timeZone = match?.[1] ?? "UTC";
  const fields = (match?.[2] ?? "").trim();
  if (fields.split(/\s+/).length !== 5 && !aliases.has(fields)) {
    throw refuse(
      expression,
      'must have five fields (minute hour day month weekday), e.g. "0 6 * * *" or "TZ=Europe/Berlin 0 6 * * *"',
    );
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (error) {
    const why = `names the time zone "${timeZone}", which does not exist. Use an IANA name such as Europe/Berlin`;
    throw refuse(expression, why, error);
  }
  return { fields, timeZone };
}

/** Compiled expressions, so that each is parsed once; the least recently compiled is dropped first. */
const compiled = new Map<string, Cron>();
const compiledMax = 1000;

/** @throws EngineError `invalid_registration` */
function compile(expression: string): Cron {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const { fields, timeZone } = parseCron(expression);
  try {
    // `sloppyRanges` takes "5/15", as the servers of this protocol do.
    const cron = new Cron(fields, { timezone: timeZone, paused: true, sloppyRanges: true });
    if (compiled.size >= compiledMax) compiled.delete(compiled.keys().next().value as string);
    compiled.set(expression, cron);
    return cron;
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, "");
    throw refuse(expression, `cannot be used: ${said}`, error);
  }
}

/**
 * First tick after a moment, both in milliseconds since 1970. With `limits` its length is checked too.
 * @throws EngineError `invalid_registration` when the expression is malformed or never fires
 */
export function nextTick(expression: string, after: number, limits?: Pick<EngineLimits, "triggerNameLength">): number {
  if (limits !== undefined && expression.length > limits.triggerNameLength)
    throw refuse(expression, `has more than ${limits.triggerNameLength} characters`);
  const tick = compile(expression).nextRun(new Date(after));
  if (tick === null) throw refuse(expression, "cannot be used: no date ever matches it");
  return tick.getTime();
}

/** Last tick at or before a moment. @throws EngineError `invalid_registration` */
export function lastTick(expression: string, until: number): number {
  const [tick] = compile(expression).previousRuns(1, new Date(until + 1));
  if (tick === undefined) throw refuse(expression, "cannot be used: no date before now matches it");
  return tick.getTime();
}

/** How long a tick is put off: 0 to `jitterMs`, always the same for one tick of one `seed`. */
export function jitterOf(seed: string, tick: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  const hash = createHash("sha1").update(`${seed}:${tick}`).digest().readUInt32BE(0);
  return hash % (jitterMs + 1);
}
