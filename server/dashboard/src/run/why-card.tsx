/** Why a run does not go on: each thing that it waits for, in a sentence, with the way to it. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunWait } from "../api/runs.ts";
import { refineStatus, StatusIcon, statusColor } from "../components/status.tsx";
import { useNow } from "../components/time.tsx";
import { formatDuration } from "../format/time.ts";

function Left({ wait }: { wait: RunWait }): ReactNode {
  const now = useNow();
  const at = wait.until ?? wait.at ?? null;
  if (at === null || at < now) return null;
  return <strong className="whitespace-nowrap">in {formatDuration(at - now)}</strong>;
}

function Runs({ wait }: { wait: RunWait }): ReactNode {
  const ids = wait.runIds ?? (typeof wait.runId === "string" ? [wait.runId] : []);
  return ids.slice(0, 5).map((id) => (
    <Link key={id} href={`/runs/${id}`} className="font-mono text-meta text-accent underline" title={id}>
      {id.slice(-8)}
    </Link>
  ));
}

export function WhyCard({ waits }: { waits: readonly RunWait[] }): ReactNode {
  if (waits.length === 0) return null;
  return (
    <section aria-label="Why it waits" className="rounded-md border border-line bg-surface px-4 py-2">
      <ul className="flex flex-col gap-1">
        {waits.map((wait) => {
          const status = refineStatus("RUNNING", [wait]);
          return (
            <li key={wait.sentence} className="flex items-start gap-x-2">
              <span className={`mt-[3px] ${statusColor(status)}`}>
                <StatusIcon status={status} />
              </span>
              <span className="min-w-0 break-words">
                {wait.sentence} <Left wait={wait} /> <Runs wait={wait} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
