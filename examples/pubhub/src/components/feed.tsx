/** A project's feed: "Scan Now" with its progress, and the items that scans and the monitor have found. */
import { type ReactElement, useEffect, useState } from "react";
import type { Api } from "../lib/api.ts";
import { useProject } from "../lib/use-project.ts";
import type { ScanWithParts } from "../supabase/functions/make-server-dc1f2437/state.ts";
import { FeedItem } from "./feed-item.tsx";
import { ScanProgress } from "./scan-progress.tsx";
import { type Toast, useToast } from "./toasts.tsx";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Says how a scan ended that this page asked for, or saw under way. @returns what tells it of one that was asked for. */
function useScanNews(scan: ScanWithParts | undefined, toast: Toast): (scanId: string) => void {
  const [watched, setWatched] = useState<string | null>(null);
  useEffect(() => {
    if (scan === undefined) return;
    if (scan.status === "scanning") {
      setWatched(scan.id);
      return;
    }
    if (watched !== scan.id) return;
    setWatched(null);
    if (scan.status === "completed") toast("success", `Found ${scan.newItems} new items!`);
    if (scan.status === "failed") toast("error", `Scan failed. ${scan.error ?? ""}`);
    if (scan.status === "refused") toast("error", scan.error ?? "The scan was refused.");
  }, [scan, toast, watched]);
  return setWatched;
}

export function Feed({ api, projectId }: { api: Api; projectId: string }): ReactElement {
  const toast = useToast();
  const { state, isLive } = useProject(api, projectId);
  const [asking, setAsking] = useState(false);
  const [connected, setConnected] = useState<boolean | null>(null);
  useEffect(() => {
    api.redditStatus().then(
      (status) => setConnected(status.connected),
      () => undefined,
    );
  }, [api]);
  const scan = state?.scans[0];
  const watch = useScanNews(scan, toast);
  const scanning = asking || scan?.status === "scanning";

  const handleScanNow = async (): Promise<void> => {
    setAsking(true);
    try {
      const result = await api.scanHistory(projectId, state?.project?.subreddits ?? []);
      if (result.status === "scanning") {
        // It may have ended before the page hears of it.
        watch(result.scanId);
        toast("info", "Scan started in background");
      }
    } catch (error) {
      toast("error", messageOf(error));
    } finally {
      setAsking(false);
    }
  };
  const connect = async (): Promise<void> => {
    try {
      location.href = (await api.connectReddit()).url;
    } catch (error) {
      toast("error", messageOf(error));
    }
  };

  if (state?.project == null) return <p>Loading…</p>;
  const { project, feed } = state;
  return (
    <section aria-label="Feed">
      <h2>{project.name}</h2>
      <p className="quiet">
        {project.subreddits.map((name) => `r/${name}`).join(", ") || "no subreddits"} ·{" "}
        {project.keywords.length > 0 ? `keywords: ${project.keywords.join(", ")}` : "keywords are being looked for"} ·{" "}
        {project.last_scan === null ? "never scanned" : `last scan ${new Date(project.last_scan).toLocaleString()}`} ·{" "}
        <span data-live={isLive}>{isLive ? "live" : "checked every 5 seconds"}</span>
      </p>
      <p>
        <button type="button" disabled={scanning} onClick={() => void handleScanNow()}>
          Scan Now
        </button>{" "}
        {connected === false && (
          <button type="button" onClick={() => void connect()}>
            Connect Reddit
          </button>
        )}
      </p>
      {scan !== undefined && <ScanProgress api={api} scan={scan} />}
      {feed.length === 0 && <p className="quiet">Nothing was found yet.</p>}
      {feed.map((item) => (
        <FeedItem key={item.id} api={api} item={item} />
      ))}
    </section>
  );
}
