/** The engine's API, with types: where it is and its key come from the environment. Called by inngest-admin and set-up-alerts. */
import { createEngineClient, type EngineClient } from "stepwell-server/client";

export function engineClient(): EngineClient {
  const dev = process.env["INNGEST_DEV"] ?? "";
  const url = /^https?:/.test(dev) ? dev : process.env["INNGEST_BASE_URL"] || "http://127.0.0.1:8288";
  // An API key with the role admin, or the signing key.
  return createEngineClient({
    url,
    apiKey: process.env["STEPWELL_API_KEY"] || process.env["INNGEST_SIGNING_KEY"] || "",
  });
}
