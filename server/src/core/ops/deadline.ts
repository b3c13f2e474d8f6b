/** Times that operations name: when a sleep ends, and how long a wait lasts. For the opcodes' files. */
import { type Operation, parseTimeString } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import { stepName } from "./step-record.ts";

const dayMs = 86_400_000;

export interface DeadlineOptions {
  now: number;
  /** The farthest that it may lie ahead, in milliseconds. */
  mostMs: number;
  /** What the step does, for people: "sleeps", "waits". */
  verb: string;
}

/**
 * Milliseconds since 1970, never before now.
 * @throws EngineError `invalid_request` when it is neither a duration nor a date, or lies too far ahead
 */
export function toDeadline(operation: Operation, text: string, { now, mostMs, verb }: DeadlineOptions): number {
  const durationMs = parseTimeString(text);
  const at = durationMs !== null ? now + durationMs : Date.parse(text);
  if (!Number.isFinite(at)) {
    throw new EngineError(
      "invalid_request",
      `Step "${stepName(operation)}" ${verb} for "${text}", which is neither a duration such as "1h30m" nor an ISO 8601 date.`,
    );
  }
  if (at - now > mostMs) {
    const days = Math.floor(mostMs / dayMs);
    const until = at > 8.64e15 ? `for ${text}` : `until ${new Date(at).toISOString()}`;
    const longest = verb === "sleeps" ? "the longest sleep" : "the longest wait";
    throw new EngineError(
      "invalid_request",
      `Step "${stepName(operation)}" ${verb} ${until}, ${longest} is ${days} days.`,
    );
  }
  return Math.max(now, Math.ceil(at));
}
