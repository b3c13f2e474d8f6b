/** Checks events against the schemas declared for them. Called by `send`, before handlers, and by middleware. */
import { EventValidationError, StepError } from "../errors/index.ts";
import { internalEvents } from "../protocol/event.ts";
import { type AnySchema, describeIssues, issuesOf, type SchemaIssue } from "./standard-schema.ts";

/** What a function accepts by one of its triggers. */
export interface AcceptedEvent {
  /** An event's name; `*` at the end stands for any rest. */
  name: string;
  /** Null: it says nothing of the data. */
  schema: AnySchema | null;
}

interface NamedEvent {
  name: string;
  data?: unknown;
}

/**
 * Checks one event's data. Gives a promise only when a schema takes its time.
 * @throws {EventValidationError} with the schema's own messages; as a rejection when the schema takes its time.
 */
export function validateData(schemas: readonly AnySchema[], event: NamedEvent): void | Promise<void> {
  const found = schemas.map((schema) => issuesOf(schema, event.data));
  return found.some((issues) => issues instanceof Promise)
    ? Promise.all(found).then((all) => assertOneFits(all))
    : assertOneFits(found as (readonly SchemaIssue[] | null)[]);
}

/**
 * Checks the events that start a run against the schemas of the function's triggers; one that fits is enough. Triggers
 * without a schema say nothing, beside one that has one. An invocation, unless a trigger declares its data, must fit any
 * of them.
 * @throws {EventValidationError} as {@link validateData} does.
 */
export function validateIncoming(
  accepted: readonly AcceptedEvent[],
  events: readonly NamedEvent[],
): void | Promise<void> {
  const pending = events.map((event) => {
    const schemas = schemasFor(accepted, event.name);
    return schemas.length === 0 ? undefined : validateData(schemas, event);
  });
  if (pending.some((promise) => promise !== undefined)) return Promise.all(pending).then(() => undefined);
}

/** Throws the error of a step whose event does not fit. What a schema itself threw is thrown as it is: the event may be right. */
export function failStep(step: string | { id: string }, error: unknown): never {
  const id = typeof step === "string" ? step : step.id;
  throw error instanceof EventValidationError ? new StepError(id, error) : error;
}

function schemasFor(accepted: readonly AcceptedEvent[], name: string): AnySchema[] {
  const matching = accepted.filter((one) =>
    one.name.endsWith("*") ? name.startsWith(one.name.slice(0, -1)) : one.name === name,
  );
  if (matching.length === 0 && name !== internalEvents.functionInvoked) {
    throw new EventValidationError(`Event not found in triggers: ${name}`);
  }
  const asked = matching.length > 0 ? matching : accepted;
  return asked.map(({ schema }) => schema).filter((schema) => schema !== null);
}

function assertOneFits(found: readonly (readonly SchemaIssue[] | null)[]): void {
  const issues = found.filter((one) => one !== null);
  if (issues.length < found.length) return;
  throw new EventValidationError(issues.map(describeIssues).join(" | "), { cause: issues.flat() });
}
