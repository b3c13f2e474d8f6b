/** `/v2/events`: sending one, and what was received. Source: reference/server.md §2.5. */
import { EngineError } from "../../domain/error.ts";
import type { EventFilter } from "../../ports/store.ts";
import type { Api, ApiContext } from "../api-parts.ts";
import { bodyLimits } from "../body.ts";
import { readCursor, readId, readLimit, readTime } from "../query.ts";
import { createLookup } from "./lookup.ts";
import { presentEventV2, presentRunV2 } from "./present-v2.ts";
import { readObject, type V2Parts } from "./v2-parts.ts";

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
    const { ids } = await engine.ingest({ body, seed: null });
    return answer({ eventId: ids[0] }, 201);
  });
  app.get("/events", async (c) => {
    const filter = readFilter(c);
    const events = await store.listEvents(filter);
    const cursor = events.length === filter.limit ? (events.at(-1)?.internalId ?? null) : null;
    return answerPage(events.map(presentEventV2), { cursor, limit: filter.limit });
  });
  app.get("/events/:id", async (c) => {
    const event = await existing(c);
    const refusals = await store.listRefusals(event.internalId);
    const notStarted = refusals.map(({ functionId, reason, at }) => ({
      function: engine.functionById(functionId)?.slug ?? functionId,
      reason,
      at: new Date(at).toISOString(),
    }));
    return answer({ ...presentEventV2(event), notStarted });
  });
  app.get("/events/:id/runs", async (c) => {
    const runs = await store.listRunsOfEvent((await existing(c)).internalId);
    const lookup = createLookup(parts);
    const data = runs.map((run) => presentRunV2(run, lookup, true));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
}
