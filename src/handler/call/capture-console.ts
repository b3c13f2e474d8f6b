/**
 * Keeps what functions write to the console with their runs. Called by create-handler, for clients with `captureConsole`.
 * What is written still goes to the console, and what is written outside of runs goes nowhere else.
 */
import { requireStorage } from "../../steps/index.ts";

const METHODS = ["debug", "info", "log", "warn", "error"] as const;
const KEY = Symbol.for("stepwell.console");

/** Does nothing the second time in a process. @throws {StepwellError} `not_supported` where nothing tells which run the code at hand belongs to. */
export function captureConsole(): void {
  const storage = requireStorage("The option captureConsole", "leave it out");
  const console = globalThis.console as Console & { [KEY]?: true };
  if (console[KEY]) return;
  console[KEY] = true;
  for (const method of METHODS) {
    const write = console[method];
    console[method] = (...args: unknown[]) => {
      storage.getStore()?.log?.(method, args);
      write.apply(console, args);
    };
  }
}
