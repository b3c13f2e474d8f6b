/** Ports to look for apps on: the usual ones, and the one that `PORT` names. Called by serve. */
import { discoveryPorts } from "../../core/apps/discover-apps.ts";

export function discoveryPortsOf(env: Readonly<Record<string, string | undefined>>): number[] {
  const extra = Number(env["PORT"] ?? "");
  const isPort = Number.isInteger(extra) && extra > 0 && extra <= 65_535;
  return isPort && !discoveryPorts.includes(extra) ? [...discoveryPorts, extra] : [...discoveryPorts];
}
