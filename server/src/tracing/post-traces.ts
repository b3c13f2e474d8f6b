/** The way to a collector: OTLP/HTTP. Used by main. Must never say or log the headers, which hold keys. */
import type { PostTraces } from "./trace-exporter.ts";

const timeoutMs = 10_000;

/** Where traces go below an endpoint; one that names the path already stays. */
export function tracesUrl(endpoint: string): string {
  const bare = endpoint.replace(/\/+$/, "");
  return bare.endsWith("/v1/traces") ? bare : `${bare}/v1/traces`;
}

export function createPostTraces(endpoint: string, headers: Readonly<Record<string, string>>): PostTraces {
  const url = tracesUrl(endpoint);
  return async (body) => {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { ...headers, "content-type": "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.status;
  };
}
