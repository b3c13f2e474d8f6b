/**
 * Reads options of a registration and says what is wrong with them: which option, what it is, what it may be.
 * Called by parse-flow and parse-registration. Pure.
 */
import { parseTimeString } from "stepwell/protocol";
import { toWellFormed } from "../../domain/stored-json.ts";

export type RawObject = Record<string, unknown>;

const shownLength = 100;
const second = 1000;
const units: readonly [string, number][] = [
  ["d", 86_400 * second],
  ["h", 3600 * second],
  ["m", 60 * second],
  ["s", second],
];

export function isObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an option was left out. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Whether it was left out, or left empty, as languages do whose texts cannot be absent. */
export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || value === "";
}

export function fault(option: string, value: unknown, allowed: string): Error {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, shownLength);
  return new Error(`\`${option}\` must be ${allowed}, got ${shown}`);
}

/** The object that an option must be. */
export function readObject(option: string, value: unknown, example: string): RawObject {
  if (!isObject(value)) throw fault(option, value, `an object such as ${example}`);
  return value;
}

export function readCount(option: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw fault(option, value, `a whole number ${range}`);
}

export function readNumber(option: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw fault(option, value, `a number from ${min} to ${max}`);
}

/** As an author would write it: the largest unit that divides it. */
function durationText(ms: number): string {
  const [unit, unitMs] = units.find(([, size]) => ms % size === 0) ?? ["ms", 1];
  return `${ms / unitMs}${unit}`;
}

/** Whole milliseconds of a time string. */
export function readDuration(option: string, value: unknown, minMs: number, maxMs: number): number {
  const ms = typeof value === "string" ? parseTimeString(value) : null;
  if (ms !== null && ms >= minMs && ms <= maxMs) return Math.round(ms);
  const range = `from ${durationText(minMs)} to ${durationText(maxMs)}`;
  throw fault(option, value, `a length of time ${range}, such as "10s" or "1h30m"`);
}

/** Null when it was left out or left empty. */
export function readOptionalText(option: string, value: unknown, what: string): string | null {
  if (isAbsent(value)) return null;
  if (typeof value !== "string") throw fault(option, value, what);
  const text = toWellFormed(value.trim());
  return text === "" ? null : text;
}

/** A CEL expression, given to `compile`, which throws when it cannot be used. Null when it was left out or left empty. */
export function readExpression(option: string, value: unknown, compile: (text: string) => unknown): string | null {
  const text = readOptionalText(option, value, 'a CEL expression such as "event.data.userId"');
  if (text === null) return null;
  try {
    compile(text);
  } catch (error) {
    throw new Error(`\`${option}\`: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return text;
}

/** The entries of an array, or the one value that stands for an array of one. */
export function readList(option: string, value: unknown, max: number): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > max) throw new Error(`\`${option}\` has ${list.length} entries, the most is ${max}`);
  return list;
}
