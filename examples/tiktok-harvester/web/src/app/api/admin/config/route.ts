/** `/api/admin/config`: GET has the configuration, POST changes a key of it while jobs run, or sets the alerts up. */
import { z } from "zod";
import { adminRoute, BadRequest, readBody } from "../../../../lib/admin-route.ts";
import { InngestAdmin, isConfigKey } from "../../../../lib/inngest-admin.ts";
import { setUpAlerts } from "../../../../lib/set-up-alerts.ts";

const change = z.object({
  key: z.string(),
  value: z.number().int().min(1).max(1000),
  description: z.string().min(1),
  requestedBy: z.string().min(1).optional(),
});
const body = z.union([change, z.object({ action: z.literal("set_up_alerts") })]);
const example = '{"key":"max_concurrent_discovery_jobs","value":10,"description":"Increase discovery throughput"}';

export const GET = adminRoute(() => InngestAdmin.getConfig());

export const POST = adminRoute(async (request) => {
  const wanted = await readBody(request, body, example);
  if ("action" in wanted) return { alerts: await setUpAlerts() };
  const { key, value, description, requestedBy = "admin API" } = wanted;
  if (!isConfigKey(key))
    throw new BadRequest(
      `There is no key ${key}; expected max_concurrent_discovery_jobs or max_concurrent_harvesting_jobs.`,
    );
  return InngestAdmin.setConfig(key, value, description, requestedBy);
});
