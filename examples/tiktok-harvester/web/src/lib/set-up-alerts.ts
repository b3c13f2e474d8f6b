/**
 * Makes the seed's five alerts in the engine, which watches by itself: to a webhook (ALERT_WEBHOOK_URL) and to Slack
 * (SLACK_WEBHOOK_URL). Called at the start of the app, and by POST /api/admin/config with {"action":"set_up_alerts"}. What there
 * is already stays as it is.
 */
import type { NewAlertChannel, NewAlertRule } from "stepwell-server/client";
import { engineClient } from "../../../lib/engine-client.ts";
import { bounds } from "./inngest-admin.ts";

const appId = "tiktok-domain-harvester";
const minuteMs = 60_000;

const rules: readonly (NewAlertRule & { name: string })[] = [
  { name: "Kill switch is active", condition: "kill-switch", severity: "critical" },
  {
    name: "No successful discovery",
    condition: "no-success",
    function: `${appId}-video-discovery-scheduled`,
    windowMs: bounds.discoveryMinutes * minuteMs,
  },
  {
    name: "No successful harvesting",
    condition: "no-success",
    function: `${appId}-comment-harvest`,
    windowMs: bounds.harvestingMinutes * minuteMs,
  },
  { name: "Low success rate", condition: "success-rate", threshold: bounds.successRate * 100 },
  { name: "Dead letter queue", condition: "dead-letters", threshold: bounds.deadLetters },
];

/** @returns the names of those that there are now */
async function channelsOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { channels } = engineClient().alerts;
  const [webhook, slack] = [env["ALERT_WEBHOOK_URL"], env["SLACK_WEBHOOK_URL"]];
  const wanted: NewAlertChannel[] = [
    ...(webhook ? [{ name: "harvester-webhook", kind: "webhook", url: webhook } as const] : []),
    ...(slack ? [{ name: "harvester-slack", kind: "slack", url: slack } as const] : []),
  ];
  const known = await channels.list();
  for (const channel of wanted) {
    if (!known.some(({ name }) => name === channel.name)) await channels.create(channel);
  }
  return wanted.map(({ name }) => name);
}

/** @returns the names of all five rules */
export async function setUpAlerts(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const client = engineClient().alerts;
  const channels = await channelsOf(env);
  const known = await client.rules.list();
  for (const rule of rules) {
    if (!known.some(({ name }) => name === rule.name)) await client.rules.create({ ...rule, channels });
  }
  return rules.map(({ name }) => name);
}
