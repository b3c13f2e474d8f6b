/** How far the newest scan is, subreddit by subreddit, and the button that ends it. */
import type { ReactElement } from "react";
import type { Api } from "../lib/api.ts";
import type { ScanWithParts } from "../supabase/functions/make-server-dc1f2437/state.ts";
import { useToast } from "./toasts.tsx";

const says: Record<ScanWithParts["status"], string> = {
  scanning: "Scanning in background…",
  completed: "The last scan is complete.",
  failed: "The last scan has failed.",
  cancelled: "The last scan was cancelled.",
  refused: "The last scan was refused.",
};

export function ScanProgress({ api, scan }: { api: Api; scan: ScanWithParts }): ReactElement {
  const toast = useToast();
  const { status, subreddits, parts, error, scanned, newItems } = scan;
  const cancel = async (): Promise<void> => {
    try {
      await api.cancelScan(scan.projectId, scan.id);
      toast("info", "Scan cancelled");
    } catch (problem) {
      toast("error", problem instanceof Error ? problem.message : String(problem));
    }
  };
  return (
    <div className="card" data-scan={status}>
      <p>
        {says[status]} {status === "completed" && `${newItems} new items from ${scanned} posts.`}
      </p>
      {status === "scanning" && (
        <>
          <progress max={subreddits.length} value={parts.length} aria-label="Subreddits that were read" />{" "}
          <button type="button" onClick={() => void cancel()}>
            Cancel scan
          </button>
        </>
      )}
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <ul>
        {parts.map((part) => (
          <li key={part.subreddit}>
            r/{part.subreddit}: {part.error ?? `${part.relevant} relevant posts of ${part.scanned}`}
          </li>
        ))}
      </ul>
    </div>
  );
}
