/** Where an app is, whatever name of this machine its url was written with, and whoever the engine is there. Pure. */

/**
 * The url with this machine's addresses folded to `localhost`, and without user and password; a text that is no url comes back
 * as it is.
 */
export function toAppPlace(url: string): string {
  return withoutCredentials(url).replace(
    /^(https?:\/\/)(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?=[:/?#]|$)/i,
    "$1localhost",
  );
}

function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#\\]*@/i, "$1");
}

const originOf = (url: string): string | null => {
  const place = toAppPlace(url);
  return URL.canParse(place) ? new URL(place).origin : null;
};

const hasCredentials = (url: string): boolean => withoutCredentials(url) !== url;

/**
 * An address that an app named, with the user and password by which the engine reaches the same origin: apps do not know them.
 * Null when it holds some of its own, or there are none.
 */
export function withCredentialsOf(known: string, named: string): string | null {
  if (!hasCredentials(known) || hasCredentials(named) || originOf(known) !== originOf(named)) return null;
  const { username, password } = new URL(known);
  const url = new URL(named);
  url.username = username;
  url.password = password;
  return url.href;
}

/** The one of two urls of one place by which the app can be reached: the newer one only when it says who the engine is. */
export function preferredUrl(known: string | undefined, newer: string): string {
  return known === undefined || hasCredentials(newer) ? newer : known;
}
