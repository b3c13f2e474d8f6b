/** The jobs: discovery every ten minutes, a harvest for each video, and a look at how things go. */
import {
  cron,
  type DurationLike,
  eventType,
  type Inngest,
  type InngestFunction,
  invoke,
  type TimeString,
} from "stepwell";
import { z } from "zod";
import type { Operations } from "./operations.ts";
import type { Site } from "./outside.ts";

/** Comments are read up to this page. */
const pagesMax = 2;
const deadLettersMax = 10;

export const discoveryAsked = eventType("harvester/discovery.asked", {
  schema: z.object({ limit: z.number().int().positive(), refresh: z.boolean() }),
});
const videoFound = eventType("harvester/video.found", { schema: z.object({ videoId: z.string() }) });

export interface HarvesterOptions {
  client: Inngest;
  site: Site;
  operations: Pick<Operations, "deadLetters" | "pauses">;
  /** Wait before the first retry; each later one is three times as long. */
  firstRetry: TimeString | DurationLike | number;
}

/** Names of domains in a text. */
export function domainsIn(text: string): string[] {
  return [...text.matchAll(/\b((?:[a-z0-9-]+\.)+[a-z]{2,})\b/gi)].map(([, domain = ""]) => domain.toLowerCase());
}

export function createFunctions({ client, site, operations, firstRetry }: HarvesterOptions): InngestFunction[] {
  const retries = { attempts: 3, backoff: { initial: firstRetry, factor: 3 } };

  const discover = client.createFunction(
    {
      id: "discover-videos",
      triggers: [cron("*/10 * * * *", { missed: "skip" }), discoveryAsked],
      retries,
      concurrency: 5,
      timeouts: { finish: "30m" },
    },
    async ({ event, step }) => {
      const { limit, refresh } = "limit" in event.data ? event.data : { limit: 50, refresh: false };
      const videos = await step.run("find-videos", () => site.videos(limit));
      // An event's id counts once in 24 hours: a video that was harvested today is left alone.
      const events = videos.map((videoId) => videoFound.create({ videoId }, refresh ? {} : { id: `found-${videoId}` }));
      if (events.length > 0) await step.sendEvent("fan-out", events);
      return { found: videos.length };
    },
  );

  const extract = client.createFunction(
    { id: "extract-domains", triggers: [invoke(z.object({ texts: z.array(z.string()) }))], concurrency: 50 },
    ({ event }) => [...new Set(event.data.texts.flatMap(domainsIn))].sort(),
  );

  const harvest = client.createFunction(
    {
      id: "harvest-comments",
      triggers: [videoFound],
      retries,
      concurrency: 10,
      timeouts: { finish: "1h" },
      onFailure: async ({ error, event, step }) => {
        const { run_id: runId, event: failed } = event.data;
        await step.run("alert", () => site.alert(`${failed.data.videoId}: ${error.message} (run ${runId})`));
      },
    },
    async ({ event, step }) => {
      const { videoId } = event.data;
      const texts: string[] = [];
      for (let page = 1; page <= pagesMax; page++) {
        const { texts: found, isLast } = await step.run(`comments-${page}`, () => site.comments(videoId, page));
        texts.push(...found);
        if (isLast) break;
      }
      const domains = await step.invoke("extract", { function: extract, data: { texts } });
      await step.run("save", () => site.save(videoId, domains));
      return { videoId, domains: domains.length };
    },
  );

  const watch = client.createFunction(
    { id: "check-health", triggers: cron("*/5 * * * *", { missed: "skip" }), retries: 0 },
    async ({ step }) => {
      const letters = await step.run("count-dead-letters", async () => (await operations.deadLetters()).length);
      if (letters >= deadLettersMax) await step.run("alert", () => site.alert(`${letters} dead letters`));
      return { letters };
    },
  );

  return [discover, extract, harvest, watch];
}
