/**
 * Keeps what apps serve up to date: asks them, takes their registrations, and knows how that went last.
 * Used by create-engine.
 */
import { randomUUID } from "node:crypto";
import { EngineError } from "../domain/error.ts";
import type { SyncOutcome } from "../ports/sdk-caller.ts";
import { AppAddresses, type SyncRequest } from "./app-addresses.ts";
import type { AppUrl, Engine, RegisterResult } from "./engine.ts";
import type { Parts } from "./parts.ts";
import { type FindAddress, removeApp, syncApp } from "./sync-app.ts";
import type { Worker } from "./worker.ts";

export interface AppSyncs {
  register(body: unknown, deployId: string | null): Promise<RegisterResult>;
  syncUrl(url: string, by: "operator" | "engine"): Promise<SyncOutcome>;
  removeApp: Engine["removeApp"];
  appUrls(): AppUrl[];
  /** Takes the apps that the store knows into the list. */
  start(): void;
}

export interface AppSyncOptions {
  /** See `EngineOptions.pinAddresses`. */
  pinned: boolean;
  ownUrl: () => string;
}

const probeTimeoutMs = 2000;

function failed(code: string, message: string): SyncOutcome {
  return { kind: "failed", code, message };
}

export function createAppSyncs(parts: Parts, open: () => Worker, { pinned, ownUrl }: AppSyncOptions): AppSyncs {
  const { caller, registry, notifier, clock } = parts;
  const addresses = new AppAddresses({ pinned, probe: (url) => caller.probe(url, probeTimeoutMs) });

  /** Takes a registration; an app that moved is no longer asked where it was. */
  const take = async (body: unknown, findAddress: FindAddress): Promise<RegisterResult> => {
    const before = new Map(registry.apps().map((app) => [app.id, app.url]));
    const registered = await syncApp(parts, open(), body, findAddress);
    const url = registry.appById(registered.appId)?.url ?? "";
    const movedFrom = before.get(registered.appId) ?? url;
    if (movedFrom !== url) addresses.forget(movedFrom);
    // An app that registers from elsewhere says nothing about the address that it keeps.
    const isThere = url !== "" && registered.message === null;
    if (isThere) addresses.remember(url, { kind: "registered", modified: registered.modified });
    return registered;
  };

  /** The app was told its address by the engine, or knows better by its own settings. */
  const takeInBand = async (registration: unknown): Promise<SyncOutcome> => {
    try {
      const { modified } = await take(registration, async () => ({ kind: "take", url: null }));
      return { kind: "registered", modified };
    } catch (error) {
      const code =
        error instanceof EngineError && error.code !== "invalid_registration" ? error.code : "invalid_function";
      return failed(code, error instanceof Error ? error.message : String(error));
    }
  };

  const ask = async (request: SyncRequest): Promise<SyncOutcome> => {
    const outcome = await caller.sync(request.url, request.deployId);
    if (outcome.kind === "in-band") return takeInBand(outcome.registration);
    if (outcome.kind === "registered" && !request.hasRegistered)
      return failed(
        "registered_elsewhere",
        `The app at ${request.url} says that it has registered, but it did so with another engine. Set INNGEST_BASE_URL=${ownUrl()} in the app's environment and start it again.`,
      );
    return outcome;
  };

  return {
    async register(body, deployId) {
      const request = addresses.answered(deployId);
      return take(body, async (known, claimed) =>
        request === null ? addresses.ruleFor(known, claimed) : { kind: "take", url: request.url },
      );
    },

    async syncUrl(url, by) {
      if (by === "operator") addresses.name(url);
      const outcome = await addresses.asking(url, randomUUID(), ask);
      const before = addresses.outcomeAt(url);
      addresses.remember(url, outcome);
      const isNews = before?.kind !== "failed" || (outcome.kind === "failed" && before.message !== outcome.message);
      if (outcome.kind === "failed" && isNews)
        notifier.notify({ kind: "app-unreachable", at: clock.now(), url, error: outcome.message });
      return outcome;
    },

    async removeApp(url) {
      await removeApp(parts, open(), url);
      addresses.forget(url);
    },

    appUrls: () => addresses.list(),

    start() {
      for (const app of registry.apps()) if (app.url !== "") addresses.remember(app.url, null);
    },
  };
}
