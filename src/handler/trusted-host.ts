/**
 * Whether a request's headers tell where the app is. Anyone who can reach an app in the cloud can ask it to register, with
 * any `Host` and `x-forwarded-host`, so they count only where something that the app's owner chose has set them.
 */
import { type AnyInngest, parseBoolean } from "../client/index.ts";

/** Variables of platforms that route by the host, or set the header themselves. */
const PLATFORM_VARIABLES = [
  "VERCEL",
  "NETLIFY",
  "RENDER",
  "RAILWAY_ENVIRONMENT",
  "CF_PAGES",
  "FLY_APP_NAME",
  "AWS_LAMBDA_FUNCTION_NAME",
  "K_SERVICE",
  "WEBSITE_SITE_NAME",
  "DYNO",
  "DENO_DEPLOYMENT_ID",
  "SB_EXECUTION_ID",
];

/** Adapters of such platforms. */
const PLATFORM_FRAMEWORKS = ["cloudflare-pages", "aws-lambda", "netlify"];

/** @param trustProxy the option of `serve`; undefined when it was not given */
export function trustsHeaders(frameworkName: string, trustProxy: boolean | undefined, client: AnyInngest): boolean {
  const told = trustProxy ?? parseBoolean(client.readEnv("INNGEST_TRUST_PROXY"));
  return (
    told ??
    (PLATFORM_FRAMEWORKS.includes(frameworkName) ||
      PLATFORM_VARIABLES.some((variable) => client.readEnv(variable) !== undefined))
  );
}

/** Whether an address is one that only the app's own machine reaches. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
