/**
 * What is known of the apps for rules: which there are, and since when they could not be synced, as far as this engine knows. Made by
 * create-engine, asked by facts at every look.
 */
import { shownUrl } from "../../domain/shown-url.ts";
import { type AppUrl, isHealthy } from "../apps/app-addresses.ts";
import { toAppPlace } from "../apps/app-place.ts";
import type { Parts } from "../parts/parts.ts";
import type { SyncState, WatchedApp } from "./facts.ts";

type Bare = Pick<WatchedApp, "id" | "name" | "functionIds">;

function stateOf({ lastOutcome }: AppUrl): SyncState {
  if (lastOutcome === null) return "unknown";
  return isHealthy(lastOutcome) ? "ok" : "failed";
}

export function createWatchedApps(
  { registry, clock }: Pick<Parts, "registry" | "clock">,
  appUrls: () => AppUrl[],
): () => WatchedApp[] {
  /** By place. */
  const failedSince = new Map<string, number>();

  const watched = (app: Bare, url: AppUrl | undefined): WatchedApp => {
    if (url === undefined) return { ...app, sync: "unknown", failedSince: null, error: null };
    const sync = stateOf(url);
    const place = toAppPlace(url.url);
    if (sync !== "failed") failedSince.delete(place);
    else if (!failedSince.has(place)) failedSince.set(place, clock.now());
    const error = url.lastOutcome?.kind === "failed" ? url.lastOutcome.message : null;
    return { ...app, sync, failedSince: failedSince.get(place) ?? null, error };
  };

  return () => {
    const urls = new Map(appUrls().map((url) => [toAppPlace(url.url), url]));
    for (const place of failedSince.keys()) if (!urls.has(place)) failedSince.delete(place);
    const known = registry.apps().map((app) => {
      const place = toAppPlace(app.url);
      const url = urls.get(place);
      urls.delete(place);
      const functionIds = registry.functions().filter(({ appId }) => appId === app.id);
      return watched({ id: app.id, name: app.name, functionIds: functionIds.map(({ id }) => id) }, url);
    });
    // Addresses at which no app has ever answered have no other name.
    const nameless = [...urls.values()].filter((url) => stateOf(url) === "failed");
    return [...known, ...nameless.map((url) => watched({ id: "", name: shownUrl(url.url), functionIds: [] }, url))];
  };
}
