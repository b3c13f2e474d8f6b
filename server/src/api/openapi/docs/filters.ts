/** Which runs a request speaks of: as a query, and as the body of a bulk job. Used by the descriptions beside it. */
import { runStatusNames } from "../../schema/run-schemas.ts";
import {
  type AnySchema,
  either,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
} from "../../schema/schema.ts";
import { asked, type BodyDoc, closed, cursor, limit, type ParameterDoc, type RouteDoc, time } from "../route-doc.ts";

const many = "Again and again, or with commas.";

export const appId: ParameterDoc = asked(list(text(), { description: `Of these apps. ${many}` }));
export const functionId: ParameterDoc = asked(list(text(), { description: `Of these functions. ${many}` }));
export const from: ParameterDoc = time("Not before.");
export const until: ParameterDoc = time("Before.");
export const order: ParameterDoc = asked(
  oneOf(["desc", "asc"], { description: "Newest or oldest first.", default: "desc" }),
);
export const includeOutput: ParameterDoc = asked(flag({ description: "Whether outputs come along.", default: false }));

export const runsQuery: NonNullable<RouteDoc["query"]> = {
  status: asked(list(oneOf(runStatusNames), { description: `With these statuses. ${many}` })),
  appId,
  functionId,
  from,
  until,
  timeField: asked(
    oneOf(["queuedAt", "startedAt", "endedAt"], {
      description: "What `from` and `until` are about.",
      default: "queuedAt",
    }),
  ),
  query: asked(text({ description: "CEL over `event`, `output` and `error`." })),
  order,
  includeOutput,
  cursor,
  limit,
};

/** A name or a list of them. */
const names = (description: string): AnySchema =>
  nullable(
    either(text({ minLength: 1 }), list(text({ minLength: 1 })), {
      description,
      expected: "a text or a list of texts",
    }),
  );
const when = (description: string): AnySchema =>
  nullable(
    either(text({ format: "moment" }), integer(), { description, expected: 'a time such as "2026-01-31T12:00:00Z"' }),
  );
const missing = (schema: AnySchema): AnySchema => ({ ...optional({ json: schema.json }) });

const shared = {
  if: missing(
    nullable(
      text({
        description: "CEL over `event` and `output`.",
        expected: "a text, a CEL condition over `event` and `output` such as \"event.data.plan == 'free'\"",
      }),
    ),
  ),
  reason: missing(nullable(text({ maxLength: 500, description: "Why, for people." }))),
};

const filter = {
  appId: missing(names("Of these apps.")),
  functionId: missing(names("Of these functions.")),
  from: missing(when("Queued not before.")),
  until: missing(when("Queued before.")),
  ...shared,
};

/** Of a bulk job. A field that there is not is refused: a misspelt one would do it to too many runs. */
export const bulkBody: BodyDoc = { schema: closed(object(filter)), isOptional: true };
export const rerunsBody: BodyDoc = {
  schema: closed(object({ ...filter, status: missing(names("With these statuses.")) })),
  isOptional: true,
};
export const bulkBodyV1: BodyDoc = {
  schema: closed(
    object({
      app_id: missing(names("Of these apps.")),
      function_id: missing(names("Of these functions.")),
      started_after: missing(when("Queued not before.")),
      started_before: missing(when("Queued before.")),
      ...shared,
    }),
  ),
  isOptional: true,
};
