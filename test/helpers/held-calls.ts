import type { Answer } from "../../server/src/domain/answer.ts";
import type { CoreEngine } from "./core-engine.ts";
import { result, type Script, type ScriptedCall } from "./scripted-caller.ts";

/** A script whose calls stay open until a test lets them end. */
export interface HeldCalls {
  script: Script;
  /** Open calls, oldest first. */
  open: ScriptedCall[];
  /** Ends the oldest open call. */
  release(answer?: Answer): void;
  /** Waits until an engine does nothing but wait for these calls. */
  idle(core: CoreEngine): Promise<void>;
  /** Sends an event, and waits like `idle`. */
  send(core: CoreEngine, name: string, data?: unknown, more?: Record<string, unknown>): Promise<string>;
  advance(core: CoreEngine, ms: number): Promise<void>;
}

/** A call that is aborted ends by itself, as the transport's do. */
export function createHeldCalls(): HeldCalls {
  const open: ScriptedCall[] = [];
  const waiting = new Map<ScriptedCall, (answer: Answer) => void>();
  const drop = (call: ScriptedCall): void => {
    open.splice(open.indexOf(call), 1);
    waiting.delete(call);
  };
  const idle = async (core: CoreEngine): Promise<void> => {
    for (let quiet = 0; quiet < 8; quiet = core.engine.running().length === open.length ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    idle,
    async send(core, name, data = {}, more = {}) {
      const { ids } = await core.engine.ingest({ body: { name, data, ...more }, seed: null });
      await idle(core);
      return ids[0] ?? "";
    },
    advance: (core, ms) => core.clock.advance(ms, () => idle(core)),
    open,
    script: (call) =>
      new Promise((resolve, reject) => {
        open.push(call);
        waiting.set(call, resolve);
        call.signal.addEventListener("abort", () => {
          drop(call);
          reject(new Error("aborted"));
        });
      }),
    release(answer = result(null)) {
      const [call] = open;
      if (call === undefined) throw new Error("no call is open");
      const end = waiting.get(call);
      drop(call);
      end?.(answer);
    },
  };
}
