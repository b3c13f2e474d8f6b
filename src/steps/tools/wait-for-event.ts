/** `step.waitForEvent`: goes on when an event comes, or when it has waited long enough. */
import type { DurationInput, InstantLike } from "../../duration/index.ts";
import {
  type AnyEvents,
  type EventRecord,
  type EventReference,
  type EventType,
  eventMatch,
  type ReferencedEvent,
  toEventMatch,
} from "../../events/index.ts";
import { noteFailure } from "../await-steps.ts";
import { type RegisterStep, type StepOptionsOrId, type StepTool, waitText } from "../step-call.ts";

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

/**
 * Waits for an event. Null when none came in time. One that does not fit the schema of its event type fails the step, with a
 * StepError named EventValidationError.
 */
export type StepWaitForEvent<TEvents extends EventRecord = AnyEvents> = <
  const TReference extends EventReference<TEvents>,
>(
  idOrOptions: StepOptionsOrId,
  options: WaitForEventOptions<TReference>,
) => Promise<ReferencedEvent<TEvents, TReference> | null>;

const waitForEvent: StepTool = {
  kind: "waitForEvent",
  op: "WaitForEvent",
  takes: eventMatch("event", "timeout"),
  toParts([given], _id, env) {
    const { event: name, ...opts } = toEventMatch(given, (timeout) => waitText(timeout, env));
    return { name, opts };
  },
};

/** The step tool of one run. Events are checked as user code would get them: after middleware has decrypted or changed them. */
export function createWaitForEvent(register: RegisterStep): StepWaitForEvent {
  const call: unknown = (options: StepOptionsOrId, given: unknown): Promise<unknown> => {
    const result = register(waitForEvent, options, [given]);
    const type = (given as { event?: Partial<EventType> } | null)?.event;
    return noteFailure(type?.["~fit"]?.(result, options) ?? result);
  };
  return call as StepWaitForEvent;
}
