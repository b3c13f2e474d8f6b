/** `step.waitForEvent`: goes on when an event comes, or when it has waited long enough. */
import { type DurationInput, type InstantLike, toTimeStringOrTimestamp } from "../duration/index.ts";
import type { AnyEvents, EventRecord, EventReference, ReferencedEvent } from "../events/index.ts";
import { objectOf, type StepOptionsOrId, type StepTool, stepError, textOf } from "./step-call.ts";

/** What `step.waitForEvent` takes. */
export interface WaitForEventOptions<TReference> {
  /** The event's name, or its `eventType()`. */
  event: TReference;
  /** How long to wait: a length of time or a moment. */
  timeout: DurationInput | Date | InstantLike;
  /** A path that must be equal in both events, e.g. `"data.userId"`. */
  match?: string;
  /** CEL over `event`, which started the run, and `async`, which is waited for. */
  if?: string;
}

/** Waits for an event. Null when none came in time. */
export type StepWaitForEvent<TEvents extends EventRecord = AnyEvents> = <
  const TReference extends EventReference<TEvents>,
>(
  idOrOptions: StepOptionsOrId,
  options: WaitForEventOptions<TReference>,
) => Promise<ReferencedEvent<TEvents, TReference> | null>;

export const waitForEvent: StepTool = {
  kind: "waitForEvent",
  op: "WaitForEvent",
  toParts([given], id) {
    const options = objectOf("waitForEvent", id, given, "`{ event, timeout, match? or if? }`");
    const { event, match, if: expression } = options;
    if (match !== undefined && expression !== undefined)
      throw stepError("waitForEvent", "takes `match` or `if`, not both", id);
    const name = typeof event === "object" && event !== null ? (event as { name?: unknown }).name : event;
    const condition =
      match === undefined ? expression : `event.${textOf("waitForEvent", id, "match", match)} == async.${match}`;
    return {
      name: textOf("waitForEvent", id, "event", name),
      opts: {
        timeout: toTimeout("waitForEvent", id, options["timeout"]),
        ...(condition === undefined ? {} : { if: textOf("waitForEvent", id, "if", condition) }),
      },
    };
  },
};

/** A wait's longest time as it travels. */
export function toTimeout(kind: "waitForEvent" | "waitForSignal" | "invoke", id: string, timeout: unknown): string {
  if (timeout === undefined) throw stepError(kind, 'needs `timeout`, such as "1h"', id);
  return toTimeStringOrTimestamp(timeout as DurationInput);
}
