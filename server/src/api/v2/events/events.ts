/** `/v2/events`: sending one, and what was received. See docs/api.md#events. */

import { headerKeys } from "stepwell/protocol";
import { EngineError } from "../../../domain/error.ts";
import type { EventRecord } from "../../../domain/event.ts";
import type { EventFilter } from "../../../ports/store.ts";
import type { EventLineAnswer } from "../../answers.ts";
import { type Api, type ApiContext, requestHeader } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { iso } from "../../moment.ts";
import { readCursor, readId, readLimit, readTime } from "../../query.ts";
import { createLookup } from "../lookup.ts";
import { presentRunV2 } from "../runs/present-run.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentEventV2 } from "./present-event.ts";

function readFilter(c: ApiContext): EventFilter {
  const name = c.req.query("name");
  const cursor = readCursor(c);
  const from = readTime(c, "from");
  const until = readTime(c, "until");
  return {
    limit: readLimit(c),
    ...(name === undefined || name === "" ? {} : { name }),
    ...(cursor === null ? {} : { cursor }),
    // The store's bounds are exclusive, those of the API include the beginning.
    ...(from === null ? {} : { receivedAfter: from - 1 }),
    ...(until === null ? {} : { receivedBefore: until }),
  };
}

const isInternal = ({ name }: EventRecord): boolean => name.startsWith("inngest/");
/** Pages of the store that are looked at for one of the answer. */
const pagesMax = 10;

interface EventPage {
  events: EventRecord[];
  cursor: string | null;
}

/** A page, without those that the engine made itself unless they are wanted; then it may be short before the end. */
async function listEvents({ store }: V2Parts, filter: EventFilter, withInternal: boolean): Promise<EventPage> {
  const found: EventRecord[] = [];
  let next = filter;
  for (let page = 0; ; page++) {
    const events = await store.listEvents(next);
    const wanted = withInternal ? events : events.filter((event) => !isInternal(event));
    found.push(...wanted);
    if (found.length > filter.limit) {
      const kept = found.slice(0, filter.limit);
      return { events: kept, cursor: kept.at(-1)?.internalId ?? null };
    }
    const last = events.at(-1)?.internalId ?? null;
    if (last === null || events.length < filter.limit) return { events: found, cursor: null };
    if (found.length === filter.limit || page + 1 >= pagesMax) return { events: found, cursor: last };
    next = { ...next, cursor: last };
  }
}

/** Without what it holds, but for how large that is. */
function presentEventLine(event: EventRecord): EventLineAnswer {
  const { internalId, id, name, ts, receivedAt, data } = event;
  return {
    id: internalId,
    eventId: id,
    name,
    ts,
    receivedAt: iso(receivedAt),
    dataLength: data.length,
  };
}

export function addEventRoutesV2(app: Api, parts: V2Parts): void {
  const { engine, store, answer, answerPage } = parts;
  const existing = async (c: ApiContext) => {
    const id = readId(c, "id", "event");
    const event = await store.getEvent(id);
    if (event === null) throw new EngineError("event_not_found", `There is no event ${id}.`);
    return event;
  };

  app.post("/events", async (c) => {
    const body = await readObject(c, 'an event like {"name":"shop/order.placed","data":{}}', bodyLimits.events);
    const traceparent = requestHeader(c, headerKeys.traceparent);
    const { ids } = await engine.ingest({ body, seed: null, ...(traceparent && { traceparent }) });
    return answer({ eventId: ids[0] }, 201);
  });
  app.get("/events", async (c) => {
    const filter = readFilter(c);
    const { events, cursor } = await listEvents(parts, filter, c.req.query("internal") !== "false");
    const isWhole = c.req.query("includeData") !== "false";
    return answerPage(isWhole ? events.map(presentEventV2) : events.map(presentEventLine), {
      cursor,
      limit: filter.limit,
    });
  });
  app.get("/events/:id", async (c) => {
    const event = await existing(c);
    const refusals = await store.listRefusals(event.internalId);
    const notStarted = refusals.map(({ functionId, reason, at }) => ({
      function: engine.functionById(functionId)?.slug ?? functionId,
      reason,
      at: iso(at),
    }));
    return answer({ ...presentEventV2(event), notStarted });
  });
  app.get("/events/:id/runs", async (c) => {
    const runs = await store.listRunsOfEvent((await existing(c)).internalId);
    const lookup = createLookup(parts);
    const data = runs.map((run) => presentRunV2(run, lookup, c.req.query("includeOutput") !== "false"));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
}
