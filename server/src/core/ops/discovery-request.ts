/** DiscoveryRequest: the app asks to be called again from the top. None: it has nothing to say. */
import type { ApplyOperation } from "./draft.ts";

export const discoveryRequest: ApplyOperation = (draft) => {
  draft.discover = true;
};

export const none: ApplyOperation = () => {};
