/**
 * A run's trace as rows of bars: which stretches of time a step waited for its call, worked, failed, stood between two tries,
 * slept or waited. Pure: what the waterfall draws, and nothing about how.
 */
import type { Span } from "../api/runs.ts";
import { toMs } from "../format/time.ts";

export type SegmentKind = "queue" | "work" | "running" | "failed" | "backoff" | "wait" | "next";

export interface Segment {
  kind: SegmentKind;
  from: number;
  to: number;
  /** In words, for its tooltip. */
  label: string;
}

export interface Row {
  id: string;
  name: string;
  /** Null for the function's own code. */
  stepId: string | null;
  status: string;
  op: string;
  attempts: number;
  segments: Segment[];
  /** Children that were folded into one row; 1 for a single step. */
  count: number;
  error: string | null;
}

const waitOps = new Set(["Sleep", "WaitForEvent", "WaitForSignal", "InvokeFunction"]);

const at = (iso: string | null | undefined, fallback: number): number => toMs(iso) ?? fallback;

function waitSegment(span: Span, now: number): Segment {
  const from = at(span.queuedAt, now);
  const words: Readonly<Record<string, string>> = {
    Sleep: "sleeps",
    InvokeFunction: "waits for another function",
  };
  return { kind: "wait", from, to: Math.max(from, at(span.endedAt, now)), label: words[span.stepOp ?? ""] ?? "waits" };
}

function retrySegments(span: Span, now: number): Segment[] {
  const segments: Segment[] = [];
  for (const [index, attempt] of span.children.entries()) {
    const from = at(attempt.startedAt, now);
    const to = Math.max(from, at(attempt.endedAt, now));
    const error = attempt.error === undefined ? "" : `: ${attempt.error.name ?? "Error"}`;
    segments.push({ kind: "failed", from, to, label: `try ${index + 1} failed${error}` });
    const next = toMs(attempt.retryAt);
    if (next === null) continue;
    const following = span.children[index + 1];
    const until = following === undefined ? Math.min(next, at(span.endedAt, now)) : at(following.startedAt, next);
    if (until > to) segments.push({ kind: "backoff", from: to, to: until, label: "waits for the next try" });
    const isDue = following === undefined && span.endedAt === null;
    if (isDue) segments.push({ kind: "next", from: Math.max(next, now), to: Math.max(next, now), label: "next try" });
  }
  return segments;
}

function workSegments(span: Span, now: number): Segment[] {
  const tries = retrySegments(span, now);
  const lastTry = tries.at(-1);
  const queued = at(span.queuedAt, now);
  const started = toMs(span.startedAt);
  if (lastTry !== undefined) {
    if (span.status !== "COMPLETED") return tries;
    const from = Math.max(lastTry.to, started ?? lastTry.to);
    return [...tries, { kind: "work", from, to: Math.max(from, at(span.endedAt, now)), label: "worked" }];
  }
  const segments: Segment[] = [];
  const begin = started ?? at(span.endedAt, now);
  if (begin > queued) segments.push({ kind: "queue", from: queued, to: begin, label: "waited for its call" });
  if (started === null) return segments;
  const end = toMs(span.endedAt);
  const kind = end === null ? "running" : span.status === "FAILED" ? "failed" : "work";
  segments.push({ kind, from: started, to: Math.max(started, end ?? now), label: end === null ? "works" : "worked" });
  return segments;
}

function toRow(span: Span, now: number): Row {
  const op = span.stepOp ?? "";
  const [first] = span.children;
  const last = span.children.at(-1) ?? first;
  return {
    id: span.id,
    name: span.name,
    stepId: span.stepId,
    status: span.status,
    op,
    attempts: span.attempts ?? span.children.length,
    segments: waitOps.has(op) ? [waitSegment(span, now)] : workSegments(span, now),
    count: 1,
    error: last?.error === undefined ? null : `${last.error.name ?? "Error"}: ${last.error.message ?? ""}`,
  };
}

/** Tries at the function's own code stand in the trace one by one; they are one row. */
function bodyRow(root: Span, now: number): Row[] {
  const attempts = root.children.filter(({ stepId }) => stepId === null);
  if (attempts.length === 0) return [];
  const span: Span = { ...root, status: root.status, queuedAt: root.queuedAt, children: attempts };
  const row = toRow(span, now);
  return [
    { ...row, id: `${root.id}:function`, name: "function", stepId: null, op: "Function", attempts: attempts.length },
  ];
}

const startOf = ({ segments }: Row): number => segments[0]?.from ?? 0;

/** In the order in which they began. `now`: milliseconds since 1970, where what goes on ends for the moment. */
export function toRows(root: Span, now: number): Row[] {
  const steps = root.children.filter(({ stepId }) => stepId !== null).map((span) => toRow(span, now));
  return [...steps, ...bodyRow(root, now)].sort((left, right) => startOf(left) - startOf(right));
}

/** More like siblings than this become one row, those with errors apart. */
const siblingsMax = 6;

const likeness = ({ name, op, status, error }: Row): string =>
  JSON.stringify([name.replaceAll(/\d+/g, "#"), op, status, error === null]);

/** Folds like siblings; those that failed stand by themselves and first. */
export function foldSiblings(rows: readonly Row[], open: ReadonlySet<string>): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(likeness(row), [...(groups.get(likeness(row)) ?? []), row]);
  const done = new Set<string>();
  return rows.flatMap((row) => {
    const key = likeness(row);
    const group = groups.get(key) ?? [row];
    const [first] = group;
    if (group.length < siblingsMax || row.error !== null || first === undefined || open.has(first.id)) return [row];
    if (done.has(key)) return [];
    done.add(key);
    const name = first.name.replaceAll(/\d+/g, "…");
    return [{ ...first, name, count: group.length, segments: group.flatMap(({ segments }) => segments) }];
  });
}
