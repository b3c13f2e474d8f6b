/** Asks an app what it is, as engines do, before the checks of `stepwell doctor`. Must only read, and never show a key. */
import { headerKeys, type Introspection } from "stepwell/protocol";
import { signBody } from "stepwell/signing";
import type { AppState } from "./doctor-context.ts";

const timeoutMs = 5000;
const codeOf = (error: unknown): string | null => {
  const { cause } = error as { cause?: { code?: unknown; errors?: { code?: unknown }[] } };
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  return typeof code === "string" ? code : null;
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  ECONNRESET: "the connection was reset",
};

function whyOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const code = codeOf(error);
  return reasons[code ?? ""] ?? code ?? (error instanceof Error ? error.message : String(error));
}

/** `Date` counts whole seconds. */
function aheadOf(response: Response, nowMs: number): number | null {
  const date = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(date) ? null : date - nowMs;
}

/** `signingKey`: apps in cloud mode tell more to who knows it, and nothing to others. */
export async function lookAtApp(
  url: string,
  isGiven: boolean,
  signingKey: string | null,
  now: () => number,
): Promise<AppState> {
  try {
    const headers = signingKey === null ? {} : { [headerKeys.signature]: await signBody(signingKey, "", now()) };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs), redirect: "follow" });
    const says = (await response.json().catch(() => null)) as Partial<Introspection> | null;
    const isApp = response.ok && typeof says === "object" && says !== null && "function_count" in says;
    if (!isApp) return { url, isGiven, answer: { kind: "refused", status: response.status } };
    return { url, isGiven, answer: { kind: "app", says, aheadMs: aheadOf(response, now()) } };
  } catch (error) {
    return { url, isGiven, answer: { kind: "unreachable", why: whyOf(error) } };
  }
}
