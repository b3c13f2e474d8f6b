/** The engine itself: who it is, whether it asks for a key, what it keeps and what its limits are. */
import type { PauseAnswer } from "../../../src/api/answers.ts";
import { ask } from "./request.ts";

export interface Session {
  /** Whether the engine asks for a key. */
  required: boolean;
  /** Whether this page may use it. */
  isOpen: boolean;
  kind: "dev" | "cloud";
  version: string;
}

export const getSession = (): Promise<Session> => ask("v2/session");
export const openSession = (key: string): Promise<Session> => ask("v2/session", { method: "POST", body: { key } });
export const closeSession = (): Promise<Session> => ask("v2/session", { method: "DELETE" });

export type Pause = PauseAnswer;

export interface PauseRequest {
  scope: Pause["scope"];
  target?: string | undefined;
  reason: string;
  author: string;
  arriving: "hold" | "skip";
  running: "finish" | "cancel";
}

export const listPauses = (): Promise<Pause[]> => ask("v2/pauses");
export const pause = (body: PauseRequest): Promise<Pause> => ask("v2/pauses", { method: "POST", body });
export const resume = (scope: Pause["scope"], target: string | null): Promise<{ resumed: boolean }> =>
  ask("v2/pauses/resume", { method: "POST", body: { scope, ...(target === null ? {} : { target }) } });
