/** Requests for apps and functions, and for what can be done with them. */
import type {
  AppAddressAnswer,
  AppAnswer,
  FunctionAnswer,
  FunctionLimitAnswer,
  InvokedAnswer,
  TickAnswer,
  TriggerAnswer,
} from "../../../src/api/answers.ts";
import { ask, request, seg } from "./request.ts";

export type App = AppAnswer;
export type AppAddress = AppAddressAnswer;
export type Trigger = TriggerAnswer;
export type FunctionInfo = FunctionAnswer;
export type FunctionLimit = FunctionLimitAnswer;
export type Tick = TickAnswer;

export const listApps = (): Promise<App[]> => ask("v2/apps");
export const listAddresses = (): Promise<AppAddress[]> => ask("v2/app-addresses");
export const listFunctions = (): Promise<FunctionInfo[]> => ask("v2/functions");
export const setLimit = (body: {
  function: string;
  control: FunctionLimit["control"];
  key?: string;
  limit: number;
  period?: string;
  reason: string;
  /** Left out by who is signed in as someone. */
  author?: string;
}): Promise<unknown> => ask("v2/limit-overrides", { method: "POST", body });
export const resetLimit = (fn: string, { control, entry }: FunctionLimit): Promise<unknown> => {
  const key = control === "concurrency" || control === "runConcurrency" ? { key: entry } : {};
  return ask("v2/limit-overrides/reset", { method: "POST", body: { function: fn, control, ...key } });
};
export const listTicks = (): Promise<Tick[]> => ask("v2/ticks");
export const addApp = (url: string): Promise<{ data: { url: string; modified: boolean } }> =>
  request("v1/apps", { method: "POST", body: { url } });
export const removeApp = (url: string): Promise<unknown> =>
  request(`fn/remove?url=${encodeURIComponent(url)}`, { method: "DELETE" });
export const invokeFunction = (slug: string, data: unknown): Promise<InvokedAnswer> =>
  ask(`v2/functions/${seg(slug)}/invoke`, { method: "POST", body: { data } });
