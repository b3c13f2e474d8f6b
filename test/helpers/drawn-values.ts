/** Values of every kind that user code returns, and a print that tells them apart. For tests of what a run sees. */
import fc from "fast-check";

const keys = fc.oneof(
  fc.constantFrom(
    "zebra",
    "apple",
    "mango",
    "10",
    "9",
    "02",
    "-1",
    "__proto__",
    "",
    "é",
    "\ud800",
    "\ufffd",
    "data",
    "error",
    "type",
    "name",
    "__serialized",
  ),
  fc.string({ maxLength: 3 }),
);

const leaves = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, -0, 0, 1e21, 1e-7, 5e-324, 2 ** 53 + 2, Number.NaN, -Infinity),
  fc.double(),
  fc.string({ maxLength: 5 }),
  fc.constantFrom<unknown>("\udc00 half", "\\ud800", "😀", "\u2028", "x".repeat(5000), () => 1, Symbol("s")),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom<unknown>({ toJSON: () => ({ b: 1, a: 2 }) }, { toJSON: () => undefined }, [], {}, [[]], { "": {} }),
);

/** Objects with keys in any order, integers and `__proto__` among them. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaves, tie("array"), tie("record"), tie("record")),
  array: fc.array(tie("value"), { maxLength: 3 }),
  record: fc.array(fc.tuple(keys, tie("value")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
}));

export const drawnValue: fc.Arbitrary<unknown> = value;

/** An object that can be an event's data. */
export const drawnData: fc.Arbitrary<Record<string, unknown>> = fc
  .array(fc.tuple(keys, value), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

/** A text that is the same for values that no code can tell apart, order of keys included. */
export function print(given: unknown): string {
  if (Object.is(given, -0)) return "-0";
  if (typeof given === "string") return JSON.stringify(given);
  if (typeof given !== "object" || given === null) return String(given);
  if (Array.isArray(given)) return `[${given.map(print).join()}]`;
  const fields = Object.entries(given).map(([key, field]) => `${JSON.stringify(key)}:${print(field)}`);
  return `${given.constructor === Object || !(given.constructor instanceof Function) ? "" : given.constructor.name}{${fields.join()}}`;
}

/** What JSON leaves of a value, with texts that are Unicode: what every call must see. */
export function afterTravel(given: unknown): unknown {
  return mended(JSON.parse(JSON.stringify([given]))[0]);
}

function mended(given: unknown): unknown {
  if (typeof given === "string") return wellFormed(given);
  if (typeof given !== "object" || given === null) return given;
  if (Array.isArray(given)) return given.map(mended);
  return Object.fromEntries(Object.entries(given).map(([key, field]) => [wellFormed(key), mended(field)]));
}

const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));
