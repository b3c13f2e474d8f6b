/** Cuts events into requests that an engine takes. Pure; called by send. */
import { messageOf, StepwellError } from "../errors/index.ts";
import type { EventPayload } from "../protocol/event.ts";
import * as limits from "../protocol/limits.ts";

const encoder = new TextEncoder();

/**
 * Bodies of requests, in order: JSON arrays of at most 5,000 events and about 3 MiB. One event is never cut.
 * @throws {StepwellError} `send_failed` for an event that JSON cannot hold; nothing has been sent then.
 */
export function toBatches(events: readonly EventPayload[]): string[] {
  const batches: string[] = [];
  let current: string[] = [];
  let sizeBytes = 0;
  for (const event of events) {
    const text = toJson(event);
    const bytes = encoder.encode(text).length;
    if (
      current.length > 0 &&
      (current.length >= limits.eventsPerRequest || sizeBytes + bytes + 2 > limits.eventSizeBytes)
    ) {
      batches.push(`[${current.join(",")}]`);
      current = [];
      sizeBytes = 0;
    }
    current.push(text);
    sizeBytes += bytes + 1;
  }
  if (current.length > 0) batches.push(`[${current.join(",")}]`);
  return batches;
}

function toJson(event: EventPayload): string {
  try {
    return JSON.stringify(event);
  } catch (cause) {
    throw new StepwellError(`Event "${event.name}" cannot be written as JSON: ${messageOf(cause)}. Use plain data.`, {
      code: "send_failed",
      cause,
    });
  }
}
