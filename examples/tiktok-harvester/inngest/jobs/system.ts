/**
 * What looks after the rest: a health check that goes on while the kill switch is on, the switch itself, and a weekly cleanup.
 * Switch, dead letters, figures and logs are the engine's own.
 */
import type { InngestFunction } from "stepwell";
import { readNumber } from "../../lib/settings.ts";
import { deleteOlderThan } from "../../lib/videos.ts";
import { InngestAdmin } from "../../web/src/lib/inngest-admin.ts";
import { inngest } from "../client.ts";
import { cleanupSchema, events, killSwitchSchema } from "../types.ts";

export const healthCheck: InngestFunction = inngest.createFunction(
  {
    id: "system-health-check",
    name: "Check the health of the system",
    triggers: [{ cron: "*/5 * * * *" }, events.healthCheck],
    retries: 0,
    exemptFromPauses: true,
  },
  async ({ step, logger }) => {
    const health = await step.run("look", () => InngestAdmin.getSystemHealth());
    if (health.status !== "healthy") logger.warn("the system is not well", { problems: health.problems });
    return health;
  },
);

export const killSwitch: InngestFunction = inngest.createFunction(
  {
    id: "system-kill-switch",
    name: "Stop everything, or let it go on",
    triggers: [events.killSwitch],
    retries: 2,
    exemptFromPauses: true,
  },
  async ({ event, step }) => {
    const { action, ...why } = killSwitchSchema.parse(event.data);
    return step.run(action, () =>
      action === "activate" ? InngestAdmin.activateKillSwitch(why) : InngestAdmin.deactivateKillSwitch(why),
    );
  },
);

export const maintenanceCleanup: InngestFunction = inngest.createFunction(
  {
    id: "maintenance-cleanup",
    name: "Delete old data every week",
    triggers: [{ cron: "0 2 * * 0" }, events.cleanup],
    retries: 2,
  },
  async ({ event, step }) => {
    const asked = cleanupSchema.safeParse(event.data);
    const days = (asked.success ? asked.data.retentionDays : undefined) ?? readNumber("RETENTION_DAYS", 90);
    // Runs, steps and logs are kept by the engine: stepwell start --retention 90d.
    return step.run("delete-old-data", () => deleteOlderThan(days));
  },
);
