/** What `/v2` answers about apps and their functions, as types. Re-exported by ../answers. Must import nothing but types beside it. */
import type { FunctionLimitAnswer } from "./operate.ts";

/** One of `/v2/apps`. */
export interface AppAnswer {
  id: string;
  name: string;
  internalId: string;
  method: "SERVE";
  isArchived: boolean;
  functionCount: number;
  createdAt: string;
  appVersion: string | null;
  latestSync: {
    url: string;
    sdkLanguage: string;
    sdkVersion: string;
    framework: string;
    syncedAt: string;
    warnings: string[];
  };
}

/** One of `/v2/app-addresses`: an address that the engine asks, and how that went. */
export interface AppAddressAnswer {
  url: string;
  app: string | null;
  state: "reached" | "failed" | "unknown";
  code: string | null;
  message: string | null;
}

export interface TriggerAnswer {
  event?: string;
  expression?: string;
  cron?: string;
}

/** One of `/v2/functions`. */
export interface FunctionAnswer {
  id: string;
  name: string;
  slug: string;
  internalId: string;
  isPaused: boolean;
  isArchived: boolean;
  app: { id: string | null };
  url: string;
  version: number;
  triggers: TriggerAnswer[];
  /** Settings as the code has them: times in milliseconds, conditions as CEL. */
  configuration: Record<string, unknown>;
  /** Its limits, with what people have set over those of the code. */
  limits: FunctionLimitAnswer[];
  createdAt: string;
  archivedAt: string | null;
}
