/**
 * The values of conditions and what operators make of them: numbers of any kind mix, a missing field is null.
 * Used by the files beside it. Pure; knows nothing of how a condition is written.
 * See docs/flow-control.md#keys-and-conditions.
 */

/** Why a condition has no value: told to its author. */
export class ExpressionFault extends Error {
  override readonly name = "ExpressionFault";
}

/** A moment, in milliseconds since 1970. */
export class Timestamp {
  readonly ms: number;
  constructor(ms: number) {
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw new ExpressionFault("a time lies out of range");
    this.ms = ms;
  }
}

/** A length of time, in milliseconds. */
export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** What `type(x)` gives. */
export class TypeName {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Fields = Record<string, unknown>;

const scalarTypes: Readonly<Record<string, string>> = {
  bigint: "int",
  number: "double",
  boolean: "bool",
  string: "string",
};

/** Name of a value's type, as `type(x)` gives it. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  const scalar = scalarTypes[typeof value];
  if (scalar !== undefined) return scalar;
  if (Array.isArray(value)) return "list";
  if (value instanceof Timestamp) return "timestamp";
  if (value instanceof Duration) return "duration";
  if (value instanceof TypeName) return "type";
  return value instanceof Uint8Array ? "bytes" : "map";
}

export function isFields(value: unknown): value is Fields {
  return typeOf(value) === "map";
}

/** A field, or null when there is none. Never one that the language itself put there, such as `constructor`. */
export function fieldOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return typeof key === "string" ? null : (value[toIndex(key)] ?? null);
  if (!isFields(value)) return null;
  const name = typeof key === "string" ? key : String(key);
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function toIndex(key: unknown): number {
  const index = typeof key === "bigint" ? Number(key) : key;
  return typeof index === "number" && Number.isInteger(index) && index >= 0 ? index : -1;
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : Number(left > right);
}

/** As JSON has it: numbers are equal across their kinds, other values only within theirs. `charge` pays for deep values. */
export function equal(left: unknown, right: unknown, charge: (cost: number) => void): boolean {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (left === right) return true;
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === "list") return equalLists(left as unknown[], right as unknown[], charge);
  if (type === "map") return equalMaps(left as Fields, right as Fields, charge);
  if (type === "timestamp") return (left as Timestamp).ms === (right as Timestamp).ms;
  if (type === "duration") return (left as Duration).ms === (right as Duration).ms;
  if (type === "type") return (left as TypeName).text === (right as TypeName).text;
  return type === "bytes" && Buffer.compare(left as Uint8Array, right as Uint8Array) === 0;
}

function equalLists(left: unknown[], right: unknown[], charge: (cost: number) => void): boolean {
  charge(left.length);
  return left.length === right.length && left.every((item, index) => equal(item, right[index], charge));
}

function equalMaps(left: Fields, right: Fields, charge: (cost: number) => void): boolean {
  const keys = Object.keys(left);
  charge(keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key], charge));
}

/** Of a text that is a number; null when it is none. */
function numberOf(text: string): number | null {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(number) ? null : number;
}

/**
 * Below 0, 0 or above 0. Null when there is no order between the two, as with a missing field: then no comparison holds.
 * A text beside a number counts as the number that it spells, or else the two are compared as texts.
 */
export function compare(left: unknown, right: unknown): number | null {
  if (left === null || right === null) return null;
  if (isNumber(left) && isNumber(right)) return order(left, right);
  if (typeof left === "string" && typeof right === "string") return order(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return order(Number(left), Number(right));
  if (isNumber(left) && typeof right === "string") return compareMixed(left, right);
  if (typeof left === "string" && isNumber(right)) return -compareMixed(right, left);
  if (left instanceof Timestamp && right instanceof Timestamp) return order(left.ms, right.ms);
  if (left instanceof Duration && right instanceof Duration) return order(left.ms, right.ms);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  throw new ExpressionFault(`${typeOf(left)} and ${typeOf(right)} cannot be compared`);
}

function compareMixed(number: number | bigint, text: string): number {
  const other = numberOf(text);
  return other === null ? order(String(number), text) : order(Number(number), other);
}

function order<Kind extends number | bigint | string>(left: Kind, right: Kind): number {
  return left < right ? -1 : Number(left > right);
}
