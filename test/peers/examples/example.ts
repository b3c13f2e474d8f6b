/**
 * What an example of the public documentation is: an app as a user writes it, and what must be seen of it. Examples see
 * an SDK as the module that they would import; in the table only that module differs.
 */
import type { Server } from "node:http";
import type * as stepwell from "stepwell";
import type { EngineApi, RunJson, StepJson } from "../../helpers/engine-api.ts";

/** Typed as ours: the published packages are there only after global-setup ran. */
export type Sdk = typeof stepwell;

/** Which version's way of writing an app a column runs. */
export type Style = "v3" | "v4";

export interface ExampleColumn {
  name: string;
  style: Style;
  load(): Promise<{ sdk: Sdk; createServer: (options: object) => Server }>;
  clientOptions: object;
  isCheckpointing: boolean;
}

/** What the module of an app has around it. */
export interface Surroundings {
  /** Its clients know where the engine is, that nothing is signed, and a silent logger, unless they say otherwise. */
  sdk: Sdk;
  /** A function in the style of the column: version 3 takes the triggers as an argument of its own. */
  fn: Define;
  /** A server on this machine that answers requests to models and other services. */
  outsideUrl: string;
  /** Writes down that something happened, and gives back how often it has. */
  note(entry: string): number;
}

// biome-ignore lint/suspicious/noExplicitAny: event data of many shapes, read by examples only.
type Context = any;

// biome-ignore lint/suspicious/noExplicitAny: clients with any events and middleware.
type Client = stepwell.Inngest<any, any>;

export type Define = (
  client: Client,
  options: stepwell.FunctionOptions,
  triggers: object | object[],
  handler: (context: Context) => unknown,
) => stepwell.InngestFunction;

export interface App {
  client: Client;
  functions: readonly stepwell.InngestFunction[];
}

export interface Stage {
  column: ExampleColumn;
  client: Client;
  api: EngineApi;
  /** What the app noted, in order. */
  notes: string[];
  count(entry: string): number;
  now(): number;
  advance(ms: number): void;
  /** Sends an event with the column's SDK and gives back its one run when it has ended; time moves past its waits. */
  run(name: string, data?: object): Promise<RunJson>;
  /** The same for an event that was sent before. */
  finish(eventId: string): Promise<RunJson>;
  /** The same, and time stays where it is. */
  settled(eventId: string): Promise<RunJson>;
  /** Sends an event with the column's SDK; resolves with its id. */
  send(name: string, data?: object, more?: object): Promise<string>;
  /** Waits until the event's one run is in a step of this name that takes time. */
  waitsIn(eventId: string, step: string): Promise<RunJson>;
  /** The newest run of a function of the app, when `count` of them have ended. */
  ended(fn: string, count?: number): Promise<RunJson[]>;
  steps(run: RunJson): Promise<StepJson[]>;
  /** What the outside server was asked, in order. */
  requests: { method: string; path: string; headers: Record<string, unknown>; body: string }[];
}

export interface Example {
  name: string;
  /** Default: both. */
  styles?: readonly Style[];
  /** The app, as its users write it. Its client has an id of its own. */
  app: (around: Surroundings) => App;
  check: (stage: Stage) => Promise<void>;
  /** Why what the SDKs answer may differ; default: it must not. */
  wireDiffers?: string;
}
