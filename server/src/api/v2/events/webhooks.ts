/**
 * `/v2/webhooks`: makes, changes and revokes webhooks, tries a transform out, and shows what became of deliveries. Where to deliver
 * is shown to admins alone, since whoever knows it may deliver; a secret is shown to nobody.
 */
import { mayDo } from "../../../domain/access/role.ts";
import type { DeliveryRecord, WebhookRecord } from "../../../domain/webhook.ts";
import { identityOf } from "../../access/identify.ts";
import type { DeliveryAnswer, TriedTransformAnswer, WebhookAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { statusOf } from "../../problem.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

function present(c: ApiContext, webhook: WebhookRecord): WebhookAnswer {
  const { id, name, token, transform, scheme, header, createdBy, revokedAt } = webhook;
  const isShown = revokedAt === null && mayDo(identityOf(c).role, "admin");
  return {
    id,
    name,
    path: isShown ? `/hooks/${token}` : null,
    transform,
    signature: scheme === null ? null : { scheme, header },
    state: revokedAt === null ? "works" : "revoked",
    createdAt: iso(webhook.createdAt),
    createdBy,
    changedAt: iso(webhook.changedAt),
    revokedAt: isoOrNull(revokedAt),
  };
}

/** The code of an unexpected error is none that an EngineError has. */
function statusOfDelivery({ code }: DeliveryRecord): number {
  if (code === null) return 200;
  return statusOf(code as Parameters<typeof statusOf>[0]) ?? 500;
}

function presentDelivery(delivery: DeliveryRecord): DeliveryAnswer {
  const { id, outcome, code, error, contentType, sizeBytes, body } = delivery;
  const eventIds = JSON.parse(delivery.eventIds) as string[];
  const status = statusOfDelivery(delivery);
  return { id, at: iso(delivery.at), outcome, status, code, error, eventIds, contentType, sizeBytes, body };
}

/** Texts by name; others are written as JSON. */
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === "object" && value !== null ? value : {}).map(([name, one]) => [
      name,
      typeof one === "string" ? one : JSON.stringify(one),
    ]),
  );

export function addWebhookRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;
  const { webhooks } = engine;
  const id = (c: ApiContext): string => c.req.param("id") ?? "";
  const pageOf = (data: readonly unknown[]) => answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });

  app.get("/webhooks", async (c) => pageOf((await webhooks.list()).map((webhook) => present(c, webhook))));
  app.post("/webhooks", async (c) => {
    const what = 'an object like {"name":"github","transform":"{\\"name\\": \\"github/push\\", \\"data\\": body}"}';
    const body = await readObject(c, what, bodyLimits.small);
    return answer(present(c, await webhooks.create(body, identityOf(c).name)), 201);
  });
  app.post("/webhooks/try", async (c) => {
    const body = await readObject(c, "an object with `transform` and `body`, a text", bodyLimits.webhook);
    const { transform, body: text, contentType, headers, query } = body;
    const given = textsOf(headers);
    const events = await webhooks.try(String(transform), {
      bytes: new Uint8Array(Buffer.from(String(text))),
      contentType: typeof contentType === "string" ? contentType : null,
      headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])),
      query: textsOf(query),
    });
    return answer({ events } satisfies TriedTransformAnswer);
  });
  app.get("/webhooks/:id", async (c) => answer(present(c, await webhooks.get(id(c)))));
  app.post("/webhooks/:id", async (c) => {
    const body = await readObject(c, 'an object like {"transform":"…"}', bodyLimits.small);
    return answer(present(c, await webhooks.change(id(c), body)));
  });
  app.delete("/webhooks/:id", async (c) => answer(present(c, await webhooks.revoke(id(c)))));
  app.post("/webhooks/:id/rotate", async (c) => answer(present(c, await webhooks.rotate(id(c)))));
  app.get("/webhooks/:id/deliveries", async (c) => {
    const { id: known } = await webhooks.get(id(c));
    return pageOf((await webhooks.deliveries(known)).map(presentDelivery));
  });
}
