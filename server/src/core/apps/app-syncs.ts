/**
 * Keeps what apps serve up to date: asks them, takes their registrations, and knows how that went last.
 * Used by create-engine.
 *
 * Main file of the room `apps`. What apps serve: where they are, what they register, how often they are asked.
 */
import { randomUUID } from "node:crypto";
import { EngineError } from "../../domain/error.ts";
import { shownUrl, withoutMask } from "../../domain/shown-url.ts";
import type { SyncOutcome } from "../../ports/sdk-caller.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { AppAddresses, type AppUrl, type SyncRequest } from "./app-addresses.ts";
import { toAppPlace, withCredentialsOf } from "./app-place.ts";
import { type FindAddress, type RegisterResult, removeApp, syncApp } from "./sync-app.ts";

export interface AppSyncs {
  register(body: unknown, deployId: string | null): Promise<RegisterResult>;
  syncUrl(url: string, by: "operator" | "engine"): Promise<SyncOutcome>;
  /** @throws EngineError `app_not_found` */
  removeApp(url: string): Promise<void>;
  appUrls(): AppUrl[];
  /** Takes the apps that the store knows into the list, as often as it is called. */
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

export function createAppSyncs(parts: Parts, open: () => Committer, options: AppSyncOptions): AppSyncs {
  return new PortsAppSyncs(parts, open, options);
}

class PortsAppSyncs implements AppSyncs {
  readonly #parts: Parts;
  readonly #open: () => Committer;
  readonly #ownUrl: () => string;
  readonly #addresses: AppAddresses;

  constructor(parts: Parts, open: () => Committer, { pinned, ownUrl }: AppSyncOptions) {
    this.#parts = parts;
    this.#open = open;
    this.#ownUrl = ownUrl;
    this.#addresses = new AppAddresses({ pinned, probe: (url) => parts.caller.probe(url, probeTimeoutMs) });
  }

  appUrls(): AppUrl[] {
    return this.#addresses.list();
  }

  start(): void {
    for (const { url } of this.#parts.registry.apps())
      if (url !== "" && (this.#addresses.outcomeAt(url) ?? null) === null) this.#addresses.remember(url, null);
  }

  async register(body: unknown, deployId: string | null): Promise<RegisterResult> {
    const request = this.#addresses.answered(deployId);
    return this.#take(body, async (known, claimed) =>
      request === null ? this.#addresses.ruleFor(known, claimed) : { kind: "take", url: request.url },
    );
  }

  async removeApp(url: string): Promise<void> {
    await removeApp(this.#parts, this.#open(), url);
    this.#addresses.forget(url);
  }

  async syncUrl(given: string, by: "operator" | "engine"): Promise<SyncOutcome> {
    const { notifier, clock } = this.#parts;
    const url = this.#addresses.reachable(withoutMask(given));
    if (by === "operator") this.#addresses.name(url);
    const outcome = await this.#addresses.asking(url, randomUUID(), (request) => this.#ask(request));
    const before = this.#addresses.outcomeAt(url);
    this.#addresses.remember(url, outcome);
    const isNews = before?.kind !== "failed" || (outcome.kind === "failed" && before.message !== outcome.message);
    if (outcome.kind === "failed" && isNews)
      notifier.notify({ kind: "app-unreachable", at: clock.now(), url: shownUrl(url), error: outcome.message });
    return outcome;
  }

  async #ask(request: SyncRequest): Promise<SyncOutcome> {
    const outcome = await this.#parts.caller.sync(request.url, request.deployId);
    if (outcome.kind === "in-band") return this.#takeInBand(outcome.registration, request.url);
    if (outcome.kind === "registered" && !request.hasRegistered)
      return failed(
        "registered_elsewhere",
        `The app at ${shownUrl(request.url)} says that it has registered, but it did so with another engine. Set INNGEST_BASE_URL=${this.#ownUrl()} in the app's environment and start it again.`,
      );
    return outcome;
  }

  /** The app was told its address by the engine, but for user and password, or knows better by its own settings. */
  async #takeInBand(registration: unknown, asked: string): Promise<SyncOutcome> {
    try {
      const { modified } = await this.#take(registration, async (_known, claimed) => ({
        kind: "take",
        url: withCredentialsOf(asked, claimed),
      }));
      return { kind: "registered", modified };
    } catch (error) {
      const isOther = error instanceof EngineError && error.code !== "invalid_registration";
      return failed(isOther ? error.code : "invalid_function", error instanceof Error ? error.message : String(error));
    }
  }

  /** Takes a registration; an app that moved is no longer asked where it was. */
  async #take(body: unknown, findAddress: FindAddress): Promise<RegisterResult> {
    const { registry } = this.#parts;
    const before = new Map(registry.apps().map((app) => [app.id, app.url]));
    const registered = await syncApp(this.#parts, this.#open(), body, findAddress);
    const url = registry.appById(registered.appId)?.url ?? "";
    const movedFrom = before.get(registered.appId) ?? url;
    if (toAppPlace(movedFrom) !== toAppPlace(url)) this.#addresses.forget(movedFrom);
    // An app that registers from elsewhere says nothing about the address that it keeps.
    const isThere = url !== "" && registered.message === null;
    if (isThere) {
      this.#addresses.remember(url, { kind: "registered", modified: registered.modified });
      this.#parts.gate.reached(registered.appId);
    }
    return registered;
  }
}
