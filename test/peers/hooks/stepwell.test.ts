/** The table of hooks with our SDK. */
import { runRows } from "./row.ts";
import type { HooksSdk } from "./stage.ts";
import { rows } from "./table.ts";

const load = async () => {
  const [main, { serve }, { getAsyncCtx }] = await Promise.all([
    import("stepwell"),
    import("stepwell/edge"),
    import("stepwell/experimental"),
  ]);
  return { ...main, serve, getAsyncCtx } as unknown as HooksSdk;
};

runRows("stepwell", load, rows, true);
