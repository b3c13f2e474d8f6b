/** From values that JSON loses to plain ones that say what they were, and back. Pure; called by the serializer. */
import { deserializeError, serializeError } from "../../errors/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { replaceInside } from "./replace-inside.ts";

const MARK = "__stepwell";

type Kind =
  | "Date"
  | "Map"
  | "Set"
  | "BigInt"
  | "Error"
  | "URL"
  | "RegExp"
  | "Number"
  | "Bytes"
  | "undefined"
  | "Object";

/** @throws {TypeError} for a value that contains itself. */
export function toPlain(value: unknown): unknown {
  return encode(value, new Set());
}

/** Undoes {@link toPlain}; gives the value itself when there is nothing to undo. */
export function fromPlain(value: unknown): unknown {
  return replaceInside(value, (object) =>
    MARK in object ? [decode(object as { __stepwell: Kind; value: never })] : null,
  );
}

function marked(kind: Kind, value?: unknown): object {
  return value === undefined ? { [MARK]: kind } : { [MARK]: kind, value };
}

function encode(value: unknown, parents: Set<object>): unknown {
  if (value === undefined) return marked("undefined");
  if (typeof value === "bigint") return marked("BigInt", String(value));
  if (typeof value === "number" && !Number.isFinite(value)) return marked("Number", String(value));
  if (typeof value !== "object" || value === null) return value;
  if (parents.has(value)) throw new TypeError("A step returned a value that contains itself: return plain data.");
  parents.add(value);
  const encoded = encodeObject(value, (inner) => encode(inner, parents));
  parents.delete(value);
  return encoded;
}

function encodeObject(value: object, inner: (value: unknown) => unknown): unknown {
  if (value instanceof Date) return marked("Date", value.getTime());
  if (value instanceof Map)
    return marked(
      "Map",
      [...value].map(([key, held]) => [inner(key), inner(held)]),
    );
  if (value instanceof Set) return marked("Set", [...value].map(inner));
  if (value instanceof Error) return marked("Error", serializeError(value));
  if (value instanceof URL) return marked("URL", value.href);
  if (value instanceof RegExp) return marked("RegExp", [value.source, value.flags]);
  if (value instanceof Uint8Array) return marked("Bytes", toBase64(value));
  if (Array.isArray(value)) return value.map(inner);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return inner(toJSON.call(value));
  const held = Object.entries(value).filter(([, field]) => typeof field !== "function");
  const plain = Object.fromEntries(held.map(([key, field]) => [key, inner(field)]));
  return MARK in plain ? marked("Object", plain) : plain;
}

function decode({ __stepwell: kind, value }: { __stepwell: Kind; value: never }): unknown {
  switch (kind) {
    case "Date":
      return new Date(value ?? Number.NaN);
    case "Map":
      return new Map(fromPlain(value) as [unknown, unknown][]);
    case "Set":
      return new Set(fromPlain(value) as unknown[]);
    case "BigInt":
      return BigInt(value);
    case "Error":
      return deserializeError(value);
    case "URL":
      return new URL(value);
    case "RegExp":
      return new RegExp(value[0], value[1]);
    case "Number":
      return Number(value);
    case "Bytes":
      return fromBase64(value);
    case "undefined":
      return undefined;
    case "Object":
      return fromPlainFields(value);
    default:
      return { [MARK]: kind, value };
  }
}

/** The fields of an object that has the mark as a key of its own. */
function fromPlainFields(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([key, held]) => [key, fromPlain(held)]));
}
