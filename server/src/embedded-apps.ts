/**
 * Apps in the engine's own process: ties their clients to the engine, and syncs them. Used by main alone, the one place
 * where the engine meets the SDK, which it loads only for this.
 */
import type { Api } from "./api/api-parts.ts";
import type { Engine } from "./core/engine.ts";
import { EngineError } from "./domain/error.ts";
import type { Clock } from "./ports/clock.ts";
import type { Random } from "./ports/random.ts";
import type { EmbeddedApp } from "./server-options.ts";
import { type InProcessHandler, inProcessOrigin, inProcessUrl } from "./transport/in-process-sdk-caller.ts";

export interface EmbeddedApps {
  /** Before the engine works: what it calls is there. @throws EngineError `invalid_config` */
  connect(): Promise<void>;
  /** Once it works. @throws EngineError `invalid_registration` */
  sync(): Promise<void>;
  /** Clients talk to their own addresses again. */
  detach(): void;
}

interface EmbeddedParts {
  apps: readonly EmbeddedApp[];
  engine: Engine;
  clock: Clock;
  random: Random;
  /** The HTTP API without a lock: who is in the process is trusted. */
  api: Api;
  /** Filled by `connect`, emptied by `detach`. */
  handlers: Map<string, InProcessHandler>;
}

/** As `stepwell/in-process` exports it; the engine's types do not name the SDK's. */
interface Sdk {
  connectInProcess(
    app: EmbeddedApp,
    engine: { url: string; fetch: typeof fetch; now: () => number; seed: () => string },
  ): { id: string; handle: InProcessHandler; detach: () => void };
}

function notInstalled(cause: unknown): EngineError {
  const message = "The package `stepwell` is not installed, and `apps` needs it: `npm install stepwell`.";
  return new EngineError("invalid_config", message, { cause });
}

async function loadSdk(): Promise<Sdk> {
  try {
    return (await import("stepwell/in-process")) as unknown as Sdk;
  } catch (error) {
    throw notInstalled(error);
  }
}

/** What an app reads of the answer to a checkpoint. A real Response costs more than the checkpoint. */
const saved = { ok: true, status: 200, text: () => Promise.resolve("{}") } as Response;

const seedBytes = 10;

/** Seeds of event ids, from the engine's own chance: whoever can repeat that gets the same ids. */
function createSeeds({ clock, random }: Pick<EmbeddedParts, "clock" | "random">): () => string {
  return () => {
    const bytes = Uint8Array.from({ length: seedBytes }, () => Math.floor(random.next() * 256));
    return `${clock.now()},${Buffer.from(bytes).toString("base64")}`;
  };
}

const checkpointPath = /^\/v1\/checkpoint\/([^/]+)\/async$/;

/** Answers what apps ask of the engine. A checkpoint comes with every step: it takes the short way. */
function createEngineFetch({ engine, api }: Pick<EmbeddedParts, "engine" | "api">): typeof fetch {
  return async (input, init) => {
    const request = typeof input === "string" ? null : new Request(input, init);
    const url = request?.url ?? String(input);
    const path = url.slice(inProcessOrigin.length);
    const runId = checkpointPath.exec(path)?.[1];
    if (runId === undefined || typeof init?.body !== "string") return api.fetch(request ?? new Request(url, init));
    try {
      await engine.checkpoint(runId, JSON.parse(init.body));
      return saved;
    } catch {
      return api.fetch(new Request(url, init));
    }
  };
}

export function createEmbeddedApps(parts: EmbeddedParts): EmbeddedApps {
  const { apps, engine, clock, handlers } = parts;
  const detachers: (() => void)[] = [];
  return {
    async connect() {
      if (apps.length === 0) return;
      const sdk = await loadSdk();
      const now = (): number => clock.now();
      const place = { url: `${inProcessOrigin}/`, fetch: createEngineFetch(parts), now, seed: createSeeds(parts) };
      for (const app of apps) {
        if (!("useEngine" in app.client))
          throw new EngineError(
            "invalid_config",
            `The client "${app.client.id}" was not made by the package \`stepwell\`: only its clients work inside the engine. Change the import, or serve the app over HTTP.`,
          );
        const connected = sdk.connectInProcess(app, place);
        handlers.set(connected.id, connected.handle);
        detachers.push(connected.detach);
      }
    },
    async sync() {
      for (const { client } of apps) {
        const outcome = await engine.syncUrl(inProcessUrl(client.id));
        if (outcome.kind === "failed") throw new EngineError("invalid_registration", outcome.message);
      }
    },
    detach() {
      for (const detach of detachers.splice(0)) detach();
      handlers.clear();
    },
  };
}
