/** Every function of this app; a new one is added here. */
import type { InngestFunction } from "stepwell";
import { manualDiscovery, scheduledDiscovery } from "./discovery.ts";
import { commentHarvest, domainExtract } from "./harvesting.ts";
import { healthCheck, killSwitch, maintenanceCleanup } from "./system.ts";

export const functions: InngestFunction[] = [
  scheduledDiscovery,
  manualDiscovery,
  commentHarvest,
  domainExtract,
  healthCheck,
  killSwitch,
  maintenanceCleanup,
];
