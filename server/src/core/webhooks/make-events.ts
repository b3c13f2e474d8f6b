/** From a delivery to the events that its transform makes of it. Called by deliver, and to try a transform out. */
import { EngineError } from "../../domain/error.ts";
import { evaluateTransform } from "../expression/transform.ts";
import { ExpressionFault } from "../expression/values.ts";
import { readBody } from "./read-body.ts";

export interface Delivered {
  bytes: Uint8Array;
  contentType: string | null;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | string[]>>;
}

export type MadeEvent = Record<string, unknown>;

const known: readonly string[] = ["name", "id", "data", "ts", "v"];

const fail = (message: string, cause?: unknown): EngineError =>
  new EngineError("transform_failed", `The transform ${message}`, cause === undefined ? {} : { cause });

function evaluate(transform: string, input: Parameters<typeof evaluateTransform>[1], now: number): unknown {
  try {
    return evaluateTransform(transform, input, now);
  } catch (error) {
    if (error instanceof ExpressionFault) throw fail(`could not be evaluated: ${error.message}`, error);
    // A value that is nested too deep.
    if (error instanceof RangeError) throw fail("gave a value that is nested too deep.", error);
    throw error;
  }
}

function assertEvent(value: unknown): asserts value is MadeEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw fail(`must give an event like {"name": "shop/paid", "data": body}, a list of them, or null for none.`);
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw fail(
      unknown === "user"
        ? "gave a `user`, which events of this engine have not. Put it into `data`."
        : `gave a field \`${unknown}\`, which events have not. They have ${known.map((name) => `\`${name}\``).join(", ")}.`,
    );
  if (typeof (value as MadeEvent)["name"] !== "string")
    throw fail("gave no `name` for the event. A field that the body does not have is null; see what was delivered.");
}

/** None when the transform gives null. @throws EngineError `invalid_request`, `transform_failed` */
export async function makeEvents(transform: string, delivered: Delivered, now: number): Promise<MadeEvent[]> {
  const body = await readBody(delivered.bytes, delivered.contentType);
  const given = evaluate(transform, { body, headers: { ...delivered.headers }, query: { ...delivered.query } }, now);
  const all = given === null || given === undefined ? [] : Array.isArray(given) ? given : [given];
  return all.map((value: unknown) => {
    assertEvent(value);
    return value;
  });
}
