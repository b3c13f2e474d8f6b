/** How tests name functions. Called by the test server. */
import type { Engine } from "../core/engine.ts";
import type { FunctionRecord } from "../domain/app.ts";
import { EngineError } from "../domain/error.ts";

/** A function made with `createFunction`, its id, or `<app>-<function>`. */
export type FunctionRef = string | { id(prefix?: string): string; readonly client?: { readonly id: string } };

/** @throws EngineError `unknown_function`, naming those that are served. */
export function findFunction(engine: Pick<Engine, "apps" | "functions">, ref: FunctionRef): FunctionRecord {
  const functions = engine.functions();
  const apps = engine.apps().map(({ name }) => name);
  const slugs =
    typeof ref === "string" ? [ref, ...apps.map((app) => `${app}-${ref}`)] : [ref?.id?.(ref.client?.id ?? apps[0])];
  for (const slug of slugs) {
    const found = functions.find((fn) => fn.slug === slug);
    if (found !== undefined) return found;
  }
  const served = functions.map(({ slug }) => slug).join(", ");
  throw new EngineError("unknown_function", `No function "${slugs[0]}" is served here. These are: ${served}.`);
}
