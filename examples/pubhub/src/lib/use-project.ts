/**
 * A project's state for the page: live by the stream, and by a question every five seconds while that is broken off.
 * Called by `feed.tsx`.
 */
import { useEffect, useState } from "react";
import type { ProjectState } from "../supabase/functions/make-server-dc1f2437/state.ts";
import type { Api } from "./api.ts";

const pollEveryMs = 5000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** @returns the state; null until the first answer. `isLive` is false while it is asked for instead of heard. */
export function useProject(api: Api, projectId: string): { state: ProjectState | null; isLive: boolean } {
  const [state, setState] = useState<ProjectState | null>(null);
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const hear = (next: ProjectState): void => {
      setLive(true);
      setState(next);
    };
    const follow = async (): Promise<void> => {
      while (!signal.aborted) {
        await api.follow(projectId, hear, signal).catch(() => undefined);
        if (signal.aborted) return;
        setLive(false);
        await pause(pollEveryMs, signal);
        await api.getState(projectId).then(setState, () => undefined);
      }
    };
    void follow();
    return () => leaving.abort();
  }, [api, projectId]);
  return { state, isLive };
}
