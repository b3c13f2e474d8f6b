/**
 * Main file of the room `access`. Who may use an engine, and what is known of what they did. Made by the API over the store. Must never
 * keep, log or return a key or a password but in the answer that makes a key.
 */
import { createUlidFactory } from "../../domain/ids.ts";
import type { AccessParts } from "./access-parts.ts";
import { createKeys, type Keys } from "./keys.ts";

export interface Access {
  readonly keys: Keys;
}

export function createAccess(options: Pick<AccessParts, "store" | "clock" | "logger">): Access {
  const next = createUlidFactory(Math.random);
  const parts: AccessParts = { ...options, newId: () => next(options.clock.now()) };
  return { keys: createKeys(parts) };
}
