/** What a run's function wrote with its logger, the newest lines last; new ones come while the run goes on. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type LogLine, type RunLog, readOn } from "../api/logs.ts";
import { Failure, Loading } from "../components/failure.tsx";
import { toJsonText } from "../components/json-view.tsx";

const shownFirst = 300;
const lookMs = 1500;

const paint: Readonly<Record<LogLine["level"], string>> = {
  trace: "text-ink-3",
  debug: "text-ink-3",
  info: "text-running",
  warn: "text-retrying",
  error: "text-failed",
  fatal: "text-failed",
};

const timeOf = (at: string | null): string =>
  at === null ? "" : new Date(at).toLocaleTimeString([], { hour12: false });

function Line({ line }: { line: LogLine }): ReactNode {
  const { at, level, text, fields, stepName, attempt } = line;
  const err = fields?.["err"] as { stack?: string } | undefined;
  const { err: _err, ...others } = fields ?? {};
  const rest = typeof err?.stack === "string" ? others : (fields ?? {});
  return (
    <li className="border-b border-line px-3 py-1.5 last:border-0">
      <p className="flex flex-wrap items-baseline gap-x-2 text-meta">
        <time dateTime={at ?? undefined} className="font-mono text-ink-3">
          {timeOf(at)}
        </time>
        <span className={`font-semibold ${paint[level]}`}>{level}</span>
        {stepName !== null && <span className="text-ink-2">{stepName}</span>}
        {attempt > 0 && <span className="text-ink-3">attempt {attempt + 1}</span>}
      </p>
      <p className="font-mono text-meta break-words whitespace-pre-wrap">{text}</p>
      {Object.keys(rest).length > 0 && (
        <pre className="font-mono text-meta break-words whitespace-pre-wrap text-ink-2">{toJsonText(rest)}</pre>
      )}
      {typeof err?.stack === "string" && (
        <pre className="font-mono text-meta break-words whitespace-pre-wrap text-ink-2">{err.stack}</pre>
      )}
    </li>
  );
}

export function LogView({ runId, isOpen }: { runId: string; isOpen: boolean }): ReactNode {
  const client = useQueryClient();
  const [shown, setShown] = useState(shownFirst);
  const queryKey = ["run", runId, "logs"];
  const query = useQuery({
    queryKey,
    queryFn: () => readOn(runId, client.getQueryData<RunLog>(queryKey)),
    refetchInterval: isOpen ? lookMs : false,
  });
  const log = query.data;
  if (log === undefined)
    return query.isError ? (
      <Failure what="The log" error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the log" />
    );
  const hidden = Math.max(0, log.lines.length - shown);
  return (
    <div>
      {log.lines.length === 0 && <p className="text-ink-3">Nothing was logged with `ctx.logger` so far.</p>}
      {hidden > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + shownFirst * 10)}
          className="mb-2 text-meta font-medium text-accent"
        >
          Show earlier lines ({hidden})
        </button>
      )}
      <ol aria-label="Log">
        {log.lines.slice(hidden).map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </ol>
      {log.leftOut > 0 && (
        <p className="mt-2 text-meta text-retrying">
          {log.leftOut} {log.leftOut === 1 ? "line" : "lines"} left out: the run has no room for more.
        </p>
      )}
    </div>
  );
}
