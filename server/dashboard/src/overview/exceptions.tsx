/** What needs someone: apps that cannot be reached, alerts, what is paused and by whom, dead letters. Nothing while all is well. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { listActiveAlerts } from "../api/alerts.ts";
import { listPauses } from "../api/engine.ts";
import type { Overview } from "../api/operate.ts";
import { Icon } from "../components/icon.tsx";
import { Time } from "../components/time.tsx";
import { formatCount } from "../format/numbers.ts";
import { toMs } from "../format/time.ts";

const look = "flex flex-wrap items-center gap-2 rounded-md px-4 py-2";

export function Exceptions({ overview }: { overview: Overview }): ReactNode {
  const pauses = useQuery({ queryKey: ["pauses"], queryFn: listPauses });
  const alerts = useQuery({ queryKey: ["alerts"], queryFn: listActiveAlerts }).data ?? [];
  const held = (pauses.data ?? []).filter(({ scope }) => scope !== "all");
  const { storage, unreachable } = overview;
  if (alerts.length === 0 && held.length === 0 && unreachable.length === 0 && storage.deadLetters === 0) return null;
  return (
    <ul className="flex flex-col gap-2" aria-label="What needs someone">
      {alerts.map(({ id, rule, subject, text, startedAt }) => (
        <li key={id} className={`${look} bg-failed-chip text-failed`}>
          <Icon name="alerts" />
          <strong>{subject === null ? rule.name : `${rule.name} (${subject})`}</strong>
          <span className="min-w-0 break-words">
            {text} · <Time at={toMs(startedAt)} />
          </span>
          <Link href="/alerts" className="ml-auto font-medium underline">
            Alerts
          </Link>
        </li>
      ))}
      {unreachable.map(({ url, message }) => (
        <li key={url} className={`${look} bg-failed-chip text-failed`}>
          <Icon name="warn" />
          <strong>{url}</strong>
          <span className="min-w-0 break-words">{message}</span>
          <Link href="/apps" className="ml-auto font-medium underline">
            Apps
          </Link>
        </li>
      ))}
      {held.map((pause) => (
        <li key={`${pause.scope}${pause.target}`} className={`${look} bg-paused-chip text-paused`}>
          <Icon name="pause" />
          <strong>{pause.target}</strong>
          <span className="min-w-0 break-words">
            paused by {pause.author}: {pause.reason} · <Time at={toMs(pause.pausedAt)} />
          </span>
          <Link href="/settings" className="ml-auto font-medium underline">
            Settings
          </Link>
        </li>
      ))}
      {storage.deadLetters > 0 && (
        <li className={`${look} bg-failed-chip text-failed`}>
          <Icon name="letters" />
          <strong>{formatCount(storage.deadLetters)}</strong>
          <span>{storage.deadLetters === 1 ? "dead letter waits" : "dead letters wait"} for someone</span>
          <Link href="/dead-letters" className="ml-auto font-medium underline">
            Dead letters
          </Link>
        </li>
      )}
    </ul>
  );
}
