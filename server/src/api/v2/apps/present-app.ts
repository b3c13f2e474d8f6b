/** An app and a function as `/v2` shows them. Called by the routes of apps. Pure. */
import type { AppRecord, FunctionRecord, KnownFunction } from "../../../domain/app.ts";
import { shownUrl } from "../../../domain/shown-url.ts";
import type { AppAnswer, FunctionAnswer } from "../../answers.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { presentLimits } from "../present-limits.ts";

/** `functions`: how many it serves. */
export function presentAppV2(app: AppRecord, functions: number): AppAnswer {
  const [language = "", version = ""] = app.sdk.split(":v");
  return {
    id: app.name,
    name: app.name,
    internalId: app.id,
    method: "SERVE",
    isArchived: false,
    functionCount: functions,
    createdAt: iso(app.createdAt),
    appVersion: app.appVersion,
    latestSync: {
      url: shownUrl(app.url),
      sdkLanguage: language,
      sdkVersion: version,
      framework: app.framework,
      syncedAt: iso(app.syncedAt),
      warnings: [...app.warnings],
    },
  };
}

/** Settings as the code has them: times in milliseconds, conditions as CEL. */
function presentConfiguration({ retries, flow }: FunctionRecord): Record<string, unknown> {
  const { batch, cancelOn, backoff, ...rest } = flow;
  return { retries, ...rest, batch, cancellations: cancelOn, backoff };
}

export function presentFunctionV2(fn: KnownFunction, app: AppRecord | null, isPaused: boolean): FunctionAnswer {
  return {
    id: fn.slug,
    name: fn.name,
    slug: fn.slug,
    internalId: fn.id,
    isPaused,
    isArchived: fn.archivedAt !== null,
    app: { id: app?.name ?? null },
    url: shownUrl(fn.url),
    version: fn.version,
    triggers: fn.triggers,
    configuration: presentConfiguration(fn),
    limits: presentLimits(fn),
    createdAt: iso(fn.createdAt),
    archivedAt: isoOrNull(fn.archivedAt),
  };
}
