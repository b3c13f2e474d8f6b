/**
 * The table of who may use each route of the API, and which routes change something that is worth knowing later. A route that
 * is not in it answers nobody but admins, and a test fails. Read by the guard. Routes of `/api/v2` are those of `/v2`.
 */
import type { Role } from "../../domain/access/role.ts";

/** What a change is called in the audit log, and what of the request stands there. */
export interface Change {
  action: string;
  /**
   * Names of the path's parameters, or of fields of the body or the query, that say what was changed. Never one that holds data
   * of users. Default: the parameters.
   */
  fields?: readonly string[];
  /** `traffic`: what programs do all day, written only when a person does it. Default: false. */
  isTraffic?: boolean;
}

export type RouteAccess =
  /** Asks nobody: `why` says why that is safe. */
  | { needs: "nothing"; why: string; change?: Change }
  /** An event key or the secret of a webhook in the path or, for `/v1/events`, in the header; the route looks at it. */
  | { needs: "event-key"; change?: never }
  | { needs: Role; change?: Change };

const open = (why: string, action?: string, ...fields: string[]): RouteAccess => ({
  needs: "nothing",
  why,
  ...(action === undefined ? {} : { change: { action, fields } }),
});
const read: RouteAccess = { needs: "read" };
const admin: RouteAccess = { needs: "admin" };

const operate = (action: string, ...fields: string[]): RouteAccess => ({
  needs: "operate",
  change: { action, ...(fields.length === 0 ? {} : { fields }) },
});
const change = (action: string, ...fields: string[]): RouteAccess => ({
  needs: "admin",
  change: { action, ...(fields.length === 0 ? {} : { fields }) },
});
/** What apps and clients do all day. */
const traffic = (action: string, ...fields: string[]): RouteAccess => ({
  needs: "operate",
  change: { action, isTraffic: true, ...(fields.length === 0 ? {} : { fields }) },
});

const filterFields = ["appId", "functionId", "status", "from", "until", "if", "reason"] as const;
const filterFieldsV1 = ["app_id", "function_id", "started_after", "started_before", "if"] as const;
const ruleFields = [
  "id",
  "name",
  "condition",
  "function",
  "app",
  "threshold",
  "windowMs",
  "severity",
  "enabled",
] as const;
const pauseFields = ["target", "scope", "reason", "arriving", "running"] as const;

const limitFields = ["function", "control", "key", "limit", "period", "burst", "reason"] as const;

export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  "OPTIONS /*": open("It says nothing."),
  "GET /": open("It says what this is, and which routes there are."),
  "GET /health": open("It says only whether the engine is well: what watches it has no key."),
  "GET /dev": open("It is there in dev mode only."),
  "GET /v2/health": open("It says only whether the engine is well: what watches it has no key."),
  "GET /docs": read,
  "GET /docs.css": read,
  "GET /v2/openapi.json": read,
  "GET /v2/session": open("It says whether one is signed in."),
  "POST /v2/session": open("It is how one signs in.", "session.begin"),
  "DELETE /v2/session": open("Whoever is not signed in has nothing to end.", "session.end", "everywhere"),
  "GET /v2/session/oidc": open("It sends the browser to where one signs in."),
  "GET /v2/session/oidc/callback": open("It is how one comes back from there. It writes the audit log itself."),
  "POST /v2/session/password": { needs: "read", change: { action: "password.change" } },

  "POST /e/:key": { needs: "event-key" },
  "POST /hooks/:token": { needs: "event-key" },
  "POST /v1/events": { needs: "event-key" },
  "POST /e/": open("It refuses what comes without a key."),
  "POST /e": open("It refuses what comes without a key."),

  // What apps do, with the signing key.
  "POST /fn/register": admin,
  "POST /v1/checkpoint/:runId/async": admin,
  "GET /v0/runs/:id/actions": read,
  "GET /v0/runs/:id/batch": read,
  "POST /v1/runs/:id/metadata": traffic("run.metadata"),
  "POST /v1/signals": traffic("signal.send", "signal"),
  "POST /invoke/:slug": traffic("function.invoke"),

  "DELETE /fn/remove": operate("app.remove", "url"),
  "DELETE /v0/runs/:id": operate("run.cancel"),
  "GET /v1/events": read,
  "GET /v1/events/:id": read,
  "GET /v1/events/:id/runs": read,
  "GET /v1/runs": read,
  "GET /v1/runs/:id": read,
  "DELETE /v1/runs/:id": operate("run.cancel"),
  "GET /v1/runs/:id/steps": read,
  "GET /v1/runs/:id/jobs": read,
  "GET /v1/apps": read,
  "POST /v1/apps": operate("app.sync", "url"),
  "GET /v1/apps/:name/functions": read,
  "GET /v1/cancellations": read,
  "POST /v1/cancellations": operate("runs.cancel", ...filterFieldsV1),
  "DELETE /v1/cancellations/:id": operate("bulk-job.stop"),

  "GET /v2/events": read,
  "POST /v2/events": traffic("event.send", "name"),
  "GET /v2/events/:id": read,
  "GET /v2/events/:id/runs": read,
  "GET /v2/runs": read,
  "GET /v2/runs/:id": read,
  "GET /v2/runs/:id/trace": read,
  "GET /v2/runs/:id/why": read,
  "GET /v2/runs/:id/steps/:step": read,
  "GET /v2/runs/:id/logs": read,
  "GET /v2/runs/:id/stream": read,
  "GET /v2/run-states": read,
  "POST /v2/run-actions": operate("runs.act", "action", "runIds"),
  "POST /v2/runs/:id/cancel": operate("run.cancel"),
  "POST /v2/runs/:id/rerun": operate("run.rerun", "id", "fromStep"),
  "GET /v2/apps": read,
  "GET /v2/apps/:app": read,
  "GET /v2/apps/:app/functions": read,
  "GET /v2/apps/:app/functions/:fn": read,
  "GET /v2/apps/:app/functions/:fn/runs": read,
  "POST /v2/apps/:app/functions/:fn/invoke": traffic("function.invoke"),
  "GET /v2/functions": read,
  "GET /v2/functions/:fn": read,
  "GET /v2/functions/:fn/runs": read,
  "POST /v2/functions/:fn/invoke": traffic("function.invoke"),
  "GET /v2/pauses": read,
  "POST /v2/pauses": operate("pause", ...pauseFields),
  "DELETE /v2/pauses": operate("resume", ...pauseFields),
  "POST /v2/pauses/resume": operate("resume", ...pauseFields),
  "GET /v2/limit-overrides": read,
  "POST /v2/limit-overrides": operate("limit.set", ...limitFields),
  "DELETE /v2/limit-overrides": operate("limit.reset", ...limitFields),
  "POST /v2/limit-overrides/reset": operate("limit.reset", ...limitFields),
  "GET /v2/dead-letters": read,
  "GET /v2/dead-letters/:id": read,
  "DELETE /v2/dead-letters/:id": operate("dead-letter.drop"),
  "POST /v2/dead-letters/:id/retry": operate("dead-letter.retry"),
  "POST /v2/dead-letters/retry": operate("dead-letters.retry", ...filterFields),
  "POST /v2/dead-letters/drop": operate("dead-letters.drop", ...filterFields),
  "GET /v2/dead-letter-count": read,
  "GET /v2/dead-letter-groups": read,
  "GET /v2/cancellations": read,
  "POST /v2/cancellations": operate("runs.cancel", ...filterFields),
  "GET /v2/cancellations/:id": read,
  "DELETE /v2/cancellations/:id": operate("bulk-job.stop"),
  "GET /v2/reruns": read,
  "POST /v2/reruns": operate("runs.rerun", ...filterFields),
  "GET /v2/reruns/:id": read,
  "DELETE /v2/reruns/:id": operate("bulk-job.stop"),
  "GET /v2/bulk-jobs": read,
  "GET /v2/bulk-jobs/:id": read,
  "DELETE /v2/bulk-jobs/:id": operate("bulk-job.stop"),
  "GET /v2/schedules": read,
  "POST /v2/schedules": operate("schedule.create", "name", "cron", "function", "event"),
  "GET /v2/schedules/:id": read,
  "DELETE /v2/schedules/:id": operate("schedule.remove"),
  "POST /v2/schedules/:id/pause": operate("schedule.pause"),
  "POST /v2/schedules/:id/resume": operate("schedule.resume"),
  "GET /v2/alerts": read,
  "GET /v2/alerts/history": read,
  "GET /v2/alerts/conditions": read,
  "GET /v2/alerts/rules": read,
  "POST /v2/alerts/rules": operate("alert-rule.create", ...ruleFields),
  "GET /v2/alerts/rules/:id": read,
  "POST /v2/alerts/rules/:id": operate("alert-rule.change", ...ruleFields),
  "DELETE /v2/alerts/rules/:id": operate("alert-rule.remove"),
  "POST /v2/alerts/rules/:id/enable": operate("alert-rule.enable"),
  "POST /v2/alerts/rules/:id/disable": operate("alert-rule.disable"),
  "GET /v2/alerts/channels": read,
  "POST /v2/alerts/channels": change("alert-channel.create", "name", "kind"),
  "GET /v2/alerts/channels/:id": read,
  "POST /v2/alerts/channels/:id": change("alert-channel.change", "id", "name"),
  "DELETE /v2/alerts/channels/:id": change("alert-channel.remove"),
  "POST /v2/alerts/channels/:id/test": operate("alert-channel.test"),
  "GET /v2/app-addresses": read,
  "GET /v2/ticks": read,
  "GET /v2/queue": read,
  "GET /v2/overview": read,
  "GET /v2/metrics": read,
  "GET /metrics": read,
  "GET /v2/stream": read,
  "GET /v2/engine": read,
  "GET /v2/storage": read,
  "GET /v2/limits": read,
  "GET /v2/keys": admin,
  "POST /v2/keys": change("key.create", "name", "kind", "role", "expiresAt"),
  "POST /v2/keys/:id/rotate": change("key.rotate", "id", "graceSeconds"),
  "DELETE /v2/keys/:id": change("key.revoke"),
  "GET /v2/users": admin,
  "POST /v2/users": change("user.create", "name", "role"),
  "POST /v2/users/:name": change("user.change", "name", "role"),
  "DELETE /v2/users/:name": change("user.remove"),
  "DELETE /v2/users/:name/sessions": change("user.sign-out"),
  // What a tool does asks for its own role, as the route that it uses.
  "POST /mcp": read,
  "GET /v2/webhooks": read,
  "POST /v2/webhooks": change("webhook.create", "name"),
  "POST /v2/webhooks/try": traffic("webhook.try"),
  "GET /v2/webhooks/:id": read,
  "POST /v2/webhooks/:id": change("webhook.change", "id", "name"),
  "DELETE /v2/webhooks/:id": change("webhook.revoke"),
  "POST /v2/webhooks/:id/rotate": change("webhook.rotate"),
  "GET /v2/webhooks/:id/deliveries": read,
  "GET /v2/audit": admin,
  "GET /v2/keys/events": read,
  "GET /v2/keys/signing": read,
  "GET /v2/envs": read,
};
