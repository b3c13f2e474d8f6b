/** What state a run or a step is in: a drawing, a word and a colour, so that none of them is needed alone. */
import type { ReactNode } from "react";
import type { RunWait } from "../api/runs.ts";

export type Status =
  | "queued"
  | "running"
  | "sleeping"
  | "waiting"
  | "invoking"
  | "retrying"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped"
  | "paused"
  | "timedout";

interface Look {
  word: string;
  meaning: string;
  text: string;
  chip: string;
  drawing: ReactNode;
}

const ring = <circle cx="8" cy="8" r="5.5" />;
const hourglass = (
  <path d="M4.5 2.5h7M4.5 13.5h7M5.2 2.5c0 3 5.6 4 5.6 5.5s-5.6 2.5-5.6 5.5M10.8 2.5c0 3-5.6 4-5.6 5.5s5.6 2.5 5.6 5.5" />
);

const waiting = { text: "text-waiting", chip: "bg-waiting-chip text-waiting", drawing: hourglass };

const looks: Readonly<Record<Status, Look>> = {
  queued: {
    word: "Queued",
    meaning: "It has not begun: it waits for its turn.",
    text: "text-queued",
    chip: "bg-queued-chip text-queued",
    drawing: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.6 2.2" />,
  },
  running: {
    word: "Running",
    meaning: "A call to its app is under way, or about to be.",
    text: "text-running",
    chip: "bg-running-chip text-running",
    drawing: (
      <>
        {ring}
        <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
      </>
    ),
  },
  sleeping: { ...waiting, word: "Sleeping", meaning: "A step sleeps until a time. Nothing is used meanwhile." },
  waiting: { ...waiting, word: "Waiting", meaning: "A step waits for an event or a signal." },
  invoking: { ...waiting, word: "Invoking", meaning: "A step waits for another function to end." },
  retrying: {
    word: "Retrying",
    meaning: "The last try failed, and the next one is due.",
    text: "text-retrying",
    chip: "bg-retrying-chip text-retrying",
    drawing: <path d="M12.5 8a4.5 4.5 0 1 1-1.4-3.2M12.7 2.3v2.9H9.8" />,
  },
  completed: {
    word: "Completed",
    meaning: "It ended well.",
    text: "text-completed",
    chip: "bg-completed-chip text-completed",
    drawing: <path d="M3 8.5l3.2 3.3L13 4.5" />,
  },
  failed: {
    word: "Failed",
    meaning: "It ended with an error, and will not be tried again by itself.",
    text: "text-failed",
    chip: "bg-failed-chip text-failed",
    drawing: <path d="M4 4l8 8M12 4l-8 8" />,
  },
  cancelled: {
    word: "Cancelled",
    meaning: "Someone, an event or a time limit ended it.",
    text: "text-cancelled",
    chip: "bg-cancelled-chip text-cancelled",
    drawing: (
      <>
        {ring}
        <path d="M4.2 11.8l7.6-7.6" />
      </>
    ),
  },
  skipped: {
    word: "Skipped",
    meaning: "It did not run: something else of its kind was running, or it was paused.",
    text: "text-skipped",
    chip: "bg-skipped-chip text-skipped",
    drawing: <path d="M2.5 11.5a5.5 5.5 0 0 1 10.6-1.6M13.5 6.5v3.6H10" />,
  },
  paused: {
    word: "Paused",
    meaning: "Someone paused its function, its app or everything.",
    text: "text-paused",
    chip: "bg-paused-chip text-paused",
    drawing: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  },
  timedout: { ...waiting, word: "Timed out", meaning: "What it waited for did not come in time." },
};

const byName: Readonly<Record<string, Status>> = {
  PLANNED: "queued",
  ERRORED: "retrying",
  TIMEDOUT: "timedout",
};

/** Of a status as the API writes it. */
export function toStatus(name: string): Status {
  const lower = name.toLowerCase();
  return byName[name] ?? (lower in looks ? (lower as Status) : "running");
}

const kindOf: Readonly<Record<string, Status>> = {
  paused: "paused",
  retry: "retrying",
  unreachable: "retrying",
  sleep: "sleeping",
  event: "waiting",
  signal: "waiting",
  invoke: "invoking",
  calling: "running",
};
const order: readonly Status[] = ["paused", "running", "retrying", "sleeping", "waiting", "invoking"];

/** A run's status, told finer by what it waits for: an open run may sleep, wait, retry or be paused. */
export function refineStatus(status: string, waits: readonly RunWait[] | undefined): Status {
  if (waits === undefined || (status !== "RUNNING" && status !== "QUEUED")) return toStatus(status);
  const kinds = new Set(waits.map(({ kind }) => kindOf[kind]));
  return order.find((kind) => kinds.has(kind)) ?? toStatus(status);
}

export function StatusIcon({ status }: { status: Status }): ReactNode {
  return (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      {looks[status].drawing}
    </svg>
  );
}

/** In a list: drawing and word, without a ground. */
/** `word`: for what is no run, and is called otherwise. */
export function StatusText({ status, word }: { status: Status; word?: string }): ReactNode {
  const { word: usual, meaning, text } = looks[status];
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${text}`}
      title={word === undefined ? meaning : undefined}
    >
      <StatusIcon status={status} />
      {word ?? usual}
    </span>
  );
}

export function StatusChip({ status }: { status: Status }): ReactNode {
  const { word, meaning, chip } = looks[status];
  return (
    <span
      className={`inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-sm px-2 text-meta font-semibold ${chip}`}
      title={meaning}
    >
      <StatusIcon status={status} />
      {word}
    </span>
  );
}

export const statusWord = (status: Status): string => looks[status].word;

/** The colour of its drawing where that stands alone. */
export const statusColor = (status: Status): string => looks[status].text;
