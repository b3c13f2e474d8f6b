/**
 * What changed lately, for pages that stay open: hears what the engine tells and what the API changed, puts together what
 * came within a moment, and hands each such piece to all who listen. Made by main, read by `/v2/stream`.
 * Remembers a bounded number of pieces, so that a page that lost its connection goes on where it was; who comes too late is
 * told to load everything anew. Must never throw, wait, or hold what a run carries: ids and names only.
 */
import { randomBytes } from "node:crypto";
import type { Activity } from "../domain/activity.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";

/** What an operator can change. */
export type Topic =
  | "alerts"
  | "apps"
  | "bulk-jobs"
  | "dead-letters"
  | "events"
  | "functions"
  | "pauses"
  | "runs"
  | "schedules";

export interface ActivityFeed extends Notifier {
  /** Something of this kind was changed through the API. */
  changed(topic: Topic): void;
  /**
   * Hears every piece from now on, as a frame of server-sent events; first those after `lastId` that are remembered.
   * @param lastId of the last frame that the listener has; null for a new one
   * @returns a function that ends it
   */
  listen(lastId: string | null, listener: Listener): () => void;
  /** Ends all listeners. */
  close(): void;
}

export interface Listener {
  hear(frame: string): void;
  /** Nothing more will come. */
  end(): void;
}

/** Long enough to put the steps of a call together, short enough to seem at once. */
const togetherMs = 150;
const remembered = 256;
/** More ids than this and a page is better off asking anew. */
const idsMax = 500;

interface Piece {
  runs: Set<string>;
  functions: Set<string>;
  topics: Set<Topic>;
  /** More runs changed than are named. */
  many: boolean;
}

const empty = (): Piece => ({ runs: new Set(), functions: new Set(), topics: new Set(), many: false });

function add(piece: Piece, activity: Activity): void {
  if (activity.kind === "event-received") {
    piece.topics.add("events");
    if (activity.runs > 0) piece.topics.add("runs");
    return;
  }
  if (activity.kind === "alert-began" || activity.kind === "alert-ended") {
    piece.topics.add("alerts");
    return;
  }
  if (!("runId" in activity)) {
    piece.topics.add("apps");
    if (activity.kind === "app-synced" && activity.modified) piece.topics.add("functions");
    return;
  }
  if (activity.kind === "run-ended" && activity.status === "Failed") piece.topics.add("dead-letters");
  piece.topics.add("runs");
  piece.functions.add(activity.slug);
  if (piece.runs.size < idsMax) piece.runs.add(activity.runId);
  else piece.many = true;
}

/** A poll that finds an app as it was is no news. */
const isNews = (activity: Activity): boolean => activity.kind !== "app-synced" || activity.modified;

export function createActivityFeed(clock: Clock): ActivityFeed {
  return new MemoryActivityFeed(clock);
}

class MemoryActivityFeed implements ActivityFeed {
  readonly #clock: Clock;
  /** Tells frames of this engine from those of one before it. */
  readonly #boot = randomBytes(6).toString("hex");
  readonly #frames: string[] = [];
  readonly #listeners = new Set<Listener>();
  #count = 0;
  #piece: Piece = empty();
  #timer: Timer | null = null;
  /** Whether something has changed that no frame tells of yet. */
  #isChanged = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  notify(activity: Activity): void {
    if (!isNews(activity)) return;
    add(this.#piece, activity);
    this.#arm();
  }

  changed(topic: Topic): void {
    this.#piece.topics.add(topic);
    this.#arm();
  }

  listen(lastId: string | null, listener: Listener): () => void {
    // What changed while nobody listened.
    if (this.#timer === null && this.#isChanged) this.#flush();
    listener.hear(`retry: 2000\nid: ${this.#boot}-${this.#count}\nevent: hello\ndata: {}\n\n`);
    for (const frame of this.#missedSince(lastId)) listener.hear(frame);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#timer?.cancel();
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  #missedSince(lastId: string | null): readonly string[] {
    if (lastId === null) return [];
    const [boot, number] = lastId.split("-");
    const missed = this.#count - Number(number);
    const isKnown = boot === this.#boot && Number.isInteger(missed) && missed >= 0 && missed <= this.#frames.length;
    if (!isKnown) return [`id: ${this.#boot}-${this.#count}\nevent: reset\ndata: {}\n\n`];
    return missed === 0 ? [] : this.#frames.slice(-missed);
  }

  /** Sets no timer while nobody listens: an engine without a page does nothing here. */
  #arm(): void {
    this.#isChanged = true;
    if (this.#listeners.size === 0) return;
    this.#timer ??= this.#clock.setTimer(this.#clock.now() + togetherMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer = null;
    this.#isChanged = false;
    const { runs, functions, topics, many } = this.#piece;
    this.#piece = empty();
    this.#count += 1;
    const data = JSON.stringify({ runs: [...runs], functions: [...functions], topics: [...topics], many });
    const frame = `id: ${this.#boot}-${this.#count}\nevent: change\ndata: ${data}\n\n`;
    this.#frames.push(frame);
    if (this.#frames.length > remembered) this.#frames.shift();
    for (const listener of this.#listeners) listener.hear(frame);
  }
}
