/** `experiment` of the main entry: how variants are chosen. Experiments are not built: using it says so. */
import { missing, type NotBuilt } from "./not-built.ts";

const INSTEAD = "Choose the variant in a step.run, which remembers it";

/** Not built: choose the variant in a `step.run`, which remembers it. */
export const experiment: Readonly<Record<"fixed" | "weighted" | "bucket" | "custom", NotBuilt>> =
  /* @__PURE__ */ Object.freeze({
    fixed: missing("experiment.fixed", INSTEAD),
    weighted: missing("experiment.weighted", INSTEAD),
    bucket: missing("experiment.bucket", INSTEAD),
    custom: missing("experiment.custom", INSTEAD),
  });
