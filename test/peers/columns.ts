/**
 * The SDKs that the table of cases runs with: ours and the published ones. They are loaded without types, since
 * the published ones are there only after global-setup ran; `Sdk` says what the cases need of each.
 */
import type { Server } from "node:http";

interface StepTools {
  run<T>(id: string, fn: () => T | Promise<T>): Promise<T>;
  sleep(id: string, duration: string): Promise<void>;
  sleepUntil(id: string, at: Date): Promise<void>;
  sendEvent(id: string, events: object | object[]): Promise<{ ids: string[] }>;
}

export interface HandlerInput {
  // biome-ignore lint/suspicious/noExplicitAny: event data of many shapes, read by handlers of the table only.
  event: { name: string; data: any };
  step: StepTools;
  attempt: number;
  error: Error;
}

type Handler = (input: HandlerInput) => unknown;

export interface FunctionOptions {
  id: string;
  retries?: number;
  onFailure?: Handler;
}

export type Trigger = { event: string; if?: string } | { cron: string };

interface Client {
  readonly id: string;
  createFunction(...args: unknown[]): object;
  send(events: object | object[]): Promise<{ ids: string[] }>;
}

export interface Sdk {
  Inngest: new (options: object) => Client;
  NonRetriableError: new (message: string, options?: { cause?: unknown }) => Error;
  RetryAfterError: new (message: string, retryAfter: number | string | Date) => Error;
  createServer(options: object): Server;
}

export interface Column {
  name: string;
  load(): Promise<Sdk>;
  /** Client options that only this column has. */
  clientOptions: object;
  /** Version 3 takes the trigger as an argument of its own, and the signing key where functions are served. */
  isVersion3: boolean;
  /** Calls that a run of three steps takes: one a step and one for the end, or one for all when steps are checkpointed. */
  callsForThreeSteps: number;
}

async function load(name: string): Promise<Sdk> {
  const [main, node] = await Promise.all([import(/* @vite-ignore */ name), import(/* @vite-ignore */ `${name}/node`)]);
  return { ...main, createServer: node.createServer };
}

/** The metadata middleware of the published SDK, made once. */
export async function loadPublishedMetadata(): Promise<unknown> {
  const name = "inngest-v4/experimental";
  return (await import(/* @vite-ignore */ name)).metadataMiddleware();
}

export const columns = {
  stepwell: {
    name: "stepwell",
    load: () => load("stepwell"),
    clientOptions: {},
    isVersion3: false,
    callsForThreeSteps: 1,
  },
  inngest4: {
    name: "inngest 4, checkpointing off",
    load: () => load("inngest-v4"),
    clientOptions: { checkpointing: false },
    isVersion3: false,
    callsForThreeSteps: 4,
  },
  inngest4Checkpointing: {
    name: "inngest 4, checkpointing on",
    load: () => load("inngest-v4"),
    clientOptions: {},
    isVersion3: false,
    callsForThreeSteps: 1,
  },
  inngest3: {
    name: "inngest 3",
    load: () => load("inngest-v3"),
    clientOptions: {},
    isVersion3: true,
    callsForThreeSteps: 4,
  },
} satisfies Record<string, Column>;
