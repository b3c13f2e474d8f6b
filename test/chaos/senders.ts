/**
 * Who sends the events of a chaos, and who answers what its runs ask for. Each goes on until it has an answer; one in five events is
 * sent twice, and counts once.
 */
import type { ChaosApi } from "./api.ts";
import type { Mark } from "./journal.ts";
import { apps, type ChaosData, groupSize, type Kind, keys, kinds } from "./kinds.ts";

export interface SentEvent extends ChaosData {
  kind: Kind;
  app: string;
  /** Internal id of the event. Null until it is acknowledged. */
  id: string | null;
  /** When it happened, milliseconds since 1970, and not to start before: no other event has it. 0 until it is sent. */
  ts: number;
}

const seedOf = (text: string): string =>
  `${Date.now()},${Buffer.from(text.slice(0, 10).padEnd(10, "-")).toString("base64")}`;
const laterMs = 2500;

/** The events, in the order in which they are sent. */
export function planEvents(count: number, random: () => number): SentEvent[] {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const planned: SentEvent[] = [];
  for (const kind of kinds) {
    const many = Math.max(2, Math.round((count * kind.weight) / total));
    for (let each = 0; each < many; each++) {
      const n = planned.length + 1;
      const app = apps[each % apps.length] as string;
      const g = `${app} ${kind.name} ${Math.floor(each / apps.length / groupSize)}`;
      planned.push({ kind, app, n, k: Math.floor(random() * keys), g, id: null, ts: 0 });
    }
  }
  // Mixed, but groups stay together: events of one group follow each other.
  return planned
    .map((event) => ({ event, at: (event.n % groupSize) / groupSize + random() * 0.2 }))
    .sort((one, other) => one.at - other.at)
    .map(({ event }) => event);
}

let lastTs = 0;

async function sendOne(api: ChaosApi, event: SentEvent, random: () => number): Promise<void> {
  const { kind, app, n, k, g } = event;
  lastTs = Math.max(lastTs + 1, Date.now());
  event.ts = kind.name === "later" ? Date.now() + laterMs : lastTs;
  const body = {
    name: `${app}/${kind.name}`,
    id: `${kind.name}-${n}`,
    data: { n, k, g },
    ts: event.ts,
  };
  const headers = { "x-inngest-event-id-seed": seedOf(`${n}`) };
  const post = async (): Promise<void> => {
    const { status, json } = await api.ask("POST", "/e/chaos", body, headers);
    const { ids, error } = json as { ids?: string[]; error?: string };
    if (status !== 200) throw new Error(`event ${kind.name} ${n} was refused: ${status} ${error}`);
    event.id = ids?.[0] ?? null;
  };
  await post();
  const { id } = event;
  if (random() < 0.2) await post();
  event.id = id;
}

/** Requests under way at once: who sends on to engines that cannot keep up measures only how long their queues grow. */
const sendsAtOnce = 16;

/** Sends all, spread over a time, or slower when engines do not keep up; resolves when all are acknowledged. */
export async function sendAll(api: ChaosApi, events: SentEvent[], ms: number, random: () => number): Promise<void> {
  const begin = Date.now();
  let next = 0;
  const sendSome = async (): Promise<void> => {
    for (let index = next++; index < events.length; index = next++) {
      const waitMs = begin + (ms * index) / events.length - Date.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await sendOne(api, events[index] as SentEvent, random);
    }
  };
  await Promise.all(Array.from({ length: sendsAtOnce }, sendSome));
}

/** Time between two answers to a run that has not gone on, in milliseconds. */
const answerAgainMs = 1500;

/**
 * Answers runs that wait, once they have said so: again and again, as an event that comes while a call is made anew meets no wait.
 */
export class Answerer {
  readonly #api: ChaosApi;
  readonly #kindOf: ReadonlyMap<number, Kind>;
  readonly #open = new Map<number, number>();
  #underWay = 0;

  constructor(api: ChaosApi, events: readonly SentEvent[]) {
    this.#api = api;
    this.#kindOf = new Map(events.map(({ n, kind }) => [n, kind]));
  }

  /** Hears what the apps did. */
  hear(marks: readonly Mark[]): void {
    for (const { what, n, kind } of marks) {
      if (this.#kindOf.get(n)?.name !== kind || this.#kindOf.get(n)?.asks === undefined) continue;
      if (what === "asks") this.#open.set(n, 0);
      if (what === "passed") this.#open.delete(n);
    }
  }

  async answer(): Promise<void> {
    const now = Date.now();
    const due = [...this.#open]
      .flatMap(([n, at]) => (at <= now ? [n] : []))
      .slice(0, Math.max(0, sendsAtOnce - this.#underWay));
    this.#underWay += due.length;
    for (const n of due) this.#open.set(n, now + answerAgainMs);
    const answerOne = async (n: number): Promise<void> => {
      try {
        await this.#answerOne(n);
      } finally {
        this.#underWay -= 1;
      }
    };
    await Promise.all(due.map(answerOne));
  }

  async #answerOne(n: number): Promise<void> {
    const asks = this.#kindOf.get(n)?.asks;
    if (asks === "signal") await this.#api.ask("POST", "/v1/signals", { signal: `chaos-${n}`, data: { n } });
    else await this.#api.ask("POST", "/e/chaos", { name: asks === "stop" ? "chaos/stop" : "chaos/go", data: { n } });
    // What cancels a run needs to come once only.
    if (asks === "stop") this.#open.delete(n);
  }
}
