/**
 * Limits tries to sign in, so that nobody can guess a password. Each failure from an address makes the next try from there wait
 * longer, whatever the name; and failures for a name, from wherever, make it wait a little, but never from an address from
 * which that name has signed in. So nobody is locked out by what others do elsewhere. Kept in memory, by each engine for itself.
 */
import { EngineError } from "../../domain/error.ts";

interface Failures {
  failures: number;
  /** Milliseconds since 1970: no try before. */
  until: number;
  /** The last failure. */
  at: number;
}

interface Rule {
  /** So many failures cost nothing. */
  free: number;
  /** The first wait; each further one is twice as long. */
  firstMs: number;
  longestMs: number;
}

const ofAddress: Rule = { free: 5, firstMs: 1000, longestMs: 15 * 60_000 };
const ofName: Rule = { free: 10, firstMs: 1000, longestMs: 60_000 };
/** Failures are forgotten after so long without another. */
const forgottenMs = 3_600_000;
/** Addresses and names that are kept; the oldest go. */
const most = 10_000;
/** A whole network of IPv6 belongs to one line. */
const ipv6Groups = 4;

export interface Tries {
  /**
   * Counts a try as failed before it is looked at, so that many at the same moment are no way around. `name`: null for a key.
   * @throws EngineError `too_many_tries`, which says for how long
   */
  begin(address: string | null, name: string | null, now: number): void;
  /** It was right. */
  succeeded(address: string | null, name: string | null): void;
  /** It was not looked at. */
  withdrawn(address: string | null, name: string | null): void;
}

/** Those of one network count together. */
function placeOf(address: string | null): string {
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const isShort = address.includes("::");
  const middle = isShort ? Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => "0") : [];
  return [...left, ...middle, ...right].slice(0, ipv6Groups).join(":");
}

export function createTries(): Tries {
  return new RememberedTries();
}

class RememberedTries implements Tries {
  readonly #addresses: Map<string, Failures> = new Map();
  readonly #names: Map<string, Failures> = new Map();
  /** Name and address of who has signed in. */
  readonly #known: Map<string, true> = new Map();

  begin(address: string | null, name: string | null, now: number): void {
    const place = placeOf(address);
    const isKnown = name !== null && this.#known.has(`${name} ${place}`);
    const waits = [this.#addresses.get(place), isKnown || name === null ? undefined : this.#names.get(name)];
    const until = Math.max(...waits.map((record) => record?.until ?? 0));
    if (until <= now) {
      note(this.#addresses, place, ofAddress, now);
      if (name !== null) note(this.#names, name, ofName, now);
      return;
    }
    const seconds = Math.ceil((until - now) / 1000);
    throw new EngineError("too_many_tries", `Too many failed tries to sign in. Try again in ${seconds} s.`, {
      retryable: true,
      data: { retryAfterSeconds: seconds },
    });
  }

  succeeded(address: string | null, name: string | null): void {
    this.withdrawn(address, name);
    if (name !== null) keep(this.#known, `${name} ${placeOf(address)}`, true);
  }

  withdrawn(address: string | null, name: string | null): void {
    takeBack(this.#addresses, placeOf(address));
    if (name !== null) takeBack(this.#names, name);
  }
}

function note(records: Map<string, Failures>, key: string, rule: Rule, now: number): void {
  const before = records.get(key);
  const failures = before === undefined || now - before.at > forgottenMs ? 1 : before.failures + 1;
  const beyond = failures - rule.free;
  const waitMs = beyond <= 0 ? 0 : Math.min(rule.firstMs * 2 ** Math.min(beyond - 1, 30), rule.longestMs);
  keep(records, key, { failures, until: now + waitMs, at: now });
}

function takeBack(records: Map<string, Failures>, key: string): void {
  const record = records.get(key);
  if (record !== undefined) records.set(key, { ...record, failures: record.failures - 1, until: 0 });
}

/** As the newest; the oldest goes when there are too many. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
