/** A run's life in a line, and the runs around it: what it repeats, who invoked it, whom it invoked. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Run, Span } from "../api/runs.ts";
import { Id } from "../components/copy.tsx";
import { Time, Took } from "../components/time.tsx";
import { toMs } from "../format/time.ts";

function RunLink({ id }: { id: string }): ReactNode {
  return (
    <Link href={`/runs/${id}`} className="font-mono text-meta text-accent underline" title={id}>
      {id.slice(-8)}
    </Link>
  );
}

/** Runs that steps of this one invoked. */
function childrenOf(trace: Span | undefined): { name: string; runId: string }[] {
  return (trace?.children ?? []).flatMap(({ stepOp, name, metadata }) => {
    const runId = metadata?.[0]?.runId;
    return stepOp === "InvokeFunction" && typeof runId === "string" ? [{ name, runId }] : [];
  });
}

export function RunFacts({ run, trace }: { run: Run; trace: Span | undefined }): ReactNode {
  const children = childrenOf(trace);
  const started = toMs(run.startedAt);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 text-ink-2">
      <Id id={run.id} what="the run's id" />
      <span>
        queued <Time at={toMs(run.queuedAt)} />
      </span>
      {started !== null && (
        <span>
          waited <Took from={toMs(run.queuedAt)} to={started} />
        </span>
      )}
      {started !== null && (
        <span>
          {run.endedAt === null ? "for" : "took"} <Took from={started} to={toMs(run.endedAt)} />
        </span>
      )}
      {run.trigger.cron !== null && <span className="font-mono text-meta">{run.trigger.cron}</span>}
      {run.reason !== null && <span className="min-w-0 break-words">{run.reason}</span>}
      {run.originalRunId !== null && (
        <span>
          repeats <RunLink id={run.originalRunId} />
        </span>
      )}
      {run.parent !== null && (
        <span>
          invoked by <RunLink id={run.parent.runId} />
        </span>
      )}
      {children.slice(0, 5).map(({ name, runId }) => (
        <span key={runId}>
          {name} invoked <RunLink id={runId} />
        </span>
      ))}
    </div>
  );
}
