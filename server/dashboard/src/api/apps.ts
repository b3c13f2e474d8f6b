/** Apps and functions as the API gives them, and what can be done with them. */
import { ask, request, seg } from "./request.ts";

export interface App {
  id: string;
  name: string;
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

/** An address that the engine asks, and how that went. */
export interface AppAddress {
  url: string;
  app: string | null;
  state: "reached" | "failed" | "unknown";
  code: string | null;
  message: string | null;
}

export interface Trigger {
  event?: string;
  expression?: string;
  cron?: string;
}

export interface FunctionInfo {
  id: string;
  name: string;
  slug: string;
  isPaused: boolean;
  isArchived: boolean;
  app: { id: string | null };
  url: string;
  version: number;
  triggers: Trigger[];
  configuration: Record<string, unknown>;
  createdAt: string;
}

/** The next ticks of one cron of one function. */
export interface Tick {
  function: string;
  cron: string;
  timeZone: string;
  nextAt: string[];
}

export const listApps = (): Promise<App[]> => ask("v2/apps");
export const listAddresses = (): Promise<AppAddress[]> => ask("v2/app-addresses");
export const listFunctions = (): Promise<FunctionInfo[]> => ask("v2/functions");
export const listTicks = (): Promise<Tick[]> => ask("v2/ticks");
export const addApp = (url: string): Promise<{ data: { url: string; modified: boolean } }> =>
  request("v1/apps", { method: "POST", body: { url } });
export const removeApp = (url: string): Promise<unknown> =>
  request(`fn/remove?url=${encodeURIComponent(url)}`, { method: "DELETE" });
export const invokeFunction = (slug: string, data: unknown): Promise<{ runId: string }> =>
  ask(`v2/functions/${seg(slug)}/invoke`, { method: "POST", body: { data } });
