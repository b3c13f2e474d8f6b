/** `experiment` of the main entry: how variants are chosen. Experiments are not built: using it says so. */
import { missing, type NotBuilt } from "./not-built.ts";

const INSTEAD = "Choose the variant in a step.run, which remembers it";

/** Not built: choose the variant in a `step.run`, which remembers it. */
export const experiment: Readonly<Record<"fixed" | "weighted" | "bucket" | "custom", NotBuilt>> =
  /* @__PURE__ */ Object.freeze({
    fixed: /* @__PURE__ */ missing("experiment.fixed", INSTEAD),
    weighted: /* @__PURE__ */ missing("experiment.weighted", INSTEAD),
    bucket: /* @__PURE__ */ missing("experiment.bucket", INSTEAD),
    custom: /* @__PURE__ */ missing("experiment.custom", INSTEAD),
  });
