/** `stepwell/connect`: the names of `inngest/connect`. The engine calls apps over HTTP alone: `connect` says so. */
import { missing, type NotBuilt } from "./not-built.ts";

/** Not built: use `serve`. */
export const connect: NotBuilt = /* @__PURE__ */ missing(
  "connect",
  "The engine calls apps over HTTP: use serve() of stepwell/node, or run the app in the engine's own process (docs/embedded.md)",
);

/** States that a connection could have. */
export const ConnectionState = {
  CONNECTING: "CONNECTING",
  ACTIVE: "ACTIVE",
  PAUSED: "PAUSED",
  RECONNECTING: "RECONNECTING",
  CLOSING: "CLOSING",
  CLOSED: "CLOSED",
} as const;

/** Signals at which a process is asked to end. */
export const DEFAULT_SHUTDOWN_SIGNALS: readonly ["SIGINT", "SIGTERM"] = ["SIGINT", "SIGTERM"];
