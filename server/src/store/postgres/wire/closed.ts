/** The error of a store that was closed. For connections.ts and open-store.ts. */
import { EngineError } from "../../../domain/error.ts";

export function closedError(): EngineError {
  return new EngineError("shutting_down", "The store is closed. Start the engine again to use it.", {
    retryable: true,
  });
}
