/** All checks of `stepwell doctor`, in the order in which they are shown. Called by the command. */
import { statfs } from "node:fs/promises";
import { checkAppsFromEngine, checkAppsFromHere, checkSdks, checkServeOrigin } from "./check-apps.ts";
import { checkAccess, checkClocks, checkEngine, checkEventKey, checkSigningKey } from "./check-engine.ts";
import { checkEnvironment } from "./check-environment.ts";
import { checkData, checkDisk, checkPort, checkPostgres, checkSettings } from "./check-state.ts";
import type { Check, DoctorContext, Finding } from "./doctor-context.ts";

const checks: readonly Check[] = [
  checkEngine,
  checkPort,
  checkAccess,
  checkSigningKey,
  checkEventKey,
  checkClocks,
  checkEnvironment,
  checkAppsFromEngine,
  checkAppsFromHere,
  checkServeOrigin,
  checkSdks,
  checkSettings,
  checkData,
  checkPostgres,
  checkDisk,
];

/** One after the other: some look at the same files. */
export async function examine(context: DoctorContext): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const check of checks) found.push(...(await check(context)));
  return found;
}

export async function freeBytes(path: string): Promise<{ free: number; total: number } | null> {
  const found = await statfs(path).catch(() => null);
  if (found === null || found.blocks === 0) return null;
  return { free: found.bavail * found.bsize, total: found.blocks * found.bsize };
}
