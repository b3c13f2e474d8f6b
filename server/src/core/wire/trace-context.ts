/**
 * W3C trace context: all calls of a run belong to one trace: that of the event that started it, or one of its own. What it was given goes
 * on to what it invokes and asks. Called by ingest, build-call, http-step and the opcode that invokes a function. Pure.
 * Source: https://www.w3.org/TR/trace-context/.
 */
import { createHash } from "node:crypto";
import type { EventRecord } from "../../domain/event.ts";
import type { RunRecord } from "../../domain/run/run.ts";
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
  /** The span of whoever sent the event. */
  parent: string;
  flags: string;
}

/** The id of a span that `text` names. */
export const spanIdOf = (text: string): string => digits(`span ${text}`, 16);

/** What the event that started a run said of its trace; null for nothing. */
function ofEvent(event: EventRecord | null): Trace | null {
  const meta = event?.meta ?? null;
  if (meta === null) return null;
  const { traceparent } = JSON.parse(meta) as { traceparent?: unknown };
  const [, id, parent, flags] = (typeof traceparent === "string" ? form.exec(traceparent) : null) ?? [];
  return id === undefined || parent === undefined || flags === undefined ? null : { id, parent, flags };
}

const write = ({ id, flags }: Pick<Trace, "id" | "flags">, span: string): string =>
  `00-${id}-${spanIdOf(span)}-${flags}`;

const ownTrace = (run: Pick<RunRecord, "id">): Pick<Trace, "id" | "flags"> => ({
  id: digits(`trace ${run.id}`, 32),
  flags: sampled,
});

/** The `traceparent` of a run's calls: what apps record of them hangs below the run's span. */
export function traceparentOf({ run, events }: Pick<Execution, "run" | "events">): string {
  return write(ofEvent(events[0] ?? null) ?? ownTrace(run), run.id);
}

/** Where the span of a run stands. */
export interface RunTrace {
  traceId: string;
  spanId: string;
  /** Of whoever sent its event, or of the step that invoked it; null for a trace of its own. */
  parentSpanId: string | null;
  /** Whether who began the trace records it. */
  isSampled: boolean;
}

/** `event`: the first of those that started it; null where it is gone. */
export function runSpanOf(run: Pick<RunRecord, "id">, event: EventRecord | null): RunTrace {
  const given = ofEvent(event);
  const { id, flags } = given ?? ownTrace(run);
  return {
    traceId: id,
    spanId: spanIdOf(run.id),
    parentSpanId: given?.parent ?? null,
    isSampled: (Number.parseInt(flags, 16) & 1) === 1,
  };
}

/**
 * What a run hands on to events and requests that the engine makes for it: the trace that it was given, if it was. `span`: the hash of
 * the step that does so.
 */
export function inheritedTrace(execution: Pick<Execution, "run" | "events">, span: string): string | null {
  const trace = ofEvent(execution.events[0] ?? null);
  return trace === null ? null : write(trace, `${execution.run.id} ${span}`);
}
