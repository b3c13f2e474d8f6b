/**
 * What is wrong with the shape of an operation, before anything is done with it. Asked by transport of answers and by checkpoint:
 * what passes here can be given to the opcodes' files, which check what it says.
 */
import { isOpcode } from "stepwell/protocol";

type Raw = Record<string, unknown>;

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): boolean => typeof value === "string";
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** Fields that may be left out or null, and what they must be otherwise. */
const fields: readonly [name: string, expected: string, holds: (value: unknown) => boolean][] = [
  ["name", "a text", isText],
  ["displayName", "a text", isText],
  ["opts", "an object", isObject],
  ["userland", "an object with a text `id`", (value) => isObject(value) && isText(value.id)],
  [
    "error",
    "an object with texts as `name` and `message`",
    (value) => isObject(value) && [value.name, value.message].every((text) => isAbsent(text) || isText(text)),
  ],
  [
    "timing",
    "an object with numbers `a` and `b`",
    (value) => isObject(value) && Number.isFinite(value.a) && Number.isFinite(value.b),
  ],
];

/** Null: nothing. `index` from 0. */
export function operationProblem(item: unknown, index: number): string | null {
  if (!isObject(item))
    return `operation ${index + 1} is ${item === null ? "null" : `a ${typeof item}`}, expected an object`;
  if (!isOpcode(item.op)) return `operation ${index + 1} has the unknown opcode ${JSON.stringify(item.op)}`;
  if (typeof item.id !== "string") return `operation ${index + 1} (${item.op}) has no id`;
  for (const [name, expected, holds] of fields) {
    if (!isAbsent(item[name]) && !holds(item[name]))
      return `operation ${index + 1} (${item.op}) has a \`${name}\` that is not ${expected}`;
  }
  return null;
}
