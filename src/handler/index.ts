/** The handler, and what adapters need to put a framework around it. */
export type { ApiFetch, ApiResponse, EnvBag, InProcessEngine } from "../client/index.ts";
export { requestBytes as maxRequestBytes } from "../protocol/limits.ts";
export type { ActionResponse, CommHandlerOptions, HandlerActions } from "./comm-handler.ts";
export { InngestCommHandler } from "./comm-handler.ts";
export type { RequestHandler } from "./create-handler.ts";
export { createHandler } from "./create-handler.ts";
export { fromRequest } from "./from-request.ts";
export type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
export { toResponse } from "./handler-request.ts";
export { isInngestRequest } from "./is-inngest-request.ts";
export type { ServeOptions } from "./serve-options.ts";
export { assertServeOptions } from "./serve-options.ts";
export { servePlacement } from "./url.ts";
export { named, type WithVerbs, withVerbs } from "./verbs.ts";
