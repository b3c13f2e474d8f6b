/**
 * Those who send events in a world, and what they were promised: an event that an engine has acknowledged is noted with all that a
 * witness must know of it. Used by workload and simulated-app.
 */
import type { Draw } from "./draw.ts";
import type { Requests } from "./requests.ts";
import type { Scheduler } from "./scheduler.ts";

/** What each event carries. */
export interface EventData {
  /** Unique. */
  n: number;
  /** A key, 1 to 3. */
  k: number;
}

export interface Acknowledged extends EventData {
  name: string;
  /** Internal id. */
  id: string;
  /** The sender's own id; null for none. */
  ownId: string | null;
  /** Milliseconds since 1970, as the clocks showed it. */
  at: number;
}

export class Senders {
  readonly acknowledged: Acknowledged[] = [];
  readonly #requests: Requests;
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;
  #count = 0;

  constructor(requests: Requests, scheduler: Scheduler, draw: Draw) {
    this.#requests = requests;
    this.#scheduler = scheduler;
    this.#draw = draw;
  }

  /** Sends events with these keys in one request, again and again until they are acknowledged. */
  async send(
    name: string,
    keys: readonly number[],
    more: { id?: string; inMs?: number } = {},
  ): Promise<Acknowledged[]> {
    const data = keys.map((k): EventData => ({ n: ++this.#count, k }));
    const ts = more.inMs === undefined ? {} : { ts: this.#scheduler.now() + more.inMs };
    const id = more.id === undefined ? {} : { id: more.id };
    const body = data.map((each) => ({ name, data: each, ...id, ...ts }));
    const seed = this.#seed();
    const numbers = data.map(({ n }) => n).join(",");
    const { ids } = await this.#requests.insist(`send ${name} ${numbers}`, (engine) => engine.ingest({ body, seed }));
    const at = this.#scheduler.now();
    const sent = data.map((each, index) => ({ ...each, name, id: ids[index] ?? "", ownId: more.id ?? null, at }));
    this.acknowledged.push(...sent);
    return sent;
  }

  /** A request that is sent again must not make other events. */
  #seed(): string {
    const entropy = Buffer.alloc(10);
    for (let index = 0; index < 8; index++) entropy.writeUInt8(this.#draw.int(0, 255), index);
    return `${this.#scheduler.now()},${entropy.toString("base64")}`;
  }
}
