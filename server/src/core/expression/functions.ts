/**
 * Functions of conditions: those of CEL that are about values, and those that this protocol adds. Called by compile.
 * A method on a missing field does not fail: it gives false where it asks, and null where it makes something.
 * See docs/flow-control.md#keys-and-conditions.
 */
import { parseTimeString } from "stepwell/protocol";
import { toInt } from "./arithmetic.ts";
import { matchesPattern } from "./regular-expression.ts";
import type { FunctionOfConditions, Scope } from "./scope.ts";
import { textMethods } from "./text-functions.ts";
import { timeMethods } from "./time-functions.ts";
import { Duration, ExpressionFault, isFields, isNumber, Timestamp, TypeName, typeOf } from "./values.ts";

function wrongArgument(name: string, value: unknown): ExpressionFault {
  return new ExpressionFault(`${name}() cannot take ${typeOf(value)}`);
}

function toDouble(value: unknown, name: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (isNumber(number) && !Number.isNaN(number)) return Number(number);
  throw wrongArgument(name, value);
}

function toWhole(value: unknown, name: string): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Timestamp) return BigInt(Math.floor(value.ms / 1000));
  if (typeof value === "string" && /^[+-]?\d{1,20}$/.test(value)) return toInt(BigInt(value));
  const number = Math.trunc(toDouble(value, name));
  if (!Number.isFinite(number)) throw new ExpressionFault("a whole number cannot be infinite");
  return toInt(BigInt(number));
}

function toUnsigned(value: unknown): bigint {
  const whole = toWhole(value, "uint");
  if (whole < 0n) throw new ExpressionFault("uint() cannot take a negative number");
  return whole;
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (isNumber(value) || typeof value === "boolean") return String(value);
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  if (value instanceof Duration) return `${value.ms / 1000}s`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value === null) return "";
  throw wrongArgument("string", value);
}

function toBool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "1" || value === "t") return true;
  if (value === "false" || value === "0" || value === "f") return false;
  throw wrongArgument("bool", value);
}

/** Unicode characters, not code units. */
function countCharacters(scope: Scope, text: string): bigint {
  scope.budget.chargeText(text.length);
  let count = 0;
  for (const _character of text) count++;
  return BigInt(count);
}

function sizeOf(scope: Scope, value: unknown): bigint {
  if (value === null) return 0n;
  if (typeof value === "string") return countCharacters(scope, value);
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  if (!isFields(value)) throw wrongArgument("size", value);
  const { length } = Object.keys(value);
  scope.budget.charge(length);
  return BigInt(length);
}

/** A date, or a number of milliseconds or (below 10^11, which is 1973 in milliseconds) seconds since 1970. */
function toTimestamp(value: unknown, name: string): Timestamp {
  if (value instanceof Timestamp) return value;
  if (isNumber(value)) {
    const number = Number(value);
    return new Timestamp(Math.abs(number) < 1e11 ? number * 1000 : number);
  }
  if (typeof value !== "string") throw wrongArgument(name, value);
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new ExpressionFault(`${name}() cannot read "${value.slice(0, 50)}" as a date`);
  return new Timestamp(ms);
}

function toDuration(value: unknown, name: string): Duration {
  if (value instanceof Duration) return value;
  if (typeof value !== "string") throw wrongArgument(name, value);
  const sign = value.startsWith("-") ? -1 : 1;
  const ms = parseTimeString(sign === -1 ? value.slice(1) : value);
  if (ms === null)
    throw new ExpressionFault(`${name}() cannot read "${value.slice(0, 50)}" as a duration such as "1h"`);
  return new Duration(sign * ms);
}

function parseJson(scope: Scope, value: unknown): unknown {
  if (value === null) return null;
  if (typeof value !== "string") throw wrongArgument("json_parse", value);
  scope.budget.chargeText(value.length);
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new ExpressionFault("json_parse() was given a text that is no JSON", { cause });
  }
}

function onText(name: string, make: (text: string) => string): FunctionOfConditions {
  return {
    arity: [1],
    type: "dyn",
    run(scope, [value]) {
      if (value === null) return null;
      if (typeof value !== "string") throw wrongArgument(name, value);
      scope.budget.chargeText(value.length);
      return make(value);
    },
  };
}

const one = (type: string, make: (value: unknown, scope: Scope) => unknown): FunctionOfConditions => ({
  arity: [1],
  type,
  run: (scope, [value]) => make(value, scope),
});

const matches: FunctionOfConditions = {
  arity: [1],
  type: "bool",
  run(scope, [text, pattern]) {
    if (text === null) return false;
    if (typeof text !== "string" || typeof pattern !== "string") throw wrongArgument("matches", text);
    return matchesPattern(text, pattern, scope.budget);
  },
};

/** Called by name alone. */
export const globalFunctions: Readonly<Record<string, FunctionOfConditions>> = {
  lowercase: onText("lowercase", (text) => text.toLowerCase()),
  uppercase: onText("uppercase", (text) => text.toUpperCase()),
  b64decode: onText("b64decode", (text) => Buffer.from(text, "base64").toString("utf8")),
  json_parse: one("dyn", (value, scope) => parseJson(scope, value)),
  date: one("timestamp", (value) => toTimestamp(value, "date")),
  now: { arity: [0], type: "timestamp", run: (scope) => new Timestamp(scope.now) },
  now_plus: one("timestamp", (value, scope) => new Timestamp(scope.now + toDuration(value, "now_plus").ms)),
  now_minus: one("timestamp", (value, scope) => new Timestamp(scope.now - toDuration(value, "now_minus").ms)),
  size: one("int", (value, scope) => sizeOf(scope, value)),
  int: one("int", (value) => toWhole(value, "int")),
  uint: one("int", toUnsigned),
  double: one("double", (value) => toDouble(value, "double")),
  string: one("string", (value, scope) => {
    const text = toText(value);
    scope.budget.chargeText(text.length);
    return text;
  }),
  bool: one("bool", toBool),
  bytes: one("bytes", (value, scope) => {
    if (value instanceof Uint8Array) return value;
    if (typeof value !== "string") throw wrongArgument("bytes", value);
    scope.budget.chargeText(value.length);
    return new Uint8Array(Buffer.from(value, "utf8"));
  }),
  dyn: one("dyn", (value) => value),
  type: one("type", (value) => new TypeName(typeOf(value))),
  timestamp: one("timestamp", (value) => toTimestamp(value, "timestamp")),
  duration: one("duration", (value) => toDuration(value, "duration")),
  matches: { ...matches, arity: [2] },
};

/** Called on a value; the value is the first argument of `run`. */
export const methods: Readonly<Record<string, FunctionOfConditions>> = {
  ...textMethods,
  ...timeMethods,
  matches,
  size: { arity: [0], type: "int", run: (scope, [value]) => sizeOf(scope, value) },
};
