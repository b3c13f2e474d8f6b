import { onTestFinished } from "vitest";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "./core-engine.ts";
import type { Script } from "./scripted-caller.ts";

/** An engine whose app serves one function for each script, all with the same settings; stopped when the test ends. */
export async function engineWith(
  scripts: Record<string, Script>,
  config: Record<string, unknown> = {},
  options: CoreEngineOptions = {},
): Promise<CoreEngine> {
  const core = await createCoreEngine({ scripts, retryIntervalMs: 1000, ...options });
  onTestFinished(() => core.stop());
  await core.engine.register(registration(Object.keys(scripts).map((slug) => functionConfig(slug, config))));
  return core;
}
