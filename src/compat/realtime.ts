/** `stepwell/realtime`: the names of `inngest/realtime`. Nothing of it is built: using a name says so. */
import { missing, type NotBuilt } from "./not-built.ts";

export { staticSchema } from "../events/index.ts";

const INSTEAD =
  "Write what is to be shown to a store of your own in a step.run, or ask the engine's API how far a run is";

/** Not built: there is no realtime. */
export const channel: NotBuilt = /* @__PURE__ */ missing("channel", INSTEAD);
/** Not built: there is no realtime. */
export const subscribe: NotBuilt = /* @__PURE__ */ missing("subscribe", INSTEAD);
/** Not built: there is no realtime. */
export const getSubscriptionToken: NotBuilt = /* @__PURE__ */ missing("getSubscriptionToken", INSTEAD);

/** The same under one name. Not built. */
export const realtime: { readonly channel: NotBuilt; readonly subscribe: NotBuilt; readonly token: NotBuilt } =
  /* @__PURE__ */ Object.freeze({
    channel,
    subscribe,
    token: getSubscriptionToken,
  });
