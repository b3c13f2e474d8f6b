/** The client. */
export type { EventNameOf, InProcessEngine, SendOptions } from "./client.ts";
export { Inngest, isInngest } from "./client.ts";
export type { ClientOptions } from "./client-options.ts";
export type { EnvBag } from "./env.ts";
export { parseBoolean } from "./env.ts";
export type { Mode } from "./mode.ts";
