/** JSON over HTTP to the engine and the app. Called by the demo's other files. */

export interface Answer {
  status: number;
  /** The parsed JSON; null when there was none. */
  body: unknown;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** @returns null when nobody listens or the connection broke: a process is starting, or was killed. */
export async function request(method: "GET" | "POST" | "PUT", url: string, body?: unknown): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
