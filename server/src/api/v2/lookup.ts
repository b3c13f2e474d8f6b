/** Functions and their apps by id, for what is presented. Called by the routes of `/v2`. */
import type { ApiParts } from "../api-parts.ts";
import type { Lookup } from "./present-v2.ts";

/** Also finds archived functions. */
export function createLookup({ engine }: Pick<ApiParts, "engine">): Lookup {
  return (functionId) => {
    const fn = engine.functionById(functionId);
    if (fn === null) return null;
    return { fn, app: engine.apps().find(({ id }) => id === fn.appId) ?? null };
  };
}
