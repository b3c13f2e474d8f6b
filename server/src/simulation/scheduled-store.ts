/**
 * A store port whose every question is two tasks of the world: it is carried out, and later its answer arrives. In between, and
 * before, anything else may happen; a process that dies in between never hears the answer of what was written. It may fail as a
 * real one does. Made by simulated-engine for each life.
 */
import { EngineError } from "../domain/error.ts";
import type { Peers } from "../ports/peers.ts";
import type { Store } from "../ports/store.ts";
import type { Draw } from "./draw.ts";
import type { Profile } from "./profile.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

export interface ScheduledStoreOptions {
  owner: Owner;
  scheduler: Scheduler;
  draw: Draw;
  profile: Profile;
  /** Whether anything may fail now. */
  faults: () => boolean;
  /** The other engines on the state; null when there can be none. */
  peers: Peers | null;
}

/** Answered from memory, or not a question of an engine at work. */
const direct = new Set<string>(["damage", "close", "registryVersion"]);

/** Parts of a store that are asked by themselves. */
const parts = new Set<string>(["access", "webhooks", "alerts"]);

type Method = (...args: unknown[]) => Promise<unknown>;

function failure(): EngineError {
  return new EngineError("store_full", "The disk is full, for this moment.", { retryable: true });
}

export function scheduleStore(inner: Store, options: ScheduledStoreOptions): Store {
  const { owner, scheduler, draw, profile, faults } = options;
  const delay = (): number => {
    if (!faults() || !draw.chance(profile.storeSlow)) return 0;
    return draw.int(0, profile.storeSlowMs);
  };
  const ask = (name: string, method: Method, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const answer = (said: string, act: () => void): void => {
        scheduler.add({
          at: scheduler.time + delay(),
          owner,
          label: `${owner.name} hears ${said} of ${name}`,
          run: act,
        });
      };
      const carryOut = (): void => {
        if (faults() && draw.chance(profile.storeFails)) {
          answer("the failure", () => reject(failure()));
          return;
        }
        const isLost = faults() && draw.chance(profile.storeFailsLate);
        method(...args).then(
          (result) =>
            answer(isLost ? "the late failure" : "the answer", () => (isLost ? reject(failure()) : resolve(result))),
          (error: unknown) => answer("the error", () => reject(error as Error)),
        );
      };
      const label = `${owner.name} asks ${name}${describe(name, args)}`;
      scheduler.add({ at: scheduler.time + delay(), owner, away: true, together: "store", label, run: carryOut });
    });
  /** `prefix`: the part of the store that is asked, with its dot; empty for the store itself. */
  const schedule = <T extends object>(asked: T, prefix: string): T =>
    new Proxy(asked, {
      get(target, name: keyof T & string) {
        if (prefix === "" && name === "peers") return options.peers;
        const given: unknown = target[name];
        if (parts.has(name) && typeof given === "object" && given !== null) return schedule(given, `${name}.`);
        if (typeof given !== "function" || direct.has(name)) return given;
        const method = given as Method;
        return (...args: unknown[]) => ask(prefix + name, method, args);
      },
    });
  return schedule(inner, "");
}

/** What a question is about, for the trace. */
function describe(name: string, args: unknown[]): string {
  const [first] = args;
  if (typeof first === "string") return ` ${first}`;
  if (name === "lease" || typeof first !== "object" || first === null) return "";
  if (Array.isArray(first)) return ` of ${first.length}`;
  return ` ${Object.entries(first).map(describeField).join(" ")}`;
}

function describeField([key, value]: [string, unknown]): string {
  if (Array.isArray(value)) return value.length === 0 ? "" : `${key}:${value.length}`;
  if (key === "lease") return value === null ? "" : `${key}:${JSON.stringify(value)}`;
  return typeof value === "object" ? `${key}:${JSON.stringify(value)?.slice(0, 100)}` : `${key}:${String(value)}`;
}
