/** `GET /v2/audit`: who did what, newest first, a page at a time. */

import type { AuditFilter, AuditRecord } from "../../../domain/access/audit.ts";
import { EngineError } from "../../../domain/error.ts";
import type { AuditAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import { readCursor, readLimit, readTime } from "../../query.ts";
import type { V2Parts } from "../v2-parts.ts";

function present(record: AuditRecord): AuditAnswer {
  const { id, at, kind, who, action, target, detail, address, requestId, outcome } = record;
  return {
    id,
    at: iso(at),
    kind,
    who,
    action,
    target,
    detail: detail === null ? null : (JSON.parse(detail) as Record<string, unknown>),
    address,
    requestId,
    outcome,
  };
}

function readFilter(c: ApiContext): AuditFilter {
  const text = (name: string) => {
    const value = c.req.query(name);
    return value === undefined || value === "" ? {} : { [name]: value };
  };
  const outcome = c.req.query("outcome") || undefined;
  if (outcome !== undefined && outcome !== "done" && outcome !== "refused")
    throw new EngineError("invalid_request", "`outcome` must be done or refused.");
  const cursor = readCursor(c);
  const [from, until] = [readTime(c, "from"), readTime(c, "until")];
  return {
    ...text("action"),
    ...text("who"),
    ...text("target"),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === null ? {} : { from }),
    ...(until === null ? {} : { until }),
    ...(cursor === null ? {} : { cursor }),
    limit: readLimit(c),
  };
}

export function addAuditRoutes(app: Api, { access, answerPage }: V2Parts): void {
  app.get("/audit", async (c) => {
    const filter = readFilter(c);
    const records = await access.audit.list(filter);
    const next = records.length === filter.limit ? (records.at(-1)?.id ?? null) : null;
    return answerPage(records.map(present), { cursor: next, limit: filter.limit });
  });
}
