/**
 * Registration: what an app serves from now on replaces what it served before, in one commit.
 */
import { createHash, randomUUID } from "node:crypto";
import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import { EngineError } from "../domain/error.ts";
import { appIdOf, functionIdOf } from "../domain/ids.ts";
import { toStoredJson } from "../domain/stored-json.ts";
import { toAppPlace } from "./app-place.ts";
import { cronItems } from "./cron.ts";
import type { RegisterResult } from "./engine.ts";
import { type ParsedRegistration, parseRegistration } from "./parse-registration.ts";
import type { Parts } from "./parts.ts";
import type { Worker } from "./worker.ts";

/**
 * How this engine reads registrations. Raise it when the same registration comes to other settings than before, so that apps
 * which registered with an older engine are read anew.
 */
const reading = 2;

function checksumOf(body: unknown): string {
  return createHash("sha256")
    .update(`${reading} ${toStoredJson(body)}`)
    .digest("hex");
}

function appRecord(parts: Parts, parsed: ParsedRegistration, checksum: string, now: number): AppRecord {
  const { appName: name, url, sdk, framework, appVersion } = parsed;
  const known = parts.registry.appByName(name);
  return {
    id: known?.id ?? appIdOf(name),
    name,
    url,
    sdk,
    framework,
    appVersion,
    checksum,
    syncedAt: now,
    createdAt: known?.createdAt ?? now,
  };
}

function functionRecords(parsed: ParsedRegistration, appId: string, now: number): FunctionRecord[] {
  return parsed.functions.map((fn) => ({
    ...fn,
    id: functionIdOf(parsed.appName, fn.slug),
    appId,
    version: 1,
    createdAt: now,
    archivedAt: null,
  }));
}

function refuseForeignSlugs(parts: Parts, app: AppRecord, functions: FunctionRecord[]): void {
  const taken = functions.filter(({ slug }) => (parts.registry.functionBySlug(slug)?.appId ?? app.id) !== app.id);
  if (taken.length === 0) return;
  const faults = taken.map(
    ({ slug }) => `Function "${slug}": another app serves a function with this id; rename the app or the function`,
  );
  throw new EngineError("invalid_registration", ["At least one function is invalid", ...faults].join("\n"), {
    data: faults,
  });
}

/** @throws EngineError `invalid_registration`: nothing of what was served before changes */
export async function syncApp(parts: Parts, worker: Worker, body: unknown): Promise<RegisterResult> {
  const now = parts.clock.now();
  const parsed = parseRegistration(body, now, parts.limits);
  const checksum = checksumOf(body);
  const app = appRecord(parts, parsed, checksum, now);
  const syncId = randomUUID();
  if (parts.registry.appByName(app.name)?.checksum === checksum) return { modified: false, appId: app.id, syncId };

  const functions = functionRecords(parsed, app.id, now);
  refuseForeignSlugs(parts, app, functions);
  const crons = functions.flatMap((fn) => cronItems(fn, now));
  await worker.commit({ lease: null, sync: { app, functions, crons } }, "new");
  await parts.registry.load();
  parts.notifier.notify({
    kind: "app-synced",
    at: now,
    app: app.name,
    url: app.url,
    functions: functions.length,
    modified: true,
  });
  return { modified: true, appId: app.id, syncId };
}

/** @throws EngineError `app_not_found` */
export async function removeApp(parts: Parts, worker: Worker, url: string): Promise<void> {
  const app = parts.registry.apps().find((known) => toAppPlace(known.url) === toAppPlace(url));
  if (app === undefined)
    throw new EngineError("app_not_found", `No app is synced at ${url}. \`GET /v1/apps\` lists those that are.`);
  await worker.commit({ lease: null, removeApp: { appId: app.id, at: parts.clock.now() } }, "new");
  await parts.registry.load();
}
