/** Every function of this app; a new one is added here. */

import type { AnalyzeRepoDependencies } from "./analyze-repo.ts";
import { createAnalyzeRepo } from "./analyze-repo.ts";

export function createFunctions(dependencies: AnalyzeRepoDependencies) {
  return [createAnalyzeRepo(dependencies)];
}
