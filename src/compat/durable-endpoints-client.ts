/** `stepwell/experimental/durable-endpoints/client`: the name of that entry. Not built: using it says so. */
import { missing, type NotBuilt } from "./not-built.ts";

/** Not built: there are no durable endpoints. */
export const fetchWithStream: NotBuilt = /* @__PURE__ */ missing(
  "fetchWithStream",
  "There are no durable endpoints to stream from: use fetch() with a route of your app",
);
