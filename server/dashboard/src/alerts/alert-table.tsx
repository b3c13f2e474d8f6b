/** Alerts in a table: those that go on, or all that there were, with who was told and how that went. */
import type { ReactNode } from "react";
import type { Alert } from "../api/alerts.ts";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";

const severityLook: Readonly<Record<Alert["severity"], string>> = {
  info: "bg-running-chip text-running",
  warning: "bg-retrying-chip text-retrying",
  critical: "bg-failed-chip text-failed",
};

export function Severity({ severity }: Pick<Alert, "severity">): ReactNode {
  return <span className={`rounded-sm px-1.5 text-meta font-semibold ${severityLook[severity]}`}>{severity}</span>;
}

const noticeWords: Readonly<Record<Alert["notices"][number]["state"], string>> = {
  waiting: "is tried again",
  sent: "told",
  failed: "could not be told",
  superseded: "not told: it was over first",
};

function Notices({ notices }: Pick<Alert, "notices">): ReactNode {
  if (notices.length === 0) return <span className="text-meta text-ink-3">told nobody</span>;
  return (
    <ul className="flex flex-col gap-0.5">
      {notices.map(({ kind, channel, at, state, error }) => (
        <li key={`${channel.id} ${kind} ${at}`} className="text-meta">
          <strong className="font-medium">{channel.name}</strong>{" "}
          <span className={state === "failed" ? "font-medium text-failed" : "text-ink-3"}>
            {kind === "began" ? "" : `${kind}: `}
            {noticeWords[state]}
          </span>
          {error !== null && <span className="block wrap-anywhere text-failed">{error}</span>}
        </li>
      ))}
    </ul>
  );
}

const columns: readonly Column<Alert>[] = [
  {
    name: "Alert",
    render: ({ rule, subject, severity, text, endedAt, notices }) => (
      <div className="min-w-40">
        <span className="font-medium wrap-anywhere">
          {rule.name}
          {subject !== null && ` (${subject})`}
        </span>{" "}
        {endedAt === null ? <Severity severity={severity} /> : <span className="text-meta text-ink-3">{severity}</span>}
        <span className="block text-ink-2 wrap-anywhere">{text}</span>
        <div className="mt-1 lg:hidden">
          <Notices notices={notices} />
        </div>
      </div>
    ),
  },
  {
    name: "Began",
    render: ({ startedAt }) => <Time at={toMs(startedAt)} />,
  },
  {
    name: "Over",
    render: ({ endedAt, end }) =>
      endedAt === null ? (
        "goes on"
      ) : (
        <>
          <Time at={toMs(endedAt)} />
          {end !== "over" && (
            <span className="block text-meta text-ink-3">
              {end === "rule-removed" ? "its rule was removed" : "its rule was switched off"}
            </span>
          )}
        </>
      ),
  },
  { name: "Told", isWideOnly: true, render: (alert) => <Notices {...alert} /> },
];

export function AlertTable({ label, alerts }: { label: string; alerts: readonly Alert[] }): ReactNode {
  return <Table label={label} rows={alerts} columns={columns} keyOf={({ id }) => id} />;
}
