/** Schemas of what `/v2` answers about apps and the engine itself. Used by the descriptions of routes. */
import type {
  AppAddressAnswer,
  AppAnswer,
  EngineAnswer,
  FunctionAnswer,
  OverviewAnswer,
  SessionAnswer,
  StorageAnswer,
  TriggerAnswer,
} from "../answers.ts";
import { role } from "./access-schemas.ts";
import { functionLimit } from "./operate-schemas.ts";
import { appName } from "./run-schemas.ts";
import {
  anyObject,
  flag,
  integer,
  list,
  moment,
  named,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
} from "./schema.ts";

export const app: Schema<AppAnswer> = named(
  "App",
  object({
    id: text(),
    name: text(),
    internalId: text(),
    method: oneOf(["SERVE"]),
    isArchived: flag(),
    functionCount: integer(),
    createdAt: moment(),
    appVersion: nullable(text()),
    latestSync: object({
      url: text(),
      sdkLanguage: text(),
      sdkVersion: text(),
      framework: text(),
      syncedAt: moment(),
      warnings: list(text()),
    }),
  }),
);

export const appAddress: Schema<AppAddressAnswer> = named(
  "AppAddress",
  object({
    url: text(),
    app: nullable(text()),
    state: oneOf(["reached", "failed", "unknown"]),
    code: nullable(text()),
    message: nullable(text()),
  }),
);

export const trigger: Schema<TriggerAnswer> = named(
  "Trigger",
  object({ event: optional(text()), expression: optional(text()), cron: optional(text()) }),
);

export const fn: Schema<FunctionAnswer> = named(
  "Function",
  object({
    id: text(),
    name: text(),
    slug: text(),
    internalId: text(),
    isPaused: flag(),
    isArchived: flag(),
    app: appName,
    url: text(),
    version: integer(),
    triggers: list(trigger),
    configuration: anyObject({
      description: "Settings as the code has them: times in milliseconds, conditions as CEL.",
    }),
    limits: list(functionLimit),
    createdAt: moment(),
    archivedAt: nullable(moment()),
  }),
);

export const session: Schema<SessionAnswer> = object({
  required: flag(),
  isOpen: flag(),
  kind: oneOf(["dev", "cloud"]),
  version: text(),
  who: nullable(
    object({
      kind: oneOf(["local", "signing-key", "api-key", "user"]),
      name: text(),
      role,
    }),
  ),
  hasUsers: flag({ description: "Whether anyone signs in with a password." }),
  signInWith: nullable(text({ description: "The OpenID Connect provider at which people sign in." })),
});

export const engine: Schema<EngineAnswer> = object({
  name: text(),
  version: text(),
  kind: oneOf(["dev", "cloud"]),
  running: integer(),
  retentionMs: nullable(integer({ description: "Runs that ended so long ago go; null: none do for their age." })),
  maxDiskBytes: nullable(integer({ description: "Beyond it the oldest runs that ended go; null: no bound." })),
});

export const storage: Schema<StorageAnswer> = named(
  "Storage",
  object({
    usedBytes: integer(),
    diskBytes: integer(),
    runs: integer(),
    openRuns: integer(),
    events: integer(),
    steps: integer(),
    logLines: optional(integer()),
    queueItems: integer(),
    deadLetters: integer(),
    oldestRunAt: nullable(moment()),
    oldestEventAt: nullable(moment()),
  }),
);

export const overview: Schema<OverviewAnswer> = named(
  "Overview",
  object({
    now: moment(),
    oldestQueuedAt: nullable(moment()),
    calls: integer(),
    unreachable: list(object({ url: text(), code: text(), message: text() })),
    apps: integer(),
    storage,
  }),
);
