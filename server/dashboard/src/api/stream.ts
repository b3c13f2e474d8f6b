/**
 * The one stream of changes from the engine: connects, comes back after a loss where it was, and tells who listens.
 * Used by live. Names of what changed come through it, never what it holds.
 */
import type { ChangeAnswer } from "../../../src/api/answers.ts";
import { rootUrl } from "./request.ts";

export interface Change extends ChangeAnswer {
  /** So much was missed that everything must be loaded anew. */
  isReset: boolean;
}

export type StreamState = "connecting" | "open" | "lost";

interface StreamListener {
  onChange(change: Change): void;
  onState(state: StreamState): void;
}

const nothing: ChangeAnswer = { runs: [], functions: [], topics: [], many: true };
const firstWaitMs = 1000;
const longestWaitMs = 15_000;

/** Connects until the returned function is called. */
export function openChangeStream({ onChange, onState }: StreamListener): () => void {
  let source: EventSource | null = null;
  let lastId: string | null = null;
  let timer: number | undefined;
  let waitMs = firstWaitMs;
  let wasLost = false;

  const hear = (event: MessageEvent<string>): void => {
    lastId = event.lastEventId;
    const isReset = event.type === "reset";
    onChange(isReset ? { ...nothing, isReset } : { ...(JSON.parse(event.data) as ChangeAnswer), isReset });
  };
  const connect = (): void => {
    const url = new URL("v2/stream", rootUrl);
    // The browser sends the last id by itself only while it holds on to the connection.
    if (lastId !== null) url.searchParams.set("after", lastId);
    source = new EventSource(url);
    source.addEventListener("hello", (event) => {
      lastId ??= event.lastEventId;
      waitMs = firstWaitMs;
      wasLost = false;
      onState("open");
    });
    source.addEventListener("change", hear);
    source.addEventListener("reset", hear);
    source.addEventListener("error", () => {
      if (!wasLost) onState("lost");
      wasLost = true;
      source?.close();
      timer = window.setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
  };
  onState("connecting");
  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
