/** What a tool is: a name, what it takes and what it does. Used by the files of tools and by mcp. */
import type { Clock } from "../../ports/clock.ts";
import { assertIs } from "../openapi/check-request.ts";
import { closed } from "../openapi/route-doc.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { Schema } from "../schema/schema.ts";
import type { AskApi } from "./ask-api.ts";

export interface ToolWorld extends AskApi {
  clock: Clock;
  /** Aborted when whoever called has gone. */
  signal: AbortSignal;
}

export interface Tool {
  name: string;
  /** For the one who chooses: what it does, and when to use it. */
  description: string;
  input: JsonSchema;
  /** Whether it changes nothing. */
  isReadOnly: boolean;
  /** Whether it ends or repeats what cannot be taken back. */
  isDestructive: boolean;
  /** @throws EngineError with what is wrong */
  call(world: ToolWorld, input: unknown): Promise<unknown>;
}

interface ToolParts<T> {
  name: string;
  description: string;
  input: Schema<T>;
  isReadOnly?: boolean;
  isDestructive?: boolean;
  run(world: ToolWorld, input: T): unknown;
}

/** A tool that is given nothing but what its schema allows. */
export function defineTool<T>({ input, run, isReadOnly = false, isDestructive = false, ...named }: ToolParts<T>): Tool {
  const schema: Schema<T> = closed(input);
  return {
    ...named,
    input: schema.json,
    isReadOnly,
    isDestructive,
    async call(world, value) {
      assertIs(value, schema);
      return run(world, value);
    },
  };
}

/** Resolves after so long, or when the caller has gone. */
export function rest({ clock, signal }: Pick<ToolWorld, "clock" | "signal">, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = clock.setTimer(clock.now() + ms, wake);
    signal.addEventListener("abort", wake);
  });
}
