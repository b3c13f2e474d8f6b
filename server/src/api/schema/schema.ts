/**
 * Makes schemas that know the type of what they describe: a schema of `RunAnswer` that lacks a field does not compile. Used by
 * the descriptions of routes. Pure.
 */
import type { JsonSchema, JsonType } from "./json-schema.ts";

declare const holds: unique symbol;

/** A schema of any type. */
export interface AnySchema {
  readonly json: JsonSchema;
}

/** The type stands in it twice, so that neither a wider nor a narrower one will do. */
export interface Schema<T> extends AnySchema {
  readonly [holds]?: (value: T) => T;
}

/** Of a field that may be missing. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly isOptional: true;
}

export type Holds<S> = S extends Schema<infer T> ? T : never;

type Shape = Readonly<Record<string, AnySchema>>;
type OptionalNames<P> = { [K in keyof P]: P[K] extends { isOptional: true } ? K : never }[keyof P];
type ObjectOf<P> = { [K in Exclude<keyof P, OptionalNames<P>>]: Holds<P[K]> } & {
  [K in OptionalNames<P>]?: Holds<P[K]>;
};

type More = Omit<JsonSchema, "type" | "properties" | "required" | "items" | "enum" | "anyOf" | "$ref" | "title">;

export const text = (more: More = {}): Schema<string> => ({ json: { type: "string", ...more } });
export const integer = (more: More = {}): Schema<number> => ({ json: { type: "integer", ...more } });
export const number = (more: More = {}): Schema<number> => ({ json: { type: "number", ...more } });
export const flag = (more: More = {}): Schema<boolean> => ({ json: { type: "boolean", ...more } });
/** Whatever JSON there is. */
export const anything = (more: More = {}): Schema<unknown> => ({ json: { ...more } });
/** What was given for people to know, with any fields. */
export const anyObject = (more: More = {}): Schema<Record<string, unknown>> => ({
  json: { type: "object", additionalProperties: true, ...more },
});

/** RFC 3339. */
export const moment = (more: More = {}): Schema<string> => text({ format: "date-time", ...more });
export const ulid = (more: More = {}): Schema<string> => text({ format: "ulid", ...more });

export function oneOf<const T extends string>(values: readonly T[], more: More = {}): Schema<T> {
  return { json: { type: "string", enum: values, ...more } };
}

export function nullable<T>({ json }: Schema<T>): Schema<T | null> {
  const { type, enum: values, title, anyOf } = json;
  if (title !== undefined || anyOf !== undefined || type === undefined)
    return { json: { anyOf: [json, { type: "null" }] } };
  const types: readonly JsonType[] = typeof type === "string" ? [type] : type;
  return {
    json: { ...json, type: [...types, "null"], ...(values === undefined ? {} : { enum: [...values, null] }) },
  };
}

export const list = <T>(items: Schema<T>, more: More = {}): Schema<T[]> => ({
  json: { type: "array", items: items.json, ...more },
});

export const optional = <T>({ json }: Schema<T>): OptionalSchema<T> => ({ json, isOptional: true });

/** Fields that are not named may be there too, unless `additionalProperties` says otherwise. */
export function object<P extends Shape>(shape: P, more: More = {}): Schema<ObjectOf<P>> {
  const entries = Object.entries(shape);
  return {
    json: {
      type: "object",
      properties: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
      required: entries.filter(([, schema]) => !("isOptional" in schema)).map(([name]) => name),
      ...more,
    },
  };
}

export function either<A, B>(left: Schema<A>, right: Schema<B>, more: More = {}): Schema<A | B> {
  return { json: { anyOf: [left.json, right.json], ...more } };
}

/** One that the document has once, under this name. */
export function named<T>(title: string, { json }: Schema<T>): Schema<T> {
  return { json: { ...json, title } };
}

/** One that is named, from within itself. */
export const self = <T>(title: string): Schema<T> => ({ json: { $ref: title } });
