/**
 * What `/v2` answers, as types, for those that it is answered to: the API builds them, the command line, the client and the page
 * read them. The only file of the engine that the page may import, for its types alone. Must import nothing but types of answers.
 */
export type * from "./answers/access.ts";
export type * from "./answers/alerts.ts";
export type * from "./answers/apps.ts";
export type * from "./answers/engine.ts";
export type * from "./answers/events.ts";
export type * from "./answers/metrics.ts";
export type * from "./answers/operate.ts";
export type * from "./answers/runs.ts";
export type * from "./answers/v1.ts";
export type * from "./answers/webhooks.ts";
