/** What the files of this room work with. */
import type { AccessStore } from "../../ports/access-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";

export interface AccessParts {
  store: AccessStore;
  clock: Clock;
  logger: Logger;
  /** A ULID of now. */
  newId(): string;
}
