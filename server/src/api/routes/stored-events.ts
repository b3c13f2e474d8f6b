/** `/v1/events`: events that were received, and the runs that they started. Ids are internal ones, as the event API gives them. */
import { EngineError } from "../../domain/error.ts";
import type { EventFilter } from "../../ports/store.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { envelope, presentEvent, presentRun } from "../present.ts";
import { readCursor, readId, readLimit, readTime } from "../query.ts";

function readFilter(c: ApiContext): EventFilter {
  const filter: EventFilter = { limit: readLimit(c) };
  const name = c.req.query("name");
  if (name !== undefined && name !== "") filter.name = name;
  const cursor = readCursor(c);
  if (cursor !== null) filter.cursor = cursor;
  const before = readTime(c, "received_before");
  if (before !== null) filter.receivedBefore = before;
  const after = readTime(c, "received_after");
  if (after !== null) filter.receivedAfter = after;
  return filter;
}

export function addStoredEventRoutes(app: Api, { engine, store, clock, respond }: ApiParts): void {
  const existing = async (c: ApiContext) => {
    const event = await store.getEvent(readId(c, "id", "event"));
    if (event === null) throw new EngineError("event_not_found", "Event not found");
    return event;
  };

  app.get("/v1/events", async (c) => {
    const filter = readFilter(c);
    const events = await store.listEvents(filter);
    const { data, metadata } = envelope(events.map(presentEvent), clock.now());
    metadata.next_cursor = events.length === filter.limit ? (events.at(-1)?.internalId ?? null) : null;
    return respond.json(200, { data, metadata });
  });

  app.get("/v1/events/:id", async (c) => respond.json(200, envelope(presentEvent(await existing(c)), clock.now())));

  app.get("/v1/events/:id/runs", async (c) => {
    const { internalId } = await existing(c);
    const runs = await store.listRunsOfEvent(internalId);
    return respond.json(
      200,
      envelope(
        runs.map((run) => presentRun(run, engine.functionById(run.functionId))),
        clock.now(),
      ),
    );
  });
}
