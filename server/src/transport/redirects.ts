/**
 * Where a redirect leads. Called by http-exchange, which sends method, headers and body again whatever the status.
 */

/** Whether a status asks to go elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The next URL: `location` seen from `current`, with those query parameters of the first request that it lacks.
 * Null when it is no http or https URL.
 */
export function redirectTarget(location: string, current: URL, first: URL): URL | null {
  let next: URL;
  try {
    next = new URL(location, current);
  } catch {
    return null;
  }
  if (next.protocol !== "http:" && next.protocol !== "https:") return null;
  for (const [name, value] of first.searchParams) {
    if (!next.searchParams.has(name)) next.searchParams.append(name, value);
  }
  return next;
}
