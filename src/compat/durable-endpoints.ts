/** `stepwell/experimental/durable-endpoints`: the names of that entry. Nothing of it is built: using one says so. */
import { missing, type NotBuilt } from "./not-built.ts";

const INSTEAD = "Send an event from the endpoint and let a function do the work";

/** Not built: there are no durable endpoints. */
export const stream: { readonly push: NotBuilt; readonly pipe: NotBuilt } = /* @__PURE__ */ Object.freeze({
  push: missing("stream.push", INSTEAD),
  pipe: missing("stream.pipe", INSTEAD),
});
