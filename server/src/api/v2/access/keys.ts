/**
 * `/v2/keys`: keys that the engine makes, for its API and for events. The answer that makes one shows it, and nothing does later.
 * What the engine was started with stands under `/v2/keys/events` and `/v2/keys/signing`, as Inngest's API has them.
 */

import type { KeyRecord } from "../../../domain/access/key.ts";
import { identityOf } from "../../access/identify.ts";
import type { KeyAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

function stateOf({ revokedAt, expiresAt }: KeyRecord, now: number): KeyAnswer["state"] {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "works";
}

function present(key: KeyRecord, now: number): KeyAnswer {
  const { id, kind, name, role, hint, createdBy, previousUntil } = key;
  const isInGrace = previousUntil !== null && previousUntil > now && key.revokedAt === null;
  return {
    id,
    kind,
    name,
    role,
    hint,
    state: stateOf(key, now),
    createdAt: iso(key.createdAt),
    createdBy,
    expiresAt: isoOrNull(key.expiresAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    revokedAt: isoOrNull(key.revokedAt),
    previousUntil: isInGrace ? isoOrNull(previousUntil) : null,
  };
}

export function addKeyRoutes(app: Api, parts: V2Parts): void {
  const { access, clock, answer, answerPage } = parts;
  const id = (c: ApiContext): string => c.req.param("id") ?? "";

  app.get("/keys", async () => {
    const data = (await access.keys.list()).map((key) => present(key, clock.now()));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/keys", async (c) => {
    const body = await readObject(c, 'an object like {"name":"ci","role":"operate"}', bodyLimits.small);
    const { key, secret } = await access.keys.create(body, identityOf(c).name);
    return answer({ ...present(key, clock.now()), key: secret }, 201);
  });
  app.post("/keys/:id/rotate", async (c) => {
    const body = await readObject(c, 'an object like {"graceSeconds":3600}, or nothing', bodyLimits.small);
    const { key, secret } = await access.keys.rotate(id(c), body);
    return answer({ ...present(key, clock.now()), key: secret });
  });
  app.delete("/keys/:id", async (c) => answer(present(await access.keys.revoke(id(c)), clock.now())));
}
