/**
 * Keys under which flow control counts, made of the values that key expressions gave. Pure.
 * Values are hashed: a key has the same length whatever its value, and no value of an event stands in it.
 */
import { createHash } from "node:crypto";

const hashLength = 32;
const labelLength = 80;

/** Parts are told apart: ("a", "b") is not ("ab"). */
export function hashKey(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, hashLength);
}

/** For people: `event.data.tenant = "acme"`, cut off where it gets long. `text` is the value's JSON. */
export function keyLabel(expression: string, text: string): string {
  return `${expression} = ${text.length > labelLength ? `${text.slice(0, labelLength)}…` : text}`;
}
