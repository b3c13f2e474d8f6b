/** `PUT`: a sync. Out of band the app posts its functions to the engine; in band it answers with them. */
import { parseBoolean, reachHint } from "../../client/index.ts";
import { messageOf, serializeError } from "../../errors/index.ts";
import { defined } from "../../options/index.ts";
import { headerKeys, queryKeys } from "../../protocol/headers.ts";
import type { InBandSyncResponse, RegisterRequest } from "../../protocol/registration.ts";
import { protocolVersion } from "../../protocol/version.ts";
import { type Answer, refuse, unauthorized } from "../answer.ts";
import type { App } from "../app.ts";
import { fetchApi } from "../fetch-api.ts";
import type { HandlerRequest } from "../handler-request.ts";
import { trustsHeaders } from "../trusted-host.ts";
import { appUrl, ownAppUrl, queryOf } from "../url.ts";
import type { Verification } from "../verify.ts";
import { toIntrospection } from "./introspect.ts";
import { capabilities, sdkName, toFunctionConfigs } from "./registration-body.ts";

export async function register(
  app: App,
  request: HandlerRequest,
  body: string,
  verification: Verification,
): Promise<Answer> {
  const { client, enableUnauthedSync } = app.options;
  const allows = (variable: string): boolean => parseBoolean(client.readEnv(variable)) ?? true;
  const isInBand = request.headers.get(headerKeys.syncKind) === "in_band" && allows("INNGEST_ALLOW_IN_BAND_SYNC");
  const isOpen = !isInBand && (enableUnauthedSync ?? allows("INNGEST_ENABLE_UNAUTHED_SYNC"));
  if (!isOpen && !verification.ok) return unauthorized;
  if (isInBand) return registerInBand(app, body);
  const url = addressFor(app, request, body, verification);
  if (url !== null) return registerOutOfBand(app, request, url);
  app.logger.error(UNKNOWN_ADDRESS);
  return { status: 400, json: { message: UNKNOWN_ADDRESS, modified: false } };
}

const UNKNOWN_ADDRESS =
  "Failed to register; a request without a signature does not tell where this app is, since anyone can send one. Set serveOrigin (INNGEST_SERVE_ORIGIN) to the app's own address, or trustProxy (INNGEST_TRUST_PROXY=1) behind a proxy that sets x-forwarded-host, or have the engine sync the app.";

/** Where the app is to say that it is. Null when only a stranger says it. */
function addressFor(app: App, request: HandlerRequest, body: string, verification: Verification): URL | null {
  const { options, frameworkName } = app;
  if (app.mode === "dev" || trustsHeaders(frameworkName, options.trustProxy, options.client))
    return appUrl(request, options);
  const signed = verification.ok ? inBandUrl(body) : null;
  if (signed === null) return ownAppUrl(request, options);
  const url = appUrl({ url: signed }, options);
  // The engine's name for its request is in the address that it asked, not in the one that it signed.
  const deployId = queryOf(request).get(queryKeys.deployId);
  if (deployId !== null) url.searchParams.set(queryKeys.deployId, deployId);
  return url;
}

async function registerInBand(app: App, body: string): Promise<Answer> {
  if (body === "") {
    const error = new Error("Missing body when syncing, possibly due to missing request body middleware");
    return { status: 500, json: serializeError(error) };
  }
  const url = inBandUrl(body);
  if (url === null) return refuse(400, 'Expected a JSON body of exactly {"url": "http…"}');
  const { appVersion, env, platform } = app.options.client;
  const isKnown = app.mode === "cloud";
  const { href } = appUrl({ url }, app.options);
  const json = defined<InBandSyncResponse>({
    app_id: app.id,
    appVersion: appVersion ?? undefined,
    capabilities,
    env,
    framework: app.frameworkName,
    functions: toFunctionConfigs(app, href),
    inspection: await toIntrospection(app),
    platform: platform ?? undefined,
    sdk_author: "inngest",
    sdk_language: isKnown ? "js" : "",
    sdk_version: isKnown ? protocolVersion : "",
    sdk: sdkName,
    url: href,
  });
  return { status: 200, json, headers: { [headerKeys.syncKind]: "in_band" } };
}

function inBandUrl(body: string): string | null {
  try {
    const { url, ...rest } = JSON.parse(body) as { url?: unknown };
    return typeof url === "string" && URL.canParse(url) && Object.keys(rest).length === 0 ? url : null;
  } catch {
    return null;
  }
}

async function registerOutOfBand(app: App, request: HandlerRequest, { href }: URL): Promise<Answer> {
  const { client } = app.options;
  const deployId = queryOf(request).get(queryKeys.deployId);
  const body = defined<RegisterRequest>({
    url: href,
    deployType: "ping",
    framework: app.frameworkName,
    appName: app.id,
    functions: toFunctionConfigs(app, href),
    sdk: sdkName,
    v: "0.1",
    deployId: deployId ?? undefined,
    capabilities,
    appVersion: client.appVersion ?? undefined,
  });
  const kind = { [headerKeys.syncKind]: "out_of_band" };
  const headers = { ...app.headers, [headerKeys.framework]: app.frameworkName, ...kind };
  const query = deployId === null ? "" : `?${queryKeys.deployId}=${encodeURIComponent(deployId)}`;
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return { ...(await post(app, `fn/register${query}`, init)), headers: kind };
}

async function post(app: App, path: string, init: Parameters<typeof fetchApi>[2]): Promise<Answer> {
  let problem: string;
  let level: "warn" | "error" = "error";
  let err: unknown;
  try {
    const response = await fetchApi(app, path, init);
    const text = await response.text();
    problem = `the engine answered ${response.status} with something that is not JSON`;
    try {
      const answer = JSON.parse(text) as { status?: number; error?: string; message?: string; modified?: boolean };
      const { status = response.status, error, modified = false } = answer;
      const fallback = status < 400 ? "Successfully registered" : `The engine answered ${status}`;
      return { status, json: { message: error ?? answer.message ?? fallback, modified } };
    } catch (thrown) {
      err = thrown;
      level = "warn";
    }
  } catch (thrown) {
    err = thrown;
    problem = `cannot use the engine at ${app.apiBaseUrl} (${messageOf(err)}); ${reachHint(app.mode)}`;
  }
  const message = `Failed to register; ${problem}.`;
  app.logger[level]({ err }, message);
  return { status: 500, json: { message, modified: false } };
}
