/** Development or cloud, and the addresses that follow from it. Pure; called by the client at each use. */
import { parseBoolean, type ReadEnv } from "./env.ts";

/** `dev` never checks or makes signatures; `cloud` always does. */
export type Mode = "dev" | "cloud";

/** Where `stepwell dev` listens unless told otherwise. */
const DEV_SERVER_URL = "http://localhost:8288/";
const CLOUD_URLS = { API: "https://api.inngest.com/", EVENT_API: "https://inn.gs/" };
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The address with a scheme before it: its own, else this one. */
export function withScheme(address: string, scheme: string): string {
  return SCHEME.test(address) ? address : `${scheme}://${address}`;
}

/** `INNGEST_DEV` as an address, when it is one. `http://` is put before it when it has no scheme. */
export function devUrlOf(read: ReadEnv): string | null {
  const value = read("INNGEST_DEV")?.trim();
  return value === undefined || parseBoolean(value) !== null ? null : toUrl(withScheme(value, "http"));
}

/** `isDev` decides, then `INNGEST_DEV`; without either it is cloud, but for NODE_ENV=development without a signing key. */
export function modeOf(isDev: boolean | undefined, hasSigningKey: boolean, read: ReadEnv): Mode {
  const isDevelopment =
    isDev ??
    parseBoolean(read("INNGEST_DEV")) ??
    (devUrlOf(read) !== null || (read("NODE_ENV") === "development" && !hasSigningKey));
  return isDevelopment ? "dev" : "cloud";
}

/**
 * Base of the engine's API or of its event API, ending in a slash.
 * @param baseUrl goes before the variables.
 */
export function baseUrlOf(api: "API" | "EVENT_API", baseUrl: string | undefined, mode: Mode, read: ReadEnv): string {
  const given = baseUrl ?? read(`INNGEST_${api}_BASE_URL`) ?? read("INNGEST_BASE_URL") ?? devUrlOf(read);
  return toUrl(given ?? (mode === "dev" ? DEV_SERVER_URL : CLOUD_URLS[api]));
}

/** @throws {TypeError} when a text that must be an address is none. */
function toUrl(text: string): string {
  if (!URL.canParse(text)) {
    throw new TypeError(
      `"${text}" is not an address such as "${DEV_SERVER_URL}": check baseUrl and the INNGEST_* variables.`,
    );
  }
  return new URL(text).href.replace(/\/?$/, "/");
}

/** What to do when an engine cannot be reached. */
export function reachHint(mode: Mode): string {
  return mode === "dev" ? "start the engine with `npx stepwell dev`" : "check the address and the network";
}
