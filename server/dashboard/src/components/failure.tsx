/** What went wrong, never to be taken for "there is nothing": a failed query, and what can be done. */
import type { ReactNode } from "react";
import { ApiError } from "../api/request.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A line beside what failed. */
export function FailureLine({ error }: { error: unknown }): ReactNode {
  if (error === null || error === undefined) return null;
  return (
    <p role="alert" className="flex items-start gap-1.5 text-table text-failed">
      <span className="mt-0.5">
        <Icon name="warn" />
      </span>
      <span className="min-w-0 break-words">{messageOf(error)}</span>
    </p>
  );
}

/** In place of what could not be loaded. */
export function Failure({ what, error, retry }: { what: string; error: unknown; retry: () => void }): ReactNode {
  const code = error instanceof ApiError ? error.code : null;
  return (
    <div role="alert" className="m-4 rounded-md border border-failed/40 bg-surface p-4">
      <h2 className="flex items-center gap-2 text-control font-semibold text-failed">
        <Icon name="warn" />
        {what} could not be loaded
      </h2>
      <p className="mt-1 break-words text-ink-2">{messageOf(error)}</p>
      <div className="mt-3 flex items-center gap-3">
        <Button onClick={retry} icon="rerun">
          Try again
        </Button>
        {code !== null && <span className="font-mono text-meta text-ink-3">{code}</span>}
      </div>
    </div>
  );
}

export function Loading({ what }: { what: string }): ReactNode {
  return (
    <p role="status" className="p-6 text-center text-ink-3">
      Loading {what} …
    </p>
  );
}

/** Nothing is there, and that is right: says why, and what to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="mx-auto max-w-xl px-4 py-12 text-center">
      <h2 className="text-h2 font-semibold">{title}</h2>
      <div className="mt-2 text-ink-2">{children}</div>
    </div>
  );
}
