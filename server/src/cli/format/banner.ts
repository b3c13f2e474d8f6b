/** What `dev` and `start` say when they are up. Pure; called by serve. */
import { shownUrl } from "../../domain/shown-url.ts";
import type { ServeCommand, Settings } from "../config/resolve-settings.ts";
import type { Colors } from "./colors.ts";

export interface BannerInput {
  command: ServeCommand;
  version: string;
  settings: Settings;
  url: string;
  port: number;
  /** Apps known from an earlier time. */
  knownApps: number;
  colors: Colors;
}

function nextLine({ settings, knownApps, command, url }: BannerInput): string {
  const [first, ...others] = settings.appUrls;
  if (first !== undefined) return `Syncing ${first}${others.length > 0 ? ` and ${others.length} more` : ""}.`;
  if (settings.discovery && knownApps === 0)
    return "Looking for your app on this machine. Not found? Name it: stepwell dev -u http://localhost:3000/api/inngest";
  if (knownApps > 0) return `Serving ${knownApps} app${knownApps === 1 ? "" : "s"} known from before.`;
  const flag = command === "dev" ? "stepwell dev -u <url>" : "stepwell start -u <url>";
  return `Waiting for an app. Name it with ${flag}, or let it register itself: INNGEST_BASE_URL=${url}`;
}

function stateOf({ data, postgres }: Settings): string {
  if (postgres !== null) return shownUrl(postgres.uri);
  return data === null ? "in memory, gone when this ends" : data;
}

/** The lines, with an empty one at either end. */
export function renderBanner(input: BannerInput): string[] {
  const { command, version, settings, url, port, colors } = input;
  const moved = port !== settings.port && settings.port !== 0 ? `  (port ${settings.port} is taken)` : "";
  const row = (label: string, value: string): string => `  ${colors.dim(label.padEnd(7))} ${value}`;
  return [
    "",
    `  ${colors.bold(`stepwell ${command}`)} ${colors.dim(version)}`,
    "",
    row("engine", colors.cyan(url) + moved),
    row("state", stateOf(settings)),
    ...(settings.configFile === null ? [] : [row("config", settings.configFile)]),
    row("next", nextLine(input)),
    ...(command === "start"
      ? [row("sign in", "with the signing key, or as a user: stepwell users add <name> --role admin")]
      : []),
    "",
  ];
}
