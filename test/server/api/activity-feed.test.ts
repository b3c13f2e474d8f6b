import { describe, expect, it } from "vitest";
import { createActivityFeed } from "../../../server/src/api/activity-feed.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";

const idle = async (): Promise<void> => undefined;

function listen(feed: ReturnType<typeof createActivityFeed>, lastId: string | null) {
  const heard: string[] = [];
  const state = { ended: false };
  const stop = feed.listen(lastId, {
    hear: (frame) => void heard.push(frame),
    end: () => {
      state.ended = true;
    },
  });
  const changes = () => heard.filter((frame) => frame.includes("event: change")).map((frame) => dataOf(frame));
  return { heard, state, stop, changes };
}

const dataOf = (frame: string) => JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "null") as Record<string, unknown>;
const idOf = (frame: string | undefined): string => /^id: (.*)$/m.exec(frame ?? "")?.[1] ?? "";
const started = (runId: string) => ({ kind: "run-started", at: 0, runId, slug: "shop-charge" }) as const;

describe("the feed of changes", () => {
  it("puts what comes within a moment into one frame, and names runs and functions once", async () => {
    const clock = createManualClock();
    const feed = createActivityFeed(clock);
    const { changes } = listen(feed, null);
    feed.notify(started("A"));
    feed.notify(started("A"));
    feed.notify({ kind: "event-received", at: 0, eventId: "E", name: "x", runs: 1 });
    expect(changes()).toEqual([]);
    await clock.advance(200, idle);
    expect(changes()).toEqual([{ runs: ["A"], functions: ["shop-charge"], topics: ["runs", "events"], many: false }]);
  });

  it("gives who comes back what was missed, and nothing twice", async () => {
    const clock = createManualClock();
    const feed = createActivityFeed(clock);
    const first = listen(feed, null);
    feed.notify(started("A"));
    await clock.advance(200, idle);
    first.stop();
    feed.notify(started("B"));
    await clock.advance(200, idle);
    const second = listen(feed, idOf(first.heard.at(-1)));
    expect(second.changes().map(({ runs }) => runs)).toEqual([["B"]]);
    expect(first.changes()).toHaveLength(1);
  });

  it("tells who was away for longer than it remembers, or comes from another engine, to load everything anew", async () => {
    const clock = createManualClock();
    const feed = createActivityFeed(clock);
    const first = listen(feed, null);
    feed.notify(started("A"));
    await clock.advance(200, idle);
    const id = idOf(first.heard.at(-1));
    for (let count = 0; count < 300; count++) {
      feed.notify(started("B"));
      await clock.advance(200, idle);
    }
    for (const lastId of [id, "abcdef-3", "nonsense"]) {
      const late = listen(feed, lastId);
      expect(late.heard.at(-1)).toContain("event: reset");
      expect(late.changes()).toEqual([]);
    }
  });

  it("says that there are more when more runs changed than it names", async () => {
    const clock = createManualClock();
    const feed = createActivityFeed(clock);
    const { changes } = listen(feed, null);
    for (let count = 0; count < 700; count++) feed.notify(started(`R${count}`));
    await clock.advance(200, idle);
    const [change] = changes();
    expect(change?.["many"]).toBe(true);
    expect(change?.["runs"]).toHaveLength(500);
  });

  it("tells what the API changed, and nothing of a poll that found an app as it was", async () => {
    const clock = createManualClock();
    const feed = createActivityFeed(clock);
    const { changes } = listen(feed, null);
    feed.notify({ kind: "app-synced", at: 0, app: "shop", url: "http://x", functions: 1, modified: false });
    await clock.advance(200, idle);
    expect(changes()).toEqual([]);
    feed.changed("pauses");
    await clock.advance(200, idle);
    expect(changes()).toEqual([{ runs: [], functions: [], topics: ["pauses"], many: false }]);
  });

  it("ends its listeners when it closes", async () => {
    const feed = createActivityFeed(createManualClock());
    const { state } = listen(feed, null);
    feed.close();
    expect(state.ended).toBe(true);
  });
});
