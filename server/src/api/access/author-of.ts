/** Who changes something, for bodies that need not say it. Called by routes of what operators change. */
import type { ApiContext } from "../api-parts.ts";
import { identityOf } from "./identify.ts";

/** Who is signed in, or has a key of their own, need not say who they are. */
export function authorOf(c: ApiContext): { author?: string } {
  const { kind, name } = identityOf(c);
  return kind === "user" || kind === "api-key" ? { author: name } : {};
}
