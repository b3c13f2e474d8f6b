/** Reads the comments of a video, and takes the domains out of them. */
import { type InngestFunction, NonRetriableError } from "stepwell";
import { readComments } from "../../lib/scraper.ts";
import { readNumber } from "../../lib/settings.ts";
import { commentsOf, domainsIn, saveComments, saveDomains } from "../../lib/videos.ts";
import { inngest } from "../client.ts";
import { events, extractSchema, harvestSchema, pagesMax } from "../types.ts";

export const commentHarvest: InngestFunction = inngest.createFunction(
  {
    id: "comment-harvest",
    name: "Harvest the comments of a video",
    triggers: [events.harvest],
    retries: 2,
    concurrency: readNumber("MAX_CONCURRENT_HARVESTING_JOBS", 10),
    timeouts: { finish: `${readNumber("HARVESTING_JOB_TIMEOUT_MINUTES", 60)}m` },
  },
  async ({ event, step, runId, logger }) => {
    const wanted = harvestSchema.safeParse(event.data);
    if (!wanted.success)
      throw new NonRetriableError(
        `The event asks for no harvest; expected data like {"videoId":"v1","maxPages":${pagesMax}}.`,
      );
    const { videoId, maxPages = pagesMax } = wanted.data;
    let count = 0;
    for (let page = 1; page <= maxPages; page++) {
      const { saved, isLast } = await step.run(`comments-page-${page}`, async () => {
        const { comments, isLast: last } = await readComments(videoId, page);
        await saveComments(videoId, comments);
        return { saved: comments.length, isLast: last };
      });
      count += saved;
      if (isLast) break;
    }
    logger.info("comments harvested", { videoId, count });
    await step.sendEvent("extract", { id: `${runId}-extract`, name: events.extract.name, data: { videoId } });
    return { videoId, comments: count };
  },
);

export const domainExtract: InngestFunction = inngest.createFunction(
  {
    id: "domain-extract",
    name: "Take domains out of comments",
    triggers: [events.extract],
    retries: 2,
    concurrency: 50,
  },
  async ({ event, step }) => {
    const { videoId } = extractSchema.parse(event.data);
    return step.run("extract", async () => {
      const domains = domainsIn(await commentsOf(videoId));
      await saveDomains(videoId, domains);
      return { videoId, domains };
    });
  },
);
