/** One app of a row, made with the column's SDK and served as the column serves it. */
import type { Server } from "node:http";
import type { StepwellServer } from "../../server/src/main.ts";
import type { AppKit, BehaviourColumn, Client, DefinedFunction, Handler, Options, Row } from "./row.ts";
import { closeServer, listen, type World } from "./world.ts";

export interface AppHost {
  client: Client;
  functions: DefinedFunction[];
  /** Listens, and has the engine sync it. @throws Error when the engine refuses */
  serve(server: StepwellServer): Promise<void>;
  close(): Promise<void>;
}

interface HostOptions {
  id: string;
  column: BehaviourColumn;
  row: Row;
  world: World;
  define: (app: AppKit) => void;
  /** Null for an embedded app. */
  baseUrl: string | null;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function toTriggers(id: string, triggers: string | object | object[] | undefined): object[] {
  if (triggers === undefined) return [{ event: `test/${id}` }];
  if (typeof triggers === "string") return [{ event: triggers }];
  return Array.isArray(triggers) ? triggers : [triggers];
}

export async function createAppHost({ id, column, row, world, define, baseUrl }: HostOptions): Promise<AppHost> {
  if (column.sdk === null) throw new Error("the scripted column has no SDK");
  const sdk = await column.sdk.load();
  const { isVersion3 } = column.sdk;
  const place = baseUrl === null ? {} : { baseUrl, isDev: true };
  const client = new sdk.Inngest({ id, logger: silent, ...place, ...column.sdk.clientOptions, ...row.client });
  const functions: DefinedFunction[] = [];
  const fn: AppKit["fn"] = (given, handler: Handler, triggers) => {
    const options: Options = typeof given === "string" ? { id: given } : given;
    const list = toTriggers(options.id, triggers);
    const made = isVersion3
      ? client.createFunction(options, list, handler)
      : client.createFunction({ ...options, triggers: list }, handler);
    functions.push(made);
    return made;
  };
  define({ id, sdk, isVersion3, client, world, fn });
  let server: Server | null = null;
  return {
    client,
    functions,
    async serve(engine) {
      server = sdk.createServer({ client, functions });
      const outcome = await engine.engine.syncUrl(`${await listen(server)}/api/inngest`);
      if (outcome.kind === "failed") throw new Error(`the app did not register: ${outcome.code} ${outcome.message}`);
    },
    close: async () => (server === null ? undefined : closeServer(server)),
  };
}
