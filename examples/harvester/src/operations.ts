/** What operators do, by the engine's HTTP API: kill switch and dead letters. */

export interface Pause {
  scope: string;
  reason: string;
  author: string;
}

export interface DeadLetter {
  runId: string;
  error: { message: string };
  event: { data: Record<string, unknown> } | null;
}

export interface Operations {
  /** Nothing begins any more; what is running ends, what comes waits. */
  stopAll(reason: string, author: string): Promise<void>;
  goOn(): Promise<void>;
  pauses(): Promise<Pause[]>;
  deadLetters(): Promise<DeadLetter[]>;
  /** Starts the run again. */
  retry(runId: string): Promise<{ runId: string }>;
}

/** `signingKey`: null for an engine that `stepwell dev` runs. */
export function createOperations(engineUrl: string, signingKey: string | null): Operations {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(path, engineUrl), {
      method,
      headers: {
        "content-type": "application/json",
        ...(signingKey === null ? {} : { authorization: `Bearer ${signingKey}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { data?: unknown; errors?: { message: string }[] };
    if (!response.ok) throw new Error(answer.errors?.[0]?.message ?? `${method} ${path} answered ${response.status}`);
    return answer.data;
  };
  return {
    async stopAll(reason, author) {
      await ask("POST", "/v2/pauses", { scope: "all", reason, author, arriving: "hold", running: "finish" });
    },
    async goOn() {
      await ask("POST", "/v2/pauses/resume", { scope: "all" });
    },
    pauses: () => ask("GET", "/v2/pauses") as Promise<Pause[]>,
    deadLetters: () => ask("GET", "/v2/dead-letters?limit=100") as Promise<DeadLetter[]>,
    retry: (runId) => ask("POST", `/v2/dead-letters/${runId}/retry`, {}) as Promise<{ runId: string }>,
  };
}
