/**
 * A run's steps over time. What a bar stands for is told by its pattern, and in words by its tooltip and the legend; long
 * stretches without work are folded and open with a click. Only the rows in sight are drawn.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { Span } from "../api/runs.ts";
import { StatusIcon, statusColor, statusWord, toStatus } from "../components/status.tsx";
import { useNow } from "../components/time.tsx";
import { formatDuration, formatShort, toMs } from "../format/time.ts";
import { createScale, type Scale, ticksOf } from "./scale.ts";
import { foldSiblings, type Row, type Segment, type SegmentKind, toRows } from "./timeline.ts";

const looks: Readonly<Record<SegmentKind, string>> = {
  queue: "bar-queue h-2",
  work: "bg-completed h-3.5",
  running: "bar-running h-3.5",
  failed: "bg-failed h-3.5",
  backoff: "bar-backoff h-3.5",
  wait: "bar-wait h-3.5",
  next: "h-3.5 border-2 border-dashed border-retrying",
};

const legend: readonly (readonly [SegmentKind, string])[] = [
  ["queue", "waits for its call"],
  ["work", "worked"],
  ["running", "works"],
  ["failed", "failed try"],
  ["backoff", "until the next try"],
  ["wait", "sleeps or waits"],
];

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

/** Never under 2 px: what took no time is seen too. */
function Bar({ segment, scale }: { segment: Segment; scale: Scale }): ReactNode {
  const left = scale.at(segment.from);
  const width = scale.at(segment.to) - left;
  const took = segment.to - segment.from;
  return (
    <span
      title={`${segment.label}${segment.kind === "next" ? "" : `, ${formatDuration(took)}`}`}
      className={`absolute top-1/2 min-w-0.5 -translate-y-1/2 rounded-[2px] ${looks[segment.kind]}`}
      style={{ left: `min(${percent(left)}, calc(100% - 2px))`, width: percent(width) }}
    />
  );
}

function timeOf(row: Row): string {
  const work = row.segments.filter(({ kind }) => kind !== "queue" && kind !== "next" && kind !== "backoff");
  const ms = work.reduce((sum, { from, to }) => sum + to - from, 0);
  return row.segments.length === 0 ? "" : formatDuration(ms);
}

function RowLine({
  row,
  scale,
  isChosen,
  onChoose,
}: {
  row: Row;
  scale: Scale;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const status = toStatus(row.status);
  return (
    <button
      type="button"
      onClick={onChoose}
      aria-pressed={isChosen}
      className={`grid h-full w-full grid-cols-[46%_1fr] md:grid-cols-[34%_1fr] items-center text-left ${isChosen ? "bg-selected" : "hover:bg-sunken"}`}
    >
      <span className="flex min-w-0 items-center gap-2 pr-2 pl-4">
        <span className={statusColor(status)}>
          <StatusIcon status={status} />
        </span>
        <span className="min-w-0 truncate font-medium" title={row.name}>
          {row.name}
        </span>
        <span className="sr-only">{statusWord(status)}</span>
        {row.count > 1 && <span className="rounded-sm bg-sunken px-1 text-meta text-ink-2">×{row.count}</span>}
        {row.attempts > 1 && (
          <span className="whitespace-nowrap text-meta text-retrying" title={`${row.attempts} tries`}>
            try {row.attempts}
          </span>
        )}
        <span className="ml-auto hidden text-meta whitespace-nowrap text-ink-3 sm:inline">{timeOf(row)}</span>
      </span>
      <span className="relative mr-4 h-full border-l border-line">
        {row.segments.map((segment) => (
          <Bar key={`${segment.kind}${segment.from}`} segment={segment} scale={scale} />
        ))}
      </span>
    </button>
  );
}

function Axis({ scale, onOpen }: { scale: Scale; onOpen: (fold: number) => void }): ReactNode {
  return (
    <div className="grid h-6 grid-cols-[46%_1fr] md:grid-cols-[34%_1fr] border-b border-line text-meta text-ink-3">
      <span className="pl-4">Step</span>
      <span className="relative mr-4 overflow-hidden">
        {ticksOf(scale).map((tick) => (
          <span
            key={tick}
            className="absolute top-0 border-l border-line pl-1 whitespace-nowrap"
            style={{ left: percent(scale.at(tick)) }}
          >
            {tick === scale.from ? "0" : `+${formatDuration(tick - scale.from)}`}
          </span>
        ))}
        {scale.folds.map((fold) => (
          <button
            key={fold.from}
            type="button"
            onClick={() => onOpen(fold.from)}
            title={`${formatDuration(fold.to - fold.from)} in which nothing worked. Click to show them at their length.`}
            className="absolute top-0 z-10 h-5 overflow-hidden rounded-sm bg-sunken px-1 text-center font-mono whitespace-nowrap text-ink-2 hover:text-accent"
            style={{ left: percent(scale.at(fold.from)), width: percent(scale.at(fold.to) - scale.at(fold.from)) }}
          >
            ⁄{formatShort(fold.to - fold.from)}⁄
          </button>
        ))}
      </span>
    </div>
  );
}

function Legend(): ReactNode {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-2 text-meta text-ink-3" aria-label="What the bars mean">
      {legend.map(([kind, words]) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span className={`inline-block w-5 rounded-[2px] ${looks[kind]}`} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  );
}

interface WaterfallProps {
  trace: Span;
  chosen: string | null;
  onChoose: (stepId: string | null) => void;
}

export function Waterfall({ trace, chosen, onChoose }: WaterfallProps): ReactNode {
  const ticking = useNow();
  const [openFolds, setOpenFolds] = useState<ReadonlySet<number>>(new Set());
  const [openGroups, setOpenGroups] = useState<ReadonlySet<string>>(new Set());
  const scroll = useRef<HTMLDivElement>(null);
  const ended = toMs(trace.endedAt);
  const now = ended ?? Math.max(ticking, toMs(trace.queuedAt) ?? 0);
  const rows = useMemo(() => foldSiblings(toRows(trace, now), openGroups), [trace, now, openGroups]);
  const from = toMs(trace.queuedAt) ?? now;
  const scale = useMemo(() => createScale(rows, from, now, openFolds), [rows, from, now, openFolds]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 32,
    overscan: 20,
  });
  if (rows.length === 0)
    return (
      <p className="p-4 text-ink-3">
        {ended === null
          ? "No step has ended yet."
          : "It had no steps: its code ran from the top to the end in one call."}
      </p>
    );
  return (
    <div>
      <Axis scale={scale} onOpen={(fold) => setOpenFolds(new Set([...openFolds, fold]))} />
      <div ref={scroll} className="max-h-[55vh] overflow-auto">
        <ul className="relative" style={{ height: list.getTotalSize() }} aria-label="Steps">
          {list.getVirtualItems().map(({ index, start, size }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <li
                key={row.id}
                className="absolute inset-x-0 top-0"
                style={{ height: size, transform: `translateY(${start}px)` }}
              >
                <RowLine
                  row={row}
                  scale={scale}
                  isChosen={row.count === 1 && row.stepId === chosen && chosen !== null}
                  onChoose={() =>
                    row.count > 1 ? setOpenGroups(new Set([...openGroups, row.id])) : onChoose(row.stepId)
                  }
                />
              </li>
            );
          })}
        </ul>
      </div>
      <Legend />
    </div>
  );
}
