/**
 * Holds engines to their leases: nobody gets one while another's lasts, nobody commits under one that is not his, and nothing is
 * leased before its time.
 */
import type { LeaseToken, QueueItem } from "../../domain/queue/queue-item.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Claim, LeaseRequest } from "../../ports/store.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Life } from "../simulated-engine.ts";
import type { KnownRuns } from "./known-runs.ts";
import type { Violations } from "./violations.ts";
import type { Committed, StoreWitness } from "./watched-store.ts";

export interface HeldLease {
  item: QueueItem;
  life: Life;
  until: number;
  /** In the order of writes. */
  grantedAt: number;
}

export class Leases implements StoreWitness {
  readonly held: Map<string, HeldLease> = new Map();
  readonly #violations: Violations;
  readonly #known: KnownRuns;
  readonly #fences = new Map<string, number>();
  readonly #scheduler: Scheduler;
  readonly #hears: (lease: HeldLease, now: number) => void;

  /** `hears` of each lease that is granted. */
  constructor(
    violations: Violations,
    known: KnownRuns,
    scheduler: Scheduler,
    hears: (lease: HeldLease, now: number) => void,
  ) {
    this.#violations = violations;
    this.#known = known;
    this.#scheduler = scheduler;
    this.#hears = hears;
  }

  committed(life: Life, transition: Transition, result: Committed, claim: Claim | undefined): void {
    this.#settle(life, transition);
    for (const runId of result.cancelledRuns) this.#dropRun(runId);
    if (transition.run?.end !== undefined) this.#dropRun(transition.run.runId);
    if (claim !== undefined) this.leased(life, result.claimed, claim);
  }

  leased(life: Life, items: readonly QueueItem[], { now, leaseUntil }: LeaseRequest): void {
    for (const item of items) {
      const before = this.held.get(item.id);
      if (before !== undefined && before.until > now && before.life.alive)
        this.#say(
          `${item.id} was leased to ${life.name} at ${now} while ${before.life.name} holds it until ${before.until}`,
        );
      if (item.fence <= (this.#fences.get(item.id) ?? 0))
        this.#say(`${item.id} was leased with fence ${item.fence} again`);
      const earlyMs = item.dueAt - this.#scheduler.now() - this.#scheduler.setBackMs;
      if (earlyMs > 0)
        this.#violations.add("no timer fires early", `${item.kind} ${item.id} was leased ${earlyMs} ms too early`);
      this.#fences.set(item.id, item.fence);
      const lease = { item, life, until: leaseUntil, grantedAt: this.#known.order };
      this.held.set(item.id, lease);
      this.#hears(lease, now);
    }
  }

  extended(life: Life, tokens: readonly LeaseToken[], leaseUntil: number): void {
    for (const { itemId, fence } of tokens) {
      const lease = this.held.get(itemId);
      if (lease === undefined || lease.item.fence !== fence || lease.life !== life)
        this.#say(`${life.name} prolonged ${itemId}#${fence}, which is not its own`);
      else lease.until = Math.max(lease.until, leaseUntil);
    }
  }

  /** Of an engine that had the state to itself: whoever opens it next finds all leases void. */
  forget(life: Life): void {
    for (const [id, lease] of this.held) if (lease.life === life) this.held.delete(id);
  }

  #settle(life: Life, { lease: token, settle }: Transition): void {
    if (token === null) return;
    const lease = this.held.get(token.itemId);
    // What an app saves while its call goes on may reach any engine, and shows the call's own number.
    const mayBeOther = settle?.kind === "keep";
    if (lease === undefined || lease.item.fence !== token.fence || (lease.life !== life && !mayBeOther)) {
      this.#say(`${life.name} committed under ${token.itemId}#${token.fence}, which is not its own`);
      return;
    }
    if (settle?.kind !== "keep") this.held.delete(token.itemId);
  }

  #dropRun(runId: string): void {
    for (const [id, { item }] of this.held) if (item.runId === runId) this.held.delete(id);
  }

  #say(what: string): void {
    this.#violations.add("one holds a lease", what);
  }
}
