/** The events of this app, with what their data must look like. */
import { eventType } from "stepwell";
import { z } from "zod";

/** MVP: pages of comments that are read of a video. */
export const pagesMax = 2;

const requestedBy = z.string().min(1);
const reason = z.string().min(1);

export const manualDiscoverySchema = z.object({
  videoId: z.string().min(1).optional(),
  forceRefresh: z.boolean().optional(),
  limit: z.number().int().min(1).max(500).optional(),
});
export const harvestSchema = z.object({
  videoId: z.string().min(1),
  maxPages: z.number().int().min(1).max(pagesMax).optional(),
});
export const extractSchema = z.object({ videoId: z.string().min(1) });
export const killSwitchSchema = z.object({ action: z.enum(["activate", "deactivate"]), reason, requestedBy });
export const cleanupSchema = z.object({ retentionDays: z.number().int().min(1).max(3650).optional() });
/** What admins say of why they switch. */
export const whySchema = z.object({ reason, requestedBy });

export const events = {
  scheduledDiscovery: eventType("tiktok/video.discovery.scheduled", { schema: z.object({}) }),
  manualDiscovery: eventType("tiktok/video.discovery.manual", { schema: manualDiscoverySchema }),
  harvest: eventType("tiktok/comment.harvest", { schema: harvestSchema }),
  extract: eventType("tiktok/domain.extract", { schema: extractSchema }),
  healthCheck: eventType("tiktok/system.health_check", { schema: z.object({}) }),
  killSwitch: eventType("tiktok/system.kill_switch", { schema: killSwitchSchema }),
  cleanup: eventType("tiktok/maintenance.cleanup", { schema: cleanupSchema }),
} as const;
