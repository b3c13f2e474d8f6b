/** Every function of this app; a new one is added here. */

import type { InngestFunction } from "stepwell";
import type { AnalyzeRepoDependencies } from "../../analyze-in-steps.ts";
import { createAnalyzeRepo } from "./analyze-repo.ts";

export function createFunctions(dependencies: AnalyzeRepoDependencies): InngestFunction[] {
  return [createAnalyzeRepo(dependencies)];
}
