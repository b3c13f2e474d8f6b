/**
 * What the pieces of core share: the ports, the settings and the few things built from them.
 *
 * Main file of the room `parts`. What all rooms above share: the ports, and the few things built from them.
 */
import type { BackoffOptions } from "../../domain/backoff.ts";
import type { UlidFactory } from "../../domain/ids.ts";
import type { RateLimitMode } from "../../domain/transition.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpClient } from "../../ports/http-client.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Meter } from "../../ports/meter.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Random } from "../../ports/random.ts";
import type { SdkCaller } from "../../ports/sdk-caller.ts";
import type { Store } from "../../ports/store.ts";
import type { AppGate } from "../gate/app-gate.ts";
import type { EngineLimits } from "../limits/limits.ts";
import type { KeptRuns } from "../work/kept-runs.ts";
import type { UnderWay } from "../work/under-way.ts";
import type { CanonicalForms } from "./canonical-forms.ts";
import type { Registry } from "./registry.ts";

/** What an engine is given to reach the world. */
export interface Ports {
  store: Store;
  caller: SdkCaller;
  /** For the requests that the engine makes for steps. */
  http: HttpClient;
  clock: Clock;
  random: Random;
  logger: Logger;
  notifier: Notifier;
}

export interface Parts extends Ports {
  meter: Meter;
  registry: Registry;
  newId: UlidFactory;
  canonicalForms: CanonicalForms;
  gate: AppGate;
  /** Whether other engines may have the state open. */
  shared: boolean;
  underWay: UnderWay;
  runs: KeptRuns;
  backoff: BackoffOptions;
  limits: EngineLimits;
  rateLimitMode: RateLimitMode;
}
