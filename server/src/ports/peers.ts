/**
 * What engines that share a store tell each other, and which of them leads. All of it is a hint that may be lost, come late or
 * come twice: what must not be missed stands in the store, where every engine finds it by itself a little later.
 */
import type { Activity } from "../domain/activity.ts";

export type PeerNews =
  /** Something may be due then, milliseconds since 1970. */
  | { kind: "due"; at: number }
  /** Calls of these runs are for nothing now. */
  | { kind: "cancelled"; runIds: readonly string[] }
  /** What apps serve has changed. */
  | { kind: "apps" }
  /** A newer engine has changed the store so that this one cannot work with it any more. Told once, by the store itself. */
  | { kind: "outdated"; message: string }
  /** Alert rules or channels have changed. */
  | { kind: "alerts" }
  /** For people. */
  | { kind: "activity"; activity: Activity };

export interface Peers {
  /** Begins to hear from the others; the listener is called with what they told, never with what this engine told. */
  start(listener: (news: PeerNews) => void): Promise<void>;
  /** Must not throw and must not block. */
  tell(news: PeerNews): void;
  /**
   * Whether this engine does what only one of them needs to do. As of a second ago: two may think so for a moment, so what they
   * do must bear being done twice.
   */
  leads(): boolean;
  /** What the store's clock is ahead of this machine's, milliseconds: leases and due times are by the store's. */
  aheadMs(): number;
  /** Lets another one lead. */
  stop(): Promise<void>;
}
