/** Events as the API gives them, and sending one. */

import { ask, type Page, request, seg, toQuery } from "./request.ts";
import type { Run } from "./runs.ts";

export interface EventLine {
  /** The engine's id. */
  id: string;
  /** The sender's. */
  eventId: string;
  name: string;
  ts: number;
  receivedAt: string;
}

export interface StoredEvent extends EventLine {
  data: unknown;
  v: string | null;
  meta: unknown;
  notStarted: { function: string; reason: string; at: string }[];
}

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
export const sendEvent = (event: unknown): Promise<{ eventId: string }> =>
  ask("v2/events", { method: "POST", body: event });
