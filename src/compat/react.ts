/** `stepwell/react`: the names of `inngest/react`. Nothing of it is built: using a name says so. */
import { missing, type NotBuilt } from "./not-built.ts";

const INSTEAD = "Ask the engine's API, GET /v2/runs/:id, through a route of your app";

/** Not built: there is no realtime. */
export const useRealtime: NotBuilt = /* @__PURE__ */ missing("useRealtime", INSTEAD);
/** Not built: there is no realtime. */
export const getClientSubscriptionToken: NotBuilt = /* @__PURE__ */ missing("getClientSubscriptionToken", INSTEAD);
