/** Says when it is time to look at a run again. Called by the commands that wait for the end of one. */
import type { EngineClient } from "../../client/engine-client.ts";

export interface PulseOptions {
  /** Ends it. */
  signal: AbortSignal;
  onLost?: () => void;
  /** A beat comes after this time without news, milliseconds. Default: only news makes one. */
  everyMs?: number;
}

/**
 * A beat at first and whenever the engine says something of the run, until its stream has ended. `isNews`: false for a beat that comes only
 * because time has passed.
 * @throws EngineApiError
 */
export async function* pulseOf(
  engine: EngineClient,
  runId: string,
  { signal, onLost, everyMs }: PulseOptions,
): AsyncGenerator<{ isNews: boolean }, void, void> {
  const stop = new AbortController();
  let isNews = true;
  let isOver = false;
  let failure: unknown = null;
  let wake = (): void => undefined;
  const hear = async (): Promise<void> => {
    const options = { signal: AbortSignal.any([signal, stop.signal]), ...(onLost && { onLost }) };
    for await (const _ of engine.runs.stream(runId, options)) {
      isNews = true;
      wake();
    }
  };
  void hear()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isOver = true;
      wake();
    });
  try {
    for (;;) {
      const news = isNews;
      isNews = false;
      if (signal.aborted) return;
      if (news || !isOver) yield { isNews: news };
      if (failure !== null) throw failure;
      if (isNews || signal.aborted) continue;
      if (isOver) return;
      await new Promise<void>((resolve) => {
        const timer = everyMs === undefined ? undefined : setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stop.abort();
  }
}
