/** What the gate in front of the apps needs of the engine. */
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Random } from "../../ports/random.ts";
import type { EngineLimits } from "../limits/limits.ts";

export interface GateParts {
  clock: Clock;
  random: Random;
  logger: Logger;
  notifier: Notifier;
  limits: EngineLimits;
}
