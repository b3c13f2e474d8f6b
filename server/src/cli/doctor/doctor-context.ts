/** What the checks of `stepwell doctor` look at, and what they say. Types only. */
import type { Introspection } from "stepwell/protocol";
import type { AppAddressAnswer, AppAnswer, SessionAnswer } from "../../api/answers.ts";
import type { ApiClient } from "../api-client.ts";
import type { Settings } from "../config/resolve-settings.ts";

export interface Finding {
  /** What was looked at. */
  check: string;
  level: "ok" | "warning" | "problem";
  message: string;
  /** What to do; null when nothing is to be done. */
  fix: string | null;
}

/** A variable and where it was set. */
export interface Variable {
  name: string;
  value: string;
  /** `the environment`, or a file. */
  from: string;
}

/** What answers at the engine's address. */
export type EngineState =
  | { kind: "nothing" }
  /** Another program. */
  | { kind: "other"; said: string }
  | {
      kind: "engine";
      session: SessionAnswer;
      /** Null for who may not read. */
      apps: AppAnswer[] | null;
      addresses: AppAddressAnswer[] | null;
      /** What the engine's clock is ahead of this machine's, milliseconds. Null when it is not known. */
      aheadMs: number | null;
    };

/** What answers at an app's address, asked from here. */
export interface AppState {
  url: string;
  /** Whether it was named by `--sdk-url`. */
  isGiven: boolean;
  answer:
    | { kind: "app"; says: Partial<Introspection>; aheadMs: number | null }
    /** It answered, but not as an app does. */
    | { kind: "refused"; status: number }
    | { kind: "unreachable"; why: string };
}

export interface DoctorContext {
  client: ApiClient;
  engine: EngineState;
  apps: readonly AppState[];
  /** Null when they are wrong; `settingsError` says how. */
  settings: Settings | null;
  settingsError: string | null;
  /** Variables of the environment and of the `.env` files beside the app, those of the environment first. */
  variable(name: string): Variable | null;
  signingKey: string | null;
  eventKey: string | null;
  cwd: string;
  /** Bytes that are free where a path is, and all of them. Null when the system does not tell. */
  freeBytes(path: string): Promise<{ free: number; total: number } | null>;
}

export type Check = (context: DoctorContext) => Finding[] | Promise<Finding[]>;
