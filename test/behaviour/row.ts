/** What a row of the table of behaviours is: what the functions do, what is sent, what must be observed. */
import type { ServerOptions } from "../../server/src/main.ts";
import type { Column, Sdk } from "../peers/columns.ts";
import type { RawFunction } from "./raw-app.ts";
import type { World } from "./world.ts";

/** The app's side of a column. */
export type ColumnId = "stepwell" | "embedded" | "inngest4" | "inngest3" | "scripted";

export interface BehaviourColumn {
  id: ColumnId;
  name: string;
  /** Null: an app of bare HTTP answers, for what no SDK sends. */
  sdk: Column | null;
  embedded: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: what four SDKs, loaded without types, hand to rows written for all: events and step tools of every version.
export type Context = any;
export type Handler = (context: Context) => unknown;
export type Options = Record<string, unknown> & { id: string };

interface MetadataTools {
  update(values: object, kind?: string): Promise<unknown>;
  run(id?: string): MetadataTools;
  step(id: string): MetadataTools;
}

/** A client of any of the SDKs, as far as rows use it. */
export type Client = InstanceType<Sdk["Inngest"]> & {
  /** With the metadata middleware of the published SDK. */
  metadata?: MetadataTools;
};
export type DefinedFunction = object;

/** What a row defines its functions with. */
export interface AppKit {
  /** Id of the app's client. */
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: names that only some of the four SDKs have, which rows ask for by name.
  sdk: Sdk & Record<string, any>;
  isVersion3: boolean;
  client: Client;
  world: World;
  /** Defines a function; triggers: an event's name, one trigger or several. Default: the event `test/<id>`. */
  fn(options: Options | string, handler: Handler, triggers?: string | object | object[]): DefinedFunction;
}

export interface Row {
  name: string;
  /** Columns that cannot express it, and why. */
  notIn?: Partial<Record<ColumnId, string>>;
  /** Also runs with checkpointing off, where the SDK has it. */
  alsoWithoutCheckpoints?: boolean;
  /** Options of the engine. */
  engine?: Partial<ServerOptions>;
  /** Options of the app's client. */
  client?: object;
  /** The engine's state is in a folder, so that it can be stopped and started again. */
  durable?: boolean;
  functions?: (app: AppKit) => void;
  /** A second app, "other". */
  otherFunctions?: (app: AppKit) => void;
  /** Functions of the scripted column, by slug. With it and without `functions` the row is one of that column only. */
  scripted?: Record<string, RawFunction>;
  /** Defining the functions or syncing the app must fail, with a message like this. */
  refused?: RegExp;
  /** Sends and observes. Time stands still but for `world.advance`. */
  check?: (world: World) => Promise<void>;
}
