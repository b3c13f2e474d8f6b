/**
 * News between engines by NOTIFY: gathered for a moment and told in one message, heard on one connection that does nothing else.
 * Called by peers.ts. Where there is no LISTEN, as behind a pooler, nothing is heard, and peers.ts finds out by looking.
 */
import type { PeerNews } from "../../ports/peers.ts";
import type { Connections } from "./wire/connections.ts";
import type { Connection, Driver } from "./wire/driver.ts";

const channel = "stepwell";
/** News of so many milliseconds are told together. */
const gatherMs = 20;
/** Others that were not heard of for so long are gone. */
export const companyMs = 5_000;
/** A message of Postgres holds less than 8,000 bytes. */
const mostBytes = 7_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

interface Message {
  ns: string;
  from: string;
  news: PeerNews[];
}

function parse(payload: string): Message | null {
  try {
    return JSON.parse(payload) as Message;
  } catch {
    // Somebody else's channel of the same name.
    return null;
  }
}

/** One time at which something is due is enough. */
function shorten(news: readonly PeerNews[]): PeerNews[] {
  const dues = news.flatMap((item) => (item.kind === "due" ? [item.at] : []));
  const runIds = news.flatMap((item) => (item.kind === "cancelled" ? item.runIds : []));
  const activities = news.filter((item) => item.kind === "activity");
  const short: PeerNews[] = [];
  for (const kind of ["apps", "alerts"] as const) if (news.some((item) => item.kind === kind)) short.push({ kind });
  if (dues.length > 0) short.push({ kind: "due", at: Math.min(...dues) });
  if (runIds.length > 0) short.push({ kind: "cancelled", runIds: [...new Set(runIds)] });
  return [...short, ...activities];
}

/** What fits goes; the rest is found by the next look, or was for people only. */
function toPayload(ns: string, from: string, news: readonly PeerNews[]): string {
  const kept = shorten(news);
  for (;;) {
    const payload = JSON.stringify({ ns, from, news: kept } satisfies Message);
    if (Buffer.byteLength(payload) <= mostBytes || kept.length === 0) return payload;
    kept.length = Math.floor(kept.length / 2);
  }
}

export interface MessagesOptions {
  ns: string;
  driver: Driver;
  connections: Connections;
}

export class PeerMessages {
  readonly #options: MessagesOptions;
  readonly #nodeId: string;
  readonly #heard: (news: PeerNews) => void;
  #gathered: PeerNews[] = [];
  #timer: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #listening: Connection | null = null;
  /** Until then there is somebody to tell news. */
  #companyUntil = 0;
  #telling: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(options: MessagesOptions, nodeId: string, heard: (news: PeerNews) => void) {
    this.#options = options;
    this.#nodeId = nodeId;
    this.#heard = heard;
  }

  /** Lets the others know that there is one more to tell news. */
  start(): void {
    this.#stopped = false;
    void this.#listen(firstPauseMs);
    this.#flushLater();
  }

  /** Another engine works with this state at the moment. */
  noteCompany(): void {
    this.#companyUntil = performance.now() + companyMs;
  }

  /** What happens all the time an engine that is alone tells nobody: each message is a commit of the database. */
  tell(news: PeerNews): void {
    const isFrequent = news.kind === "due" || news.kind === "activity";
    if (this.#stopped || (isFrequent && performance.now() >= this.#companyUntil)) return;
    this.#gathered.push(news);
    this.#flushLater();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#telling = this.#flush();
    }, gatherMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of [this.#timer, this.#again]) if (timer !== null) clearTimeout(timer);
    await this.#telling;
    await this.#listening?.close();
  }

  async #flush(): Promise<void> {
    const { ns, connections } = this.#options;
    const payload = toPayload(ns, this.#nodeId, this.#gathered);
    this.#gathered = [];
    try {
      await connections.use((connection) =>
        connection.send([{ text: "SELECT pg_notify($1, $2)", values: [channel, payload] }]),
      );
    } catch {
      // A hint was lost, or this server has no NOTIFY.
    }
  }

  async #listen(pauseMs: number): Promise<void> {
    try {
      const connection = await this.#options.driver.connect();
      if (this.#stopped) return await connection.close();
      this.#listening = connection;
      connection.onNotification((payload) => this.#hear(payload));
      connection.onEnd(() => this.#listenLater(firstPauseMs));
      await connection.send([{ text: `LISTEN ${channel}`, values: [] }]);
    } catch {
      this.#listenLater(Math.min(longestPauseMs, pauseMs * 2));
    }
  }

  #listenLater(pauseMs: number): void {
    if (this.#stopped) return;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#listen(pauseMs), pauseMs);
    this.#again.unref();
  }

  #hear(payload: string): void {
    const message = parse(payload);
    if (message === null || message.ns !== this.#options.ns || message.from === this.#nodeId) return;
    this.noteCompany();
    for (const news of message.news) this.#heard(news);
  }
}
