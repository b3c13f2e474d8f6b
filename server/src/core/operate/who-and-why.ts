/**
 * What is alike in the bodies of what operators change: an object, the function that it names, who changes it and why.
 * Called by pause, limits and retention-setting. Pure.
 */
import type { KnownFunction } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import type { Registry } from "../parts/registry.ts";

export type Raw = Record<string, unknown>;

const textLength = 500;

export function invalid(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

/** `expected`: what to say of anything else. @throws EngineError `invalid_request` */
export function toRaw(body: unknown, expected: string): Raw {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Raw;
  throw invalid(expected);
}

/** @throws EngineError `invalid_request` */
export function parseText(raw: Raw, key: "reason" | "author"): string {
  const value = raw[key];
  if (typeof value === "string" && value.trim() !== "" && value.length <= textLength) return toWellFormed(value.trim());
  throw invalid(`\`${key}\` must be a text of 1 to ${textLength} characters: ${key === "reason" ? "why" : "who"}.`);
}

/** By slug or id, archived ones by id. @throws EngineError `unknown_function` */
export function findFunction(registry: Registry, name: string): KnownFunction {
  const fn = registry.functionBySlug(name) ?? registry.functionById(name);
  if (fn !== null) return fn;
  throw new EngineError(
    "unknown_function",
    `There is no function "${name}". Its id is <app>-<function>; GET /v2/functions lists those that are.`,
  );
}
