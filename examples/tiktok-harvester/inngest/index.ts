/** Main exports, and helpers that send events. */
import type { z } from "zod";
import { inngest } from "./client.ts";
import { events, type manualDiscoverySchema, type whySchema } from "./types.ts";

export { inngest } from "./client.ts";
export { functions } from "./jobs/index.ts";

type Sent = Promise<{ ids: string[] }>;

export function triggerVideoDiscovery(data: z.infer<typeof manualDiscoverySchema>): Sent {
  return inngest.send({ name: events.manualDiscovery.name, data });
}

export function triggerCommentHarvesting(videoId: string, maxPages?: number): Sent {
  return inngest.send({
    name: events.harvest.name,
    data: { videoId, ...(maxPages === undefined ? {} : { maxPages }) },
  });
}

export function activateKillSwitch(why: z.infer<typeof whySchema>): Sent {
  return inngest.send({ name: events.killSwitch.name, data: { action: "activate", ...why } });
}

export function deactivateKillSwitch(why: z.infer<typeof whySchema>): Sent {
  return inngest.send({ name: events.killSwitch.name, data: { action: "deactivate", ...why } });
}
