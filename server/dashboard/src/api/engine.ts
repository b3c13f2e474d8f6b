/** The engine itself: who it is, whether it asks for a key, what it keeps and what its limits are. */
import type { EngineAnswer, PauseAnswer, SessionAnswer } from "../../../src/api/answers.ts";
import { ask } from "./request.ts";

export type Session = SessionAnswer;

export const getSession = (): Promise<Session> => ask("v2/session");
export const openSession = (key: string): Promise<Session> => ask("v2/session", { method: "POST", body: { key } });
export const openSessionOf = (user: string, password: string): Promise<Session> =>
  ask("v2/session", { method: "POST", body: { user, password } });
export const getEngine = (): Promise<EngineAnswer> => ask("v2/engine");
export const closeSession = (): Promise<Session> => ask("v2/session", { method: "DELETE" });

export type Pause = PauseAnswer;

export interface PauseRequest {
  scope: Pause["scope"];
  target?: string | undefined;
  reason: string;
  /** Left out by who is signed in as someone. */
  author?: string | undefined;
  arriving: "hold" | "skip";
  running: "finish" | "cancel";
}

export const listPauses = (): Promise<Pause[]> => ask("v2/pauses");
export const pause = (body: PauseRequest): Promise<Pause> => ask("v2/pauses", { method: "POST", body });
export const resume = (scope: Pause["scope"], target: string | null): Promise<{ resumed: boolean }> =>
  ask("v2/pauses/resume", { method: "POST", body: { scope, ...(target === null ? {} : { target }) } });
