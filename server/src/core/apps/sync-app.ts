/**
 * Registration: what an app serves from now on replaces what it served before, in one commit.
 */
import { createHash, randomUUID } from "node:crypto";
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import { appIdOf, functionIdOf } from "../../domain/ids.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import { toComparableJson } from "../../domain/stored-json.ts";
import { cronItems } from "../crons/cron.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import type { AddressRule } from "./app-addresses.ts";
import { toAppPlace } from "./app-place.ts";
import { type ParsedRegistration, parseRegistration } from "./parse-registration.ts";
import { placeRegistration } from "./place-registration.ts";

export interface RegisterResult {
  modified: boolean;
  appId: string;
  syncId: string;
  /** What the person who asked for it should know; null for nothing. */
  message: string | null;
  /** What the registration holds that the engine does not know, in sentences. */
  warnings: readonly string[];
}

/** Of what was read of a registration, so that a newer engine, which may read more of the same text, takes it anew. */
function checksumOf(parsed: ParsedRegistration): string {
  return createHash("sha256").update(toComparableJson(parsed)).digest("hex");
}

function appRecord(parts: Parts, parsed: ParsedRegistration, checksum: string, now: number): AppRecord {
  const { appName: name, url, sdk, framework, appVersion, warnings } = parsed;
  const known = parts.registry.appByName(name);
  return {
    id: known?.id ?? appIdOf(name),
    name,
    url,
    sdk,
    framework,
    appVersion,
    checksum,
    warnings,
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

/** Where an app is to be called. @param claimed where it says that it is */
export type FindAddress = (known: AppRecord | null, claimed: string) => Promise<AddressRule>;

/** What a person reads who asked the app to register. */
function keptMessage(app: string, claimedUrl: string, keptUrl: string): string {
  const claimed = shownUrl(claimedUrl);
  const kept = shownUrl(keptUrl);
  return `Registered. App "${app}" says that it is at ${claimed}, but calls go on to ${kept}: only an operator moves an app. To move it, run \`stepwell sync ${claimed}\` or start the engine with \`-u ${claimed}\`.`;
}

/** @throws EngineError `invalid_registration`: nothing of what was served before changes */
export async function syncApp(
  parts: Parts,
  committer: Committer,
  body: unknown,
  findAddress: FindAddress,
): Promise<RegisterResult> {
  const now = parts.clock.now();
  const read = parseRegistration(body, now, parts.limits);
  const rule = await findAddress(parts.registry.appByName(read.appName), read.url);
  const parsed = placeRegistration(read, rule.url);
  const checksum = checksumOf(parsed);
  const app = appRecord(parts, parsed, checksum, now);
  const syncId = randomUUID();
  const message = rule.kind === "keep" ? keptMessage(app.name, read.url, rule.url) : null;
  const { warnings } = parsed;
  if (parts.registry.appByName(app.name)?.checksum === checksum)
    return { modified: false, appId: app.id, syncId, message, warnings };

  const functions = functionRecords(parsed, app.id, now);
  refuseForeignSlugs(parts, app, functions);
  const crons = functions.flatMap((fn) => cronItems(parts, fn, now));
  const registry = parts.registry.version();
  const result = await committer.commit({ lease: null, registry, sync: { app, functions, crons } }, "new");
  await parts.registry.load();
  // Another app was synced since it was found that none of these functions are taken.
  if (!result.ok) return syncApp(parts, committer, body, findAddress);
  parts.notifier.notify({
    kind: "app-synced",
    at: now,
    app: app.name,
    url: shownUrl(app.url),
    functions: functions.length,
    modified: true,
  });
  for (const sentence of warnings)
    parts.notifier.notify({ kind: "app-warned", at: now, app: app.name, message: sentence });
  return { modified: true, appId: app.id, syncId, message, warnings };
}

/** @throws EngineError `app_not_found` */
export async function removeApp(parts: Parts, committer: Committer, url: string): Promise<void> {
  await parts.registry.load();
  const app = parts.registry.apps().find((known) => toAppPlace(known.url) === toAppPlace(url));
  if (app === undefined)
    throw new EngineError(
      "app_not_found",
      `No app is synced at ${shownUrl(url)}. \`GET /v1/apps\` lists those that are.`,
    );
  await committer.commit({ lease: null, removeApp: { appId: app.id, at: parts.clock.now() } }, "new");
  await parts.registry.load();
}
