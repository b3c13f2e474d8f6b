/** What the app says of itself in a sync, common to both kinds. */
import { toRegistration } from "../../function/index.ts";
import type { Capabilities, FunctionConfig } from "../../protocol/registration.ts";
import { protocolVersion } from "../../protocol/version.ts";
import type { App } from "../app.ts";

/** What this SDK can do beyond the basics of the protocol. */
export const capabilities: Capabilities = { trust_probe: "v1" };

/** `sdk` of a sync. */
export const sdkName: string = `js:v${protocolVersion}`;

/** The registrations of all functions, their `onFailure` handlers included. */
export function toFunctionConfigs(app: App, url: string): FunctionConfig[] {
  const configs: FunctionConfig[] = [];
  for (const { fn, isFailureHandler } of app.functions.values()) {
    if (!isFailureHandler) configs.push(...toRegistration(fn, app.id, url));
  }
  return configs;
}
