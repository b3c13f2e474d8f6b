/** `/api/admin/jobs`: GET tells how jobs go (`?type=discovery&hours=24`), POST starts some. */
import { z } from "zod";
import { triggerCommentHarvesting, triggerVideoDiscovery } from "../../../../../../inngest/index.ts";
import { harvestSchema, manualDiscoverySchema } from "../../../../../../inngest/types.ts";
import { adminRoute, BadRequest, readBody } from "../../../../lib/admin-route.ts";
import { InngestAdmin, type JobType, jobTypes } from "../../../../lib/inngest-admin.ts";

const hoursMax = 24 * 90;
const logLines = 50;

function readQuery(request: Request): { type: JobType | null; hours: number } {
  const query = new URL(request.url).searchParams;
  const type = query.get("type");
  const hours = Number(query.get("hours") ?? "24");
  if (type !== null && !Object.hasOwn(jobTypes, type))
    throw new BadRequest(`type is ${type}; expected ${Object.keys(jobTypes).join(", ")}, or nothing for all.`);
  if (!(hours > 0 && hours <= hoursMax)) throw new BadRequest(`hours must be a number above 0, ${hoursMax} at most.`);
  return { type: type as JobType | null, hours };
}

export const GET = adminRoute(async (request) => {
  const { type, hours } = readQuery(request);
  const [metrics, health, recentLogs] = await Promise.all([
    InngestAdmin.getJobMetrics(type, hours),
    InngestAdmin.getSystemHealth(),
    InngestAdmin.getRecentLogs(logLines),
  ]);
  return { type, hours, metrics, health, recentLogs };
});

const body = z.discriminatedUnion("action", [
  manualDiscoverySchema.extend({ action: z.literal("trigger_discovery") }),
  harvestSchema.extend({ action: z.literal("trigger_harvesting") }),
]);
const example =
  '{"action":"trigger_discovery","limit":50,"forceRefresh":false} or {"action":"trigger_harvesting","videoId":"v1","maxPages":2}';

export const POST = adminRoute(async (request) => {
  const { action, ...data } = await readBody(request, body, example);
  const { ids } =
    action === "trigger_discovery"
      ? await triggerVideoDiscovery(data)
      : await triggerCommentHarvesting(
          (data as z.infer<typeof harvestSchema>).videoId,
          (data as z.infer<typeof harvestSchema>).maxPages,
        );
  return { action, eventIds: ids };
});
