/**
 * `/v2/health`, `/v2/engine`, `/v2/storage`, `/v2/limits`, `/v2/envs`, and what the engine was started with under `/v2/keys/events`
 * and `/v2/keys/signing`. Must never show a key: of keys only that they are there.
 */

import type { Api } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import type { V2Parts } from "../v2-parts.ts";
import { presentStorage } from "./present-storage.ts";

/** There is one environment: an engine is one. */
const environment = { id: "00000000-0000-4000-b000-000000000000", name: "default", type: "PRODUCTION" };

/** Asks for no key. Says whether the records are whole. */
export function addHealthRouteV2(app: Api, { store, answer, refuse }: V2Parts): void {
  app.get("/health", () => {
    const damage = store.damage();
    return damage === null ? answer({ status: "ok" }) : refuse(503, damage.code, damage.message);
  });
}

export function addEngineRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, auth, access, kept, version, serverKind, answer, answerPage } = parts;
  app.get("/storage", async () => answer(presentStorage(await store.storage())));
  app.get("/limits", () => answer(engine.limits));
  app.get("/engine", () =>
    answer({ name: "stepwell-server", version, kind: serverKind, running: engine.running().length, ...kept }),
  );
  const keys = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => ({ id: String(index + 1), name: `${name} ${index + 1}`, environment }));
  app.get("/keys/events", async () => {
    const made = (await access.keys.list()).filter((key) => key.kind === "event" && access.keys.stillWorks(key));
    const data = [
      ...keys(auth.eventKeyCount, "event key"),
      ...made.map(({ id, name, createdAt }) => ({
        id,
        name,
        environment,
        createdAt: iso(createdAt),
      })),
    ];
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.get("/keys/signing", () => answerPage(keys(auth.enabled ? 1 : 0, "signing key"), { cursor: null, limit: 1 }));
  app.get("/envs", () => answerPage([environment], { cursor: null, limit: 1 }));
}
