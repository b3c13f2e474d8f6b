/**
 * Gives a registration the address at which its app is called. Pure; called by sync-app.
 */
import { queryKeys } from "stepwell/protocol";
import type { ParsedRegistration } from "./parse-registration.ts";

/** A function's own address moved to its app's: what its query names stays, but for the sync that asked for it. */
function moved(functionUrl: string, address: string): string {
  const url = new URL(address);
  for (const [name, value] of new URL(functionUrl).searchParams) url.searchParams.set(name, value);
  url.searchParams.delete(queryKeys.deployId);
  return url.href;
}

/** An address without the name of the sync that asked for it; a text that is no address comes back as it is. */
function withoutDeployId(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (!url.searchParams.has(queryKeys.deployId)) return text;
  url.searchParams.delete(queryKeys.deployId);
  return url.href;
}

/** @param address where the app is called; null for where it says itself */
export function placeRegistration(parsed: ParsedRegistration, address: string | null): ParsedRegistration {
  const place = (fn: ParsedRegistration["functions"][number]): string =>
    address === null ? withoutDeployId(fn.url) : moved(fn.url, address);
  return {
    ...parsed,
    url: address ?? withoutDeployId(parsed.url),
    functions: parsed.functions.map((fn) => ({ ...fn, url: place(fn) })),
  };
}
