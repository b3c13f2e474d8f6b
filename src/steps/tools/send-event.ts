/** `step.sendEvent`: events sent once, however often the function is replayed. */
import { isObject, rule } from "../../options/index.ts";
import type { EventPayload } from "../../protocol/event.ts";
import type { StepOptionsOrId, StepTool } from "../step-call.ts";
import { eventIdSeed } from "../step-id.ts";

/** Sends one or many events. `TEvent` is what the client's schemas allow. */
export type StepSendEvent<TEvent = EventPayload> = (
  idOrOptions: StepOptionsOrId,
  payload: TEvent | readonly TEvent[],
) => Promise<{ ids: string[] }>;

export const sendEvent: StepTool = {
  kind: "sendEvent",
  op: "StepPlanned",
  takes: rule("an event or an array of events", isObject),
  toParts: (_input, _id, env) => ({
    name: "sendEvent",
    opts: { type: "step.sendEvent" },
    // A step that is run again after a crash sends the same ids again, so that the engine knows the events.
    run: ([events], hashedId) =>
      env.send(events as EventPayload, (request) => eventIdSeed(env.runId, `${hashedId}.${request}`), env.sessions()),
  }),
};
