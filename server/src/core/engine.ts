/**
 * The engine as api, cli and main see it: what can be asked of it. `core/create-engine` makes one.
 */
import type { AppRecord, KnownFunction } from "../domain/app.ts";
import type { QueueItem } from "../domain/queue/queue-item.ts";
import type { SyncOutcome } from "../ports/sdk-caller.ts";
import type { Alerts } from "./alerts/alerts.ts";
import type { AppUrl } from "./apps/app-addresses.ts";
import type { RegisterResult } from "./apps/sync-app.ts";
import type { IngestRequest, IngestResult } from "./ingest/ingest.ts";
import type { InvokeRequest, InvokeResult } from "./ingest/invoke.ts";
import type { EngineLimits } from "./limits/limits.ts";
import type { Operations } from "./operate/operations.ts";
import type { SignalRequest } from "./waits/signal.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

export interface Engine {
  /**
   * Stores events and the runs they start. Resolves once they are on disk.
   * @throws EngineError `invalid_event`, `event_too_large`, `too_many_events`, `store_full`, `store_failed`, `shutting_down`:
   * nothing of the request was accepted.
   */
  ingest(request: IngestRequest): Promise<IngestResult>;
  /**
   * Starts one function with an event of its own (`inngest/function.invoked`).
   * @throws EngineError `unknown_function`, `invalid_event`, `start_refused` when a rate limit is reached
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /**
   * Takes a registration (body of `POST /fn/register`).
   * @param deployId the sync request that it answers, by the name that it repeats. Default: none
   * @throws EngineError `invalid_registration` with `data: string[]`, one line for each fault
   */
  register(body: unknown, deployId?: string | null): Promise<RegisterResult>;
  /**
   * Asks the app at a url what it serves, and takes it. Remembers the url for the poll. Never rejects.
   * @param by `operator`: who may do so says that the app is there. Default: `engine`
   */
  syncUrl(url: string, by?: "operator" | "engine"): Promise<SyncOutcome>;
  /** Urls that are kept in sync. */
  appUrls(): AppUrl[];
  /** @throws EngineError `app_not_found` */
  removeApp(url: string): Promise<void>;
  /** @throws EngineError `run_not_found`, `run_ended` */
  cancelRun(runId: string): Promise<void>;
  /**
   * Sends a signal to the run that waits for it. Resolves once that is on disk.
   * @throws EngineError `signal_not_found` when no run does, `invalid_request`
   */
  signal(request: SignalRequest): Promise<{ runId: string }>;
  /**
   * Saves steps that an app ran while its call goes on (body of `POST /v1/checkpoint/:runId/async`).
   * @throws EngineError `invalid_request`, `stale_call`, `output_too_large`, `state_too_large`
   */
  checkpoint(runId: string, body: unknown): Promise<void>;

  /** What is served now, without archived functions. Answered from memory. */
  apps(): AppRecord[];
  functions(): KnownFunction[];
  /** Also finds archived functions; null when there was never one. By id. */
  functionById(id: string): KnownFunction | null;

  /** Reruns, dead letters, bulk jobs, schedules. */
  readonly operations: Operations;
  /** URLs at which others deliver what becomes events. */
  readonly webhooks: Webhooks;
  /** Rules by which operators are told of trouble, and what was told. */
  readonly alerts: Alerts;
  /** What the limits are set to. */
  readonly limits: EngineLimits;

  /** Items being worked on now. */
  running(): QueueItem[];

  /** Loads what is stored, and begins to work. */
  start(): Promise<void>;
  /** Takes no more work, waits up to `graceMs` for running calls (default 10,000), gives back what is left. */
  stop(graceMs?: number): Promise<void>;
}
