/** What the document says of apps and functions in `/v2`. Read by ../route-docs. */
import { app, appAddress, fn } from "../../schema/app-schemas.ts";
import { tick } from "../../schema/operate-schemas.ts";
import { invoked, run } from "../../schema/run-schemas.ts";
import { type AnySchema, anyObject, nullable, object, optional, text } from "../../schema/schema.ts";
import { answer, nameOf, page, type RouteDoc, type RouteDocs } from "../route-doc.ts";
import { runsQuery } from "./filters.ts";

const appName = nameOf("Name of the app.");
const fnName = nameOf("Id of the function, `<app>-<function>`.");

const invokeBody: AnySchema = object({
  data: optional(nullable(anyObject({ description: "Data of its event." }))),
  idempotencyKey: optional(
    text({
      minLength: 1,
      description: "The same key starts it once within 24 hours.",
      expected: "a text that is not empty",
    }),
  ),
});

const one: Pick<RouteDoc, "tag" | "errors"> = { tag: "Functions", errors: ["app_not_found", "unknown_function"] };
const getFunction = { ...one, summary: "One function", answers: { 200: answer(fn) } };
const getRuns = {
  ...one,
  errors: ["app_not_found", "unknown_function", "invalid_expression"],
  summary: "Its runs",
  query: runsQuery,
  answers: { 200: page(run) },
} satisfies RouteDoc;
const invoke = {
  ...one,
  errors: [
    "app_not_found",
    "unknown_function",
    "start_refused",
    "function_skipped",
    "invalid_event",
    "event_too_large",
  ],
  summary: "Start it",
  description: "409 with the run that the idempotency key has started before.",
  body: { schema: invokeBody, isOptional: true },
  answers: { 200: answer(invoked), 409: answer(invoked) },
} satisfies RouteDoc;

const both = { app: appName, fn: fnName };
const alone = { fn: fnName };

export const functionDocs: RouteDocs = {
  "GET /v2/apps": { tag: "Functions", summary: "List apps", answers: { 200: page(app) } },
  "GET /v2/apps/:app": {
    tag: "Functions",
    summary: "One app",
    path: { app: appName },
    answers: { 200: answer(app) },
    errors: ["app_not_found"],
  },
  "GET /v2/apps/:app/functions": {
    tag: "Functions",
    summary: "Its functions",
    path: { app: appName },
    answers: { 200: page(fn) },
    errors: ["app_not_found"],
  },
  "GET /v2/apps/:app/functions/:fn": { ...getFunction, path: both },
  "GET /v2/apps/:app/functions/:fn/runs": { ...getRuns, path: both },
  "POST /v2/apps/:app/functions/:fn/invoke": { ...invoke, path: both },
  "GET /v2/functions": {
    tag: "Functions",
    summary: "All functions, with their settings and whether they are paused",
    answers: { 200: page(fn) },
  },
  "GET /v2/functions/:fn": { ...getFunction, path: alone },
  "GET /v2/functions/:fn/runs": { ...getRuns, path: alone },
  "POST /v2/functions/:fn/invoke": { ...invoke, path: alone },
  "GET /v2/app-addresses": {
    tag: "Functions",
    summary: "Where the engine asks apps what they serve, and whether each could be reached",
    answers: { 200: page(appAddress) },
  },
  "GET /v2/ticks": {
    tag: "Functions",
    summary: "The crons of functions, and when each ticks next",
    answers: { 200: page(tick) },
  },
};
