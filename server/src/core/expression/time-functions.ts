/** Methods of timestamps and durations in conditions. For functions.ts. */
import type { FunctionOfConditions } from "./scope.ts";
import { Duration, ExpressionFault, Timestamp, typeOf } from "./values.ts";

interface CalendarTime {
  year: number;
  /** From 0. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** @throws ExpressionFault when there is no such time zone */
function calendarTime(ms: number, timeZone: string): CalendarTime {
  let parts: Intl.DateTimeFormatPart[];
  try {
    const format = new Intl.DateTimeFormat("en-u-ca-iso8601-hc-h23", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    parts = format.formatToParts(ms);
  } catch (cause) {
    throw new ExpressionFault(`there is no time zone "${timeZone.slice(0, 50)}"; use a name such as Europe/Berlin`, {
      cause,
    });
  }
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read("year"),
    month: read("month") - 1,
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
  };
}

const dayMs = 86_400_000;

const calendar: Readonly<Record<string, (time: CalendarTime) => number>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ year, month, day }) => new Date(Date.UTC(year, month, day)).getUTCDay(),
  getDayOfYear: ({ year, month, day }) => (Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / dayMs,
};

const clock: Readonly<Record<string, { of: (time: CalendarTime) => number; unitMs: number }>> = {
  getHours: { of: ({ hour }) => hour, unitMs: 3_600_000 },
  getMinutes: { of: ({ minute }) => minute, unitMs: 60_000 },
  getSeconds: { of: ({ second }) => second, unitMs: 1000 },
};

function timeMethod(name: string, run: (value: unknown, zone: string) => number | null): FunctionOfConditions {
  return {
    arity: [0, 1],
    type: "int",
    run(scope, [value, zone = "UTC"]) {
      scope.budget.charge(20);
      if (typeof zone !== "string") throw new ExpressionFault(`${name}() takes a time zone, got ${typeOf(zone)}`);
      const number = run(value, zone);
      if (number === null) throw new ExpressionFault(`${typeOf(value)} has no method ${name}()`);
      return BigInt(Math.trunc(number));
    },
  };
}

function milliseconds(value: unknown): number | null {
  if (value instanceof Timestamp) return ((value.ms % 1000) + 1000) % 1000;
  return value instanceof Duration ? value.ms % 1000 : null;
}

export const timeMethods: Readonly<Record<string, FunctionOfConditions>> = Object.fromEntries([
  ...Object.entries(calendar).map(([name, of]): [string, FunctionOfConditions] => [
    name,
    timeMethod(name, (value, zone) => (value instanceof Timestamp ? of(calendarTime(value.ms, zone)) : null)),
  ]),
  ...Object.entries(clock).map(([name, { of, unitMs }]): [string, FunctionOfConditions] => [
    name,
    timeMethod(name, (value, zone) => {
      if (value instanceof Duration) return value.ms / unitMs;
      return value instanceof Timestamp ? of(calendarTime(value.ms, zone)) : null;
    }),
  ]),
  ["getMilliseconds", timeMethod("getMilliseconds", milliseconds)],
]);
