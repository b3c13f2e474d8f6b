/**
 * Asks an app to register what it serves. Called by http-sdk-caller.
 * Source: reference/server.md §2.2.
 */
import { headerKeys, type RegisterRequest } from "stepwell/protocol";
import type { SyncOutcome } from "../ports/sdk-caller.ts";
import { type HttpAnswer, headerOf } from "./http-exchange.ts";

type Failed = Extract<SyncOutcome, { kind: "failed" }>;

const codes: ReadonlySet<string> = new Set([
  "invalid_signing_key",
  "missing_signing_key",
  "missing_server_signing_key",
  "no_functions",
  "invalid_function",
  "missing_branch_env_name",
  "sdk_version_denied",
  "invalid_request",
]);

const byStatus: Readonly<Record<number, { code: string; advice: string }>> = {
  401: { code: "unauthorized", advice: "Check that the app and the engine have the same signing key." },
  403: { code: "forbidden", advice: "Something in front of the app refuses the engine's requests." },
  404: { code: "url_not_found", advice: "Check the path at which the app serves its functions." },
  500: { code: "internal_server_error", advice: "The app's log says why." },
};

export function failedSync(code: string, message: string): Failed {
  return { kind: "failed", code, message };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function readRefusal(answer: HttpAnswer, body: Record<string, unknown> | null): Failed {
  const said = typeof body?.message === "string" ? body.message : typeof body?.error === "string" ? body.error : "";
  if (typeof body?.code === "string" && codes.has(body.code))
    return failedSync(body.code, said || `The app refused to sync: ${body.code}.`);
  const known = byStatus[answer.status];
  if (known !== undefined) {
    const what = `The app refused to sync with status ${answer.status}${said === "" ? "" : ` ("${said}")`}.`;
    return failedSync(known.code, `${what} ${known.advice}`);
  }
  if (answer.status === 400 && /signing key/i.test(said)) return failedSync("invalid_signing_key", said);
  if (answer.status === 400 && /function/i.test(said)) return failedSync("invalid_function", said);
  return failedSync(
    "sync_failed",
    `The app refused to sync with status ${answer.status}${said === "" ? "." : `: ${said}`}`,
  );
}

function inBand(body: Record<string, unknown>, url: string): SyncOutcome {
  const { app_id, functions, framework, sdk, sdk_language, sdk_version, appVersion, capabilities } = body;
  if (typeof app_id !== "string" || app_id === "" || !Array.isArray(functions)) {
    return failedSync("invalid_function", "The app's in-band answer lacks `app_id` or `functions`.");
  }
  const registration: RegisterRequest = {
    url: typeof body.url === "string" && body.url !== "" ? body.url : url,
    deployType: "ping",
    framework: typeof framework === "string" ? framework : "",
    appName: app_id,
    functions: functions as RegisterRequest["functions"],
    sdk: typeof sdk === "string" ? sdk : `${String(sdk_language ?? "")}:${String(sdk_version ?? "")}`,
    v: "0.1",
  };
  if (typeof appVersion === "string" && appVersion !== "") registration.appVersion = appVersion;
  if (typeof capabilities === "object" && capabilities !== null) registration.capabilities = capabilities;
  return { kind: "in-band", registration };
}

/** What an app's answer to the sync request means. Pure. */
export function readSyncAnswer(answer: HttpAnswer, url: string): SyncOutcome {
  const body = parseObject(answer.body);
  const header = (name: string): string | null => headerOf(answer.headers, name);
  const fromSdk = header(headerKeys.sdk) !== null || header(headerKeys.sdkHandled) !== null;
  if (answer.status < 200 || answer.status > 299) return readRefusal(answer, body);
  if (!fromSdk || body === null) {
    return failedSync(
      "not_sdk",
      `What answers at ${url} is not an Inngest SDK. Check the path at which the app serves its functions.`,
    );
  }
  if (header(headerKeys.syncKind) === "in_band" || Array.isArray(body.functions)) return inBand(body, url);
  return { kind: "registered", modified: body.modified === true };
}
