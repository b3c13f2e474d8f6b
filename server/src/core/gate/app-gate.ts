/**
 * The gate in front of the apps: every call passes it. It holds back calls to an app that cannot be reached, and calls beside
 * one that may take the app down. Made by create-engine, asked by call-app and told of syncs by app-syncs.
 *
 * Main file of the room `gate`. What holds calls back: apps that cannot be reached, suspects that are called alone.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { GateParts } from "./gate-parts.ts";
import { Outages, type OutageWait, type Unreached } from "./outages.ts";
import { type CallEnd, Trials } from "./trials.ts";

/** Why a call may not begin yet. */
export type Hold = { kind: "turn"; dueAt: number } | ({ kind: "outage" } & OutageWait);

export interface AppGate {
  /** Null: the call has begun, and `leave` must follow. */
  enter(fn: FunctionRecord, item: QueueItem): Hold | null;
  leave(fn: FunctionRecord, item: QueueItem): CallEnd;
  /** What was held back, or not reached, is stored as such. */
  waits(fn: FunctionRecord, item: QueueItem, why: Hold["kind"]): void;
  /** A call did not reach its app: when it is tried again. Null: it counts as a failed attempt. */
  unreached(fn: FunctionRecord, item: QueueItem, unreached: Unreached): OutageWait | null;
  /** An app answered. */
  reached(appId: string): void;
  stop(): void;
}

/** What goes down together: everything at an origin. */
function originOf(url: string): string {
  const end = url.indexOf("/", url.indexOf("//") + 2);
  return end === -1 ? url : url.slice(0, end);
}

/** @param forward makes items due that wait for a later time */
export function createAppGate(parts: GateParts, forward: (itemIds: string[]) => void): AppGate {
  const outages = new Outages(parts, forward);
  const trials = new Trials(parts, forward);
  return {
    enter(fn, item) {
      const wait = outages.waitOf(fn, item);
      if (wait !== null) return { kind: "outage", ...wait };
      const dueAt = trials.enter(originOf(fn.url), item);
      if (dueAt === null) return null;
      outages.gaveUp(fn, item);
      return { kind: "turn", dueAt };
    },
    leave(fn, item) {
      outages.gaveUp(fn, item);
      return trials.leave(originOf(fn.url), item.id);
    },
    waits(fn, item, why) {
      if (why === "outage") outages.waits(fn, item);
      else trials.waits(originOf(fn.url), item);
    },
    unreached: (fn, item, unreached) => outages.failed(fn, item, unreached),
    reached: (appId) => outages.reached(appId),
    stop: () => trials.stop(),
  };
}
