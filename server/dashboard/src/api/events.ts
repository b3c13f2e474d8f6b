/** Requests for events, and for sending one. */
import type { EventLineAnswer, SentAnswer, StoredEventAnswer } from "../../../src/api/answers.ts";
import { ask, type Page, request, seg, toQuery } from "./request.ts";
import type { Run } from "./runs.ts";

export type EventLine = EventLineAnswer;
export type StoredEvent = StoredEventAnswer;

export interface EventFilter {
  name?: string | undefined;
  internal?: boolean | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

export const listEvents = (filter: EventFilter, cursor: string | null, limit = 50): Promise<Page<EventLine>> =>
  request(
    `v2/events${toQuery({ ...filter, internal: filter.internal === true ? undefined : "false", includeData: "false", cursor, limit })}`,
  );
export const getEvent = (id: string): Promise<StoredEvent> => ask(`v2/events/${seg(id)}`);
export const runsOfEvent = (id: string): Promise<Run[]> => ask(`v2/events/${seg(id)}/runs?includeOutput=false`);
export const sendEvent = (event: unknown): Promise<SentAnswer> => ask("v2/events", { method: "POST", body: event });
