import { expect, it } from "vitest";
import { type EventRecord, eventView } from "../../../server/src/domain/event.ts";

const event: EventRecord = {
  internalId: "0",
  id: "1",
  name: "a",
  ts: 5,
  data: '{"n":1}',
  user: null,
  v: null,
  meta: null,
  receivedAt: 6,
};

it("an event is seen as it was sent: without what it had not", () => {
  expect(eventView(event)).toEqual({ id: "1", name: "a", ts: 5, data: { n: 1 }, user: {} });
});

it("with its user, its version and what travels beside it", () => {
  expect(eventView({ ...event, user: '{"id":7}', v: "2", meta: '{"sessions":{}}' })).toMatchObject({
    user: { id: 7 },
    v: "2",
    meta: { sessions: {} },
  });
});
