/** The port through which the engine tells what it does. Implemented by the command line; called by the core after a commit. */
import type { Activity } from "../domain/activity.ts";

/** Hears what the engine does, after it is on disk. Must not throw and must not block. */
export interface Notifier {
  /** `origin`: `peer` for what another engine on the same state did. Default: this one. */
  notify(activity: Activity, origin?: "peer"): void;
}
