/** What `/v2` answers about the engine itself, as types. Re-exported by ../answers. Must import nothing. */

/** `/v2/session` */
export interface SessionAnswer {
  /** Whether the engine asks for a key. */
  required: boolean;
  /** Whether who asks may use it. */
  isOpen: boolean;
  kind: "dev" | "cloud";
  version: string;
  /** Null for who is not signed in. */
  who: {
    kind: "local" | "signing-key" | "api-key" | "user";
    name: string;
    role: "read" | "operate" | "admin";
  } | null;
  /** Whether there are users, who sign in with a password. */
  hasUsers: boolean;
  /** The OpenID Connect provider at which people sign in, by `/v2/session/oidc`; null for none. */
  signInWith: string | null;
}

/** `/v2/engine` */
export interface EngineAnswer {
  name: string;
  version: string;
  kind: "dev" | "cloud";
  /** Calls under way. */
  running: number;
  /** Runs that ended so many milliseconds ago go; null: none do for their age. */
  retentionMs: number | null;
  /** Bytes beyond which the oldest runs that ended go; null: no bound. */
  maxDiskBytes: number | null;
}

/** What `/v2/stream` names. */
export interface ChangeAnswer {
  runs: string[];
  functions: string[];
  /** Kinds of things: `runs`, `events`, `apps`, `pauses` and so on. */
  topics: string[];
  /** More runs changed than are named. */
  many: boolean;
}

/** `/v2/storage` */
export interface StorageAnswer {
  usedBytes: number;
  diskBytes: number;
  runs: number;
  openRuns: number;
  events: number;
  steps: number;
  /** Missing from an engine that is older. */
  logLines?: number;
  queueItems: number;
  deadLetters: number;
  oldestRunAt: string | null;
  oldestEventAt: string | null;
}

/** `/v2/overview` */
export interface OverviewAnswer {
  now: string;
  oldestQueuedAt: string | null;
  calls: number;
  unreachable: { url: string; code: string; message: string }[];
  apps: number;
  storage: StorageAnswer;
}
