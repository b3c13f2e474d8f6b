/** The table of hooks with the published SDK, so that a row that is wrong of it shows. */
import { runRows } from "./row.ts";
import type { HooksSdk } from "./stage.ts";
import { rows } from "./table.ts";

const name = "inngest-v4";

const load = async () => {
  const [main, { serve }, { getAsyncCtx }] = await Promise.all([
    import(/* @vite-ignore */ name),
    import(/* @vite-ignore */ `${name}/edge`),
    import(/* @vite-ignore */ `${name}/experimental`),
  ]);
  return { ...main, serve, getAsyncCtx } as unknown as HooksSdk;
};

runRows("inngest 4", load, rows, false);
