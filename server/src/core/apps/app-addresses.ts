/**
 * Where apps are called: the addresses that the engine keeps in sync, and whether a registration may move an app.
 * An app names its address by what it saw in a request, which a proxy may have changed, and which anyone who can reach the
 * app can forge. So an address at which the engine itself reached the app counts more than what the app says.
 * Used by create-engine and sync-app.
 */
import type { AppRecord } from "../../domain/app.ts";
import type { SyncOutcome } from "../../ports/sdk-caller.ts";
import { preferredUrl, toAppPlace, withCredentialsOf } from "./app-place.ts";

/** An app url that the engine keeps in sync, and how that went last. */
export interface AppUrl {
  url: string;
  /** Null before the first try. */
  lastOutcome: SyncOutcome | null;
}

/** A request of the engine to an app, for as long as it waits for the answer. */
export interface SyncRequest {
  /** What the app's registration names. */
  readonly deployId: string;
  /** Where the app was asked. */
  readonly url: string;
  /** Whether a registration came that names this request, or one that names none and may belong to it. */
  hasRegistered: boolean;
}

/** What a registration is to do about an app's address. */
export type AddressRule =
  /** The app is called there. */
  | { kind: "take"; url: string | null }
  /** It stays where it is, since only an operator moves it. */
  | { kind: "keep"; url: string };

export interface AddressParts {
  /** Whether only operators move apps (`start`). Else so they do with those that they named, while these answer. */
  pinned: boolean;
  /** Whether an app answers at an address. Never rejects. */
  probe(url: string): Promise<boolean>;
}

/** Whether the last request to an app to sync went well; null before the first. */
export function isHealthy(outcome: SyncOutcome | null): boolean {
  return outcome !== null && outcome.kind !== "failed";
}

export class AppAddresses {
  readonly #parts: AddressParts;
  /** By place. */
  readonly #urls = new Map<string, AppUrl>();
  /** Places that an operator named. */
  readonly #named = new Set<string>();
  readonly #requests = new Map<string, SyncRequest>();

  constructor(parts: AddressParts) {
    this.#parts = parts;
  }

  list(): AppUrl[] {
    return [...this.#urls.values()];
  }

  outcomeAt(url: string): SyncOutcome | null {
    return this.#urls.get(toAppPlace(url))?.lastOutcome ?? null;
  }

  /** An address with the user and password by which the app there is known. */
  reachable(url: string): string {
    return withCredentialsOf(this.#urls.get(toAppPlace(url))?.url ?? "", url) ?? url;
  }

  /** One entry an app, by whatever name of this machine its url is written: the one it was known by first stays, but for a user and password. */
  remember(url: string, lastOutcome: SyncOutcome | null): void {
    const place = toAppPlace(url);
    this.#urls.set(place, { url: preferredUrl(this.#urls.get(place)?.url, url), lastOutcome });
  }

  forget(url: string): void {
    this.#urls.delete(toAppPlace(url));
    this.#named.delete(toAppPlace(url));
  }

  /** An operator says that an app is there. */
  name(url: string): void {
    this.#named.add(toAppPlace(url));
  }

  /** Runs while an app is asked to sync. */
  async asking<T>(url: string, deployId: string, ask: (request: SyncRequest) => Promise<T>): Promise<T> {
    const request: SyncRequest = { deployId, url, hasRegistered: false };
    this.#requests.set(deployId, request);
    try {
      return await ask(request);
    } finally {
      this.#requests.delete(deployId);
    }
  }

  /** The request of the engine that a registration answers; null for one that came by itself. */
  answered(deployId: string | null): SyncRequest | null {
    const named = deployId === null ? undefined : this.#requests.get(deployId);
    if (named !== undefined) named.hasRegistered = true;
    // An SDK that does not repeat the name may be answering any of them.
    else if (deployId === null) for (const request of this.#requests.values()) request.hasRegistered = true;
    return named ?? null;
  }

  /** @param claimed where the app says that it is */
  async ruleFor(known: AppRecord | null, claimed: string): Promise<AddressRule> {
    if (known === null || known.url === "") return { kind: "take", url: null };
    const take: AddressRule = { kind: "take", url: withCredentialsOf(known.url, claimed) };
    if (toAppPlace(known.url) === toAppPlace(claimed)) return take;
    const keep: AddressRule = { kind: "keep", url: known.url };
    if (this.#parts.pinned) return keep;
    if (!this.#named.has(toAppPlace(known.url))) return take;
    if (isHealthy(this.outcomeAt(known.url))) return keep;
    return (await this.#parts.probe(claimed)) ? take : keep;
  }
}
