/** Functions and their apps by id, for what is presented. Called by the routes of `/v2`. */
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import type { FunctionName } from "../answers.ts";
import type { ApiParts } from "../api-parts.ts";

/** What a function's id leads to. */
export interface Found {
  fn: FunctionRecord;
  /** Null when it is unknown by now. */
  app: AppRecord | null;
}

/** Null for a function that is unknown by now. */
export type Lookup = (functionId: string) => Found | null;

/** Also finds archived functions. */
export function createLookup({ engine }: Pick<ApiParts, "engine">): Lookup {
  return (functionId) => {
    const fn = engine.functionById(functionId);
    if (fn === null) return null;
    return { fn, app: engine.apps().find(({ id }) => id === fn.appId) ?? null };
  };
}

/** What a function is called where it is spoken of; by its internal id when it is unknown by now. */
export function functionName(found: Found | null, functionId: string): FunctionName {
  return { id: found?.fn.slug ?? functionId, name: found?.fn.name ?? null };
}
