/** `step.sendEvent`: events sent once, however often the function is replayed. */
import type { EventPayload } from "../protocol/event.ts";
import { parseStepOptions, type RegisterStep, type StepOptionsOrId } from "./step-call.ts";

/** Sends events over HTTP and gives their ids back; the client's `send`. */
export type SendEvents = (payload: EventPayload | readonly EventPayload[]) => Promise<{ ids: string[] }>;

/** Sends one or many events. `TEvent` is what the client's schemas allow. */
export type StepSendEvent<TEvent = EventPayload> = (
  idOrOptions: StepOptionsOrId,
  payload: TEvent | readonly TEvent[],
) => Promise<{ ids: string[] }>;

export function createSendEvent(register: RegisterStep, send: SendEvents): StepSendEvent {
  return (idOrOptions, payload) => {
    const { id, displayName } = parseStepOptions("sendEvent", idOrOptions);
    return register({
      op: "StepPlanned",
      id,
      displayName,
      name: "sendEvent",
      opts: { type: "step.sendEvent" },
      run: () => send(payload),
    }) as Promise<{ ids: string[] }>;
  };
}
