/** An event as `/v2` shows it. Called by the routes of events, and of what was started by them. Pure. */
import type { EventRecord } from "../../../domain/event.ts";
import type { EventAnswer } from "../../answers.ts";
import { iso } from "../../moment.ts";
import { parseOrNull } from "../parse-stored.ts";

export function presentEventV2(event: EventRecord): EventAnswer {
  return {
    id: event.internalId,
    eventId: event.id,
    name: event.name,
    data: JSON.parse(event.data),
    ts: event.ts,
    v: event.v,
    meta: parseOrNull(event.meta),
    receivedAt: iso(event.receivedAt),
  };
}
