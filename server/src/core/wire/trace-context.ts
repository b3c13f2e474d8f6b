/**
 * W3C trace context: all calls of a run belong to one trace: that of the event that started it, or one of its own. What it was given goes
 * on to what it invokes and asks. Called by ingest, build-call, http-step and the opcode that invokes a function. Pure.
 * Source: https://www.w3.org/TR/trace-context/.
 */
import { createHash } from "node:crypto";
import type { Execution } from "../../ports/store.ts";

/** Version 00, whose form later versions begin with; neither id may be all zeros. */
const form = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;
const sampled = "01";

/** Null for a text that is no `traceparent`: it says nothing, and is no reason to refuse anything. */
export function validTraceparent(text: unknown): string | null {
  return typeof text === "string" && form.test(text) ? text : null;
}

const digits = (text: string, count: number): string => createHash("sha256").update(text).digest("hex").slice(0, count);

interface Trace {
  id: string;
  flags: string;
}

/** What the event that started a run said of its trace; null for nothing. */
function ofEvent({ events }: Pick<Execution, "events">): Trace | null {
  const meta = events[0]?.meta ?? null;
  if (meta === null) return null;
  const { traceparent } = JSON.parse(meta) as { traceparent?: unknown };
  const [, id, , flags] = (typeof traceparent === "string" ? form.exec(traceparent) : null) ?? [];
  return id === undefined || flags === undefined ? null : { id, flags };
}

const write = ({ id, flags }: Trace, span: string): string => `00-${id}-${digits(`span ${span}`, 16)}-${flags}`;

/** The `traceparent` of what a run does. `span`: names that, such as the id of a request. */
export function traceparentOf(execution: Pick<Execution, "run" | "events">, span: string): string {
  return write(ofEvent(execution) ?? { id: digits(`trace ${execution.run.id}`, 32), flags: sampled }, span);
}

/** What a run hands on to events and requests that the engine makes for it: the trace that it was given, if it was. `span`: as above. */
export function inheritedTrace(execution: Pick<Execution, "run" | "events">, span: string): string | null {
  const trace = ofEvent(execution);
  return trace === null ? null : write(trace, `${execution.run.id} ${span}`);
}
