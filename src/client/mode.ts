/** Development or cloud, and the addresses that follow from it. Pure; called by the client at each use. */
import { parseBoolean, type ReadEnv } from "./env.ts";

/** `dev` never checks or makes signatures; `cloud` always does. */
export type Mode = "dev" | "cloud";

/** Where `stepwell dev` listens unless told otherwise. */
const DEV_SERVER_URL = "http://localhost:8288/";
const CLOUD_API_URL = "https://api.inngest.com/";
const CLOUD_EVENT_URL = "https://inn.gs/";

export interface AddressInput {
  baseUrl: string | undefined;
  mode: Mode;
  read: ReadEnv;
}

/** `INNGEST_DEV` as an address, when it is one. `http://` is put before it when it has no scheme. */
export function devUrlOf(read: ReadEnv): string | null {
  const value = read("INNGEST_DEV")?.trim();
  if (value === undefined || parseBoolean(value) !== null) return null;
  return toUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
}

/** `isDev` decides, then `INNGEST_DEV`; without either it is cloud, but for NODE_ENV=development without a signing key. */
export function modeOf(isDev: boolean | undefined, hasSigningKey: boolean, read: ReadEnv): Mode {
  if (isDev !== undefined) return isDev ? "dev" : "cloud";
  const explicit = parseBoolean(read("INNGEST_DEV"));
  if (explicit !== null) return explicit ? "dev" : "cloud";
  if (devUrlOf(read) !== null) return "dev";
  return read("NODE_ENV") === "development" && !hasSigningKey ? "dev" : "cloud";
}

/** Base of the engine's API, ending in a slash. */
export function apiUrlOf({ baseUrl, mode, read }: AddressInput): string {
  const given = baseUrl ?? read("INNGEST_API_BASE_URL") ?? read("INNGEST_BASE_URL") ?? devUrlOf(read);
  return toUrl(given ?? (mode === "dev" ? DEV_SERVER_URL : CLOUD_API_URL));
}

/** Base of the event API, ending in a slash. */
export function eventUrlOf({ baseUrl, mode, read }: AddressInput): string {
  const given = baseUrl ?? read("INNGEST_EVENT_API_BASE_URL") ?? read("INNGEST_BASE_URL") ?? devUrlOf(read);
  return toUrl(given ?? (mode === "dev" ? DEV_SERVER_URL : CLOUD_EVENT_URL));
}

/** @throws {TypeError} when a text that must be an address is none. */
function toUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new TypeError(
      `"${text}" is not an address: expected something like "http://localhost:8288". Check baseUrl and the INNGEST_* variables.`,
      { cause },
    );
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
