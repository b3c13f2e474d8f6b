/** Finds promoted videos: every ten minutes, and when it is asked to. Each new one is then harvested in a run of its own. */
import type { InngestFunction } from "stepwell";
import { findVideos } from "../../lib/scraper.ts";
import { readNumber } from "../../lib/settings.ts";
import { saveVideos } from "../../lib/videos.ts";
import { inngest } from "../client.ts";
import { events, manualDiscoverySchema } from "../types.ts";

const limitDefault = 50;

/** Three attempts, with waits that grow. */
const options = {
  retries: 2 as const,
  concurrency: readNumber("MAX_CONCURRENT_DISCOVERY_JOBS", 5),
  timeouts: { finish: `${readNumber("DISCOVERY_JOB_TIMEOUT_MINUTES", 30)}m` as const },
};

/** Events that ask for the harvest of videos. Sent twice after a crash, they count once: their ids name the run. */
const harvestsOf = (videoIds: readonly string[], runId: string) =>
  videoIds.map((videoId) => ({ id: `${runId}-${videoId}`, name: events.harvest.name, data: { videoId } }));

export const scheduledDiscovery: InngestFunction = inngest.createFunction(
  {
    id: "video-discovery-scheduled",
    name: "Discover videos every ten minutes",
    triggers: [{ cron: "*/10 * * * *" }, events.scheduledDiscovery],
    ...options,
  },
  async ({ step, runId, logger }) => {
    const found = await step.run("find-videos", () => findVideos(limitDefault));
    const fresh = await step.run("save-videos", () => saveVideos(found, runId));
    logger.info("discovery found videos", { found: found.length, new: fresh.length });
    if (fresh.length > 0) await step.sendEvent("harvest", harvestsOf(fresh, runId));
    return { found: found.length, new: fresh.length };
  },
);

export const manualDiscovery: InngestFunction = inngest.createFunction(
  { id: "video-discovery-manual", name: "Discover videos on demand", triggers: [events.manualDiscovery], ...options },
  async ({ event, step, runId, logger }) => {
    const { videoId, forceRefresh = false, limit = limitDefault } = manualDiscoverySchema.parse(event.data);
    const found = await step.run("find-videos", () => (videoId === undefined ? findVideos(limit) : [videoId]));
    const fresh = await step.run("save-videos", () => saveVideos(found, runId));
    const wanted = forceRefresh ? found : fresh;
    logger.info("discovery found videos", { found: found.length, new: fresh.length, forceRefresh });
    if (wanted.length > 0) await step.sendEvent("harvest", harvestsOf(wanted, runId));
    return { found: found.length, new: fresh.length };
  },
);
