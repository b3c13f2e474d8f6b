/** `PUT`: a sync. Out of band the app posts its functions to the engine; in band it answers with them. */
import { parseBoolean } from "../client/index.ts";
import { serializeError } from "../errors/index.ts";
import { headerKeys, queryKeys } from "../protocol/headers.ts";
import type { InBandSyncResponse, RegisterRequest } from "../protocol/registration.ts";
import { protocolVersion } from "../protocol/version.ts";
import type { Answer } from "./answer.ts";
import { unauthorized } from "./answer.ts";
import type { App } from "./app.ts";
import { fetchApi } from "./fetch-api.ts";
import type { HandlerRequest } from "./handler-request.ts";
import { toIntrospection } from "./introspect.ts";
import { capabilities, sdkName, toFunctionConfigs } from "./registration-body.ts";
import { appUrl, queryOf } from "./url.ts";
import type { Verification } from "./verify.ts";

/** Whether a `PUT` asks for an in-band sync, and the app allows those. */
function isInBandSync(app: App, request: HandlerRequest): boolean {
  const allowed = parseBoolean(app.options.client.readEnv("INNGEST_ALLOW_IN_BAND_SYNC")) ?? true;
  return allowed && request.headers.get(headerKeys.syncKind) === "in_band";
}

export async function register(
  app: App,
  request: HandlerRequest,
  body: string,
  verification: Verification,
): Promise<Answer> {
  if (isInBandSync(app, request)) return verification.ok ? registerInBand(app, body) : unauthorized;
  const { client, enableUnauthedSync } = app.options;
  const open = enableUnauthedSync ?? parseBoolean(client.readEnv("INNGEST_ENABLE_UNAUTHED_SYNC")) ?? true;
  return open || verification.ok ? registerOutOfBand(app, request) : unauthorized;
}

async function registerInBand(app: App, body: string): Promise<Answer> {
  if (body === "")
    return {
      status: 500,
      json: serializeError(new Error("Missing body when syncing, possibly due to missing request body middleware")),
    };
  const url = inBandUrl(body);
  if (url === null) {
    return {
      status: 400,
      json: { code: "invalid_request", message: 'Expected a JSON body of exactly {"url": "http…"}.' },
    };
  }
  const { client } = app.options;
  const { appVersion, platform } = client;
  const authenticated = app.mode === "cloud";
  const { href } = appUrl({ url }, app.options);
  const json: InBandSyncResponse = {
    app_id: app.id,
    ...(appVersion === null ? {} : { appVersion }),
    capabilities,
    env: client.env,
    framework: app.frameworkName,
    functions: toFunctionConfigs(app, href),
    inspection: await toIntrospection(app),
    ...(platform === null ? {} : { platform }),
    sdk_author: "inngest",
    sdk_language: authenticated ? "js" : "",
    sdk_version: authenticated ? protocolVersion : "",
    sdk: sdkName,
    url: href,
  };
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

async function registerOutOfBand(app: App, request: HandlerRequest): Promise<Answer> {
  const { client } = app.options;
  const { href } = appUrl(request, app.options);
  const deployId = queryOf(request).get(queryKeys.deployId);
  const body: RegisterRequest = {
    url: href,
    deployType: "ping",
    framework: app.frameworkName,
    appName: app.id,
    functions: toFunctionConfigs(app, href),
    sdk: sdkName,
    v: "0.1",
    ...(deployId === null ? {} : { deployId }),
    capabilities,
    ...(client.appVersion === null ? {} : { appVersion: client.appVersion }),
  };
  const headers = {
    ...client.headers,
    [headerKeys.framework]: app.frameworkName,
    [headerKeys.syncKind]: "out_of_band",
  };
  const path = deployId === null ? "fn/register" : `fn/register?${queryKeys.deployId}=${encodeURIComponent(deployId)}`;
  return {
    ...(await post(app, path, headers, JSON.stringify(body))),
    headers: { [headerKeys.syncKind]: "out_of_band" },
  };
}

async function post(app: App, path: string, headers: Record<string, string>, body: string): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetchApi(app, path, { method: "POST", headers, body });
    text = await response.text();
  } catch (error) {
    const hint =
      app.mode === "dev"
        ? "start the engine with `npx stepwell dev`"
        : "check the address, the signing key and the network";
    const why = error instanceof Error ? error.message : String(error);
    return failed(app, `cannot use the engine at ${app.apiBaseUrl} (${why}); ${hint}`);
  }
  try {
    const answer = JSON.parse(text) as { status?: number; error?: string; message?: string; modified?: boolean };
    const status = answer.status ?? response.status;
    const fallback = status < 400 ? "Successfully registered" : `The engine answered ${status}`;
    return {
      status,
      json: { message: answer.error ?? answer.message ?? fallback, modified: answer.modified ?? false },
    };
  } catch {
    return failed(app, `the engine answered ${response.status} with something that is not JSON`);
  }
}

function failed(app: App, why: string): Answer {
  const message = `Failed to register; ${why}.`;
  app.logger.error(message);
  return { status: 500, json: { message, modified: false } };
}
