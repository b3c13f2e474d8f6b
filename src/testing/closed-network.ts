/** Keeps what a client sends during a test within the test: events get ids, signals a run, anything else an error. */
import type { Inngest } from "../client/index.ts";
import { createId } from "./mock-event.ts";

const url = "http://test-engine.invalid/";
/** Runs of one client may overlap. */
const closed = new WeakMap<Inngest, { runs: number; detach: () => void }>();

/** @returns what opens it again. */
export function closeNetwork(client: Inngest): () => void {
  const entry = closed.get(client) ?? { runs: 0, detach: client.useEngine({ url, fetch: answer, now: Date.now }) };
  entry.runs += 1;
  closed.set(client, entry);
  return () => {
    entry.runs -= 1;
    if (entry.runs > 0) return;
    closed.delete(client);
    entry.detach();
  };
}

const answer: typeof fetch = async (input, init) => {
  const { pathname } = new URL(String(input instanceof Request ? input.url : input));
  const now = Date.now();
  if (pathname.startsWith("/e/")) {
    const events = JSON.parse(String(init?.body)) as unknown[];
    return Response.json({ ids: events.map(() => createId(now)), status: 200 });
  }
  if (pathname === "/v1/signals") return Response.json({ data: { run_id: createId(now) } });
  throw new Error(`A test engine does not answer requests to ${pathname}. createTestServer of stepwell-server does.`);
};
