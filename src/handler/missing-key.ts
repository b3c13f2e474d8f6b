/**
 * Says once, when the app starts, that it can answer nobody: in cloud mode without a signing key. Apps that ran in
 * development unless told otherwise are the usual case, and would only find the reason in what the engine is answered.
 */
import type { ServeOptions } from "./serve-options.ts";

export const MISSING_KEY =
  "No signing key: the app runs in cloud mode and refuses every request. Set INNGEST_DEV=1 for development, or INNGEST_SIGNING_KEY in production.";

interface Runtime {
  process?: { versions?: { node?: string } };
  WebSocketPair?: unknown;
  setTimeout(run: () => void, delayMs: number): unknown;
}

/**
 * Only on Node.js, where variables are there from the start; elsewhere they may come with a request. Not while Next.js
 * builds, which loads routes without the variables that they run with.
 */
export function sayMissingKey(options: ServeOptions, isTrusted: boolean): void {
  const { process, WebSocketPair, setTimeout } = globalThis as unknown as Runtime;
  const isNode = process?.versions?.node !== undefined && WebSocketPair === undefined;
  if (!isNode || isTrusted || options.client.readEnv("NEXT_PHASE") === "phase-production-build") return;
  // After the modules that load variables from a file have run.
  setTimeout(() => {
    const { client, signingKey = client.signingKey } = options;
    if (client.mode === "cloud" && signingKey === null) client.internalLogger.error(MISSING_KEY);
  }, 0);
}
