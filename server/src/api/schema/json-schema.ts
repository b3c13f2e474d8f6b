/**
 * The part of JSON Schema (2020-12) that the API is described in, and what a value breaks of it. Read by the check of requests,
 * the document and its tests. Pure.
 */
import { isUlid } from "../../domain/ids.ts";

export type JsonType = "string" | "integer" | "number" | "boolean" | "object" | "array" | "null";

export interface JsonSchema {
  /** Name by which the document speaks of it. */
  title?: string;
  /** Another one, by its title. */
  $ref?: string;
  description?: string;
  type?: JsonType | readonly JsonType[];
  enum?: readonly (string | number | boolean | null)[];
  format?: "ulid" | "date-time" | "moment" | "uri";
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: string | number | boolean;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  anyOf?: readonly JsonSchema[];
  /** What was expected, for people, where the schema alone says it badly. Not in the document. */
  expected?: string;
}

/** Where a value is wrong, and what was expected there. `path`: "" for the value itself. */
export interface Flaw {
  path: string;
  expected: string;
  /** For a field that there may not be: those that there may be. */
  fields?: readonly string[];
}

/** Schemas by their titles. */
export type Titles = Readonly<Record<string, JsonSchema>>;

const digits = /^\d{10,15}$/;

const formats: Readonly<Record<NonNullable<JsonSchema["format"]>, (text: string) => boolean>> = {
  ulid: isUlid,
  "date-time": (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
  moment: (text) => digits.test(text) || !Number.isNaN(Date.parse(text)),
  uri: (text) => URL.canParse(text),
};

const typesOf = ({ type }: JsonSchema): readonly JsonType[] =>
  type === undefined ? [] : typeof type === "string" ? [type] : type;

function isOfType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
  }
}

function rangeText(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return ` ${unit === "" ? "from" : "of"} ${least} to ${most}${unit}`;
  if (least !== undefined) return ` of at least ${least}${unit}`;
  return most === undefined ? "" : ` of at most ${most}${unit}`;
}

const names: Readonly<Record<JsonType, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "null",
};

/** What a schema expects, in a few words. */
export function expectedBy(schema: JsonSchema): string {
  if (schema.expected !== undefined) return schema.expected;
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(", ")}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(expectedBy).join(", or ");
  if (schema.$ref !== undefined) return `a ${schema.$ref}`;
  const types = typesOf(schema);
  const text = types.map((type) => names[type]).join(" or ");
  if (types.includes("array")) return text + rangeText(schema.minItems, schema.maxItems, " entries");
  if (types.includes("string")) return text + rangeText(schema.minLength, schema.maxLength, " characters");
  return (text === "" ? "something else" : text) + rangeText(schema.minimum, schema.maximum, "");
}

function isTextRight(text: string, { format, pattern, minLength = 0, maxLength = Number.MAX_VALUE }: JsonSchema) {
  if (text.length < minLength || text.length > maxLength) return false;
  if (format !== undefined && !formats[format](text)) return false;
  return pattern === undefined || new RegExp(pattern, "u").test(text);
}

const isNumberRight = (value: number, { minimum = -Infinity, maximum = Infinity }: JsonSchema): boolean =>
  value >= minimum && value <= maximum;

const at = (path: string, name: string | number): string => (path === "" ? String(name) : `${path}.${name}`);

function flawOfList(value: readonly unknown[], schema: JsonSchema, path: string, titles: Titles): Flaw | null {
  const { items, minItems = 0, maxItems = Number.MAX_VALUE } = schema;
  if (value.length < minItems || value.length > maxItems) return { path, expected: expectedBy(schema) };
  if (items === undefined) return null;
  for (const [index, item] of value.entries()) {
    const flaw = findFlaw(item, items, titles, at(path, index));
    // A list that says itself what it expects speaks for its entries.
    if (flaw !== null) return schema.expected === undefined ? flaw : { path, expected: schema.expected };
  }
  return null;
}

function flawOfObject(value: object, schema: JsonSchema, path: string, titles: Titles): Flaw | null {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const record = value as Readonly<Record<string, unknown>>;
  for (const name of required) {
    if (record[name] === undefined)
      return { path: at(path, name), expected: `${expectedBy(properties[name] ?? {})}, and it is missing` };
  }
  for (const [name, held] of Object.entries(record)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known === true || held === undefined) continue;
    if (known === false || known === undefined)
      return { path: at(path, name), expected: "left out", fields: Object.keys(properties) };
    const flaw = findFlaw(held, known, titles, at(path, name));
    if (flaw !== null) return flaw;
  }
  return null;
}

/** The first thing that is wrong with a value; null when it is as the schema says. @param value parsed JSON */
export function findFlaw(value: unknown, schema: JsonSchema, titles: Titles = {}, path = ""): Flaw | null {
  if (schema.$ref !== undefined) return findFlaw(value, titles[schema.$ref] ?? {}, titles, path);
  const wrong: Flaw = { path, expected: expectedBy(schema) };
  if (schema.anyOf !== undefined)
    return schema.anyOf.some((option) => findFlaw(value, option, titles, path) === null) ? null : wrong;
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) return wrong;
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) return wrong;
  if (typeof value === "string") return isTextRight(value, schema) ? null : wrong;
  if (typeof value === "number") return isNumberRight(value, schema) ? null : wrong;
  if (Array.isArray(value)) return flawOfList(value, schema, path, titles);
  return typeof value === "object" && value !== null ? flawOfObject(value, schema, path, titles) : null;
}
