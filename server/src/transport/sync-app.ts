/**
 * Asks an app to register what it serves. Called by http-sdk-caller.
 * Recordings: test/protocol/fixtures/sync.json.
 */
import { headerKeys, type RegisterRequest } from "stepwell/protocol";
import { showUrls } from "../domain/shown-url.ts";
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
  401: {
    code: "unauthorized",
    advice: "Check that the app and the engine have the same signing key, and that their clocks agree.",
  },
  403: { code: "forbidden", advice: "Something in front of the app refuses the engine's requests." },
  404: { code: "url_not_found", advice: "Check the path at which the app serves its functions." },
  500: { code: "internal_server_error", advice: "The app's log says why." },
};

export function failedSync(code: string, message: string): Failed {
  // What an app says may repeat a url that it was told.
  return { kind: "failed", code, message: showUrls(message) };
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

/** What SDKs answer in cloud mode without a key. An app that ran in development unless told otherwise is the usual case. */
const missingKey: Failed = failedSync(
  "missing_signing_key",
  "The app runs in cloud mode and has no signing key. For development, start it with INNGEST_DEV=1; in production, set INNGEST_SIGNING_KEY to the engine's.",
);

function readRefusal(answer: HttpAnswer, body: Record<string, unknown> | null): Failed {
  const said = typeof body?.message === "string" ? body.message : typeof body?.error === "string" ? body.error : "";
  if (typeof body?.code === "string" && codes.has(body.code))
    return failedSync(body.code, said || `The app refused to sync: ${body.code}.`);
  if (answer.status === 500 && body?.code === "internal_server_error") return missingKey;
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

/** An answer that anyone could have given. */
export const unsignedSync: Failed = failedSync(
  "invalid_signing_key",
  "The app's answer is not signed with the engine's signing key. Give the app the same INNGEST_SIGNING_KEY, and do not run it with INNGEST_DEV or `isDev: true`.",
);

/** Whether an SDK gave the answer, and not something that stands before it. */
export function isAnswerOfSdk({ headers }: HttpAnswer): boolean {
  return headerOf(headers, headerKeys.sdk) !== null || headerOf(headers, headerKeys.sdkHandled) !== null;
}

/** What an app's answer to the sync request means. Pure. */
export function readSyncAnswer(answer: HttpAnswer, url: string): SyncOutcome {
  const body = parseObject(answer.body);
  if (answer.status < 200 || answer.status > 299) return readRefusal(answer, body);
  if (!isAnswerOfSdk(answer) || body === null) {
    return failedSync(
      "not_sdk",
      `What answers at ${url} is not an Inngest SDK. Check the path at which the app serves its functions.`,
    );
  }
  if (headerOf(answer.headers, headerKeys.syncKind) === "in_band" || Array.isArray(body.functions))
    return inBand(body, url);
  return { kind: "registered", modified: body.modified === true };
}
