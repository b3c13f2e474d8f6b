/**
 * `stepwell/in-process`: an app for an engine in the same process. Called by embedded engines and test servers, not by users:
 * whoever calls what this returns is trusted.
 */
import {
  assertServeOptions,
  createHandler,
  type InProcessEngine,
  type RequestHandler,
  type ServeOptions,
} from "../src/handler/index.ts";

export const frameworkName = "in-process";

/** An app that an engine in the same process calls. */
export interface InProcessApp {
  /** The client's id. */
  id: string;
  handle: RequestHandler;
  /** Lets the client talk to its own address again. */
  detach: () => void;
}

/**
 * Ties an app to an engine: its client sends events there, and `handle` answers the engine's calls.
 * @throws {StepwellError} `invalid_option` for what is no client or no function.
 */
export function connectInProcess(
  app: Pick<ServeOptions, "client" | "functions">,
  engine: InProcessEngine,
): InProcessApp {
  assertServeOptions(app);
  const { client } = app;
  const { id } = client;
  const place = { serveOrigin: new URL(engine.url).origin, servePath: `/${encodeURIComponent(id)}` };
  const options: ServeOptions = { ...app, ...place, baseUrl: engine.url, fetch: engine.fetch, streaming: false };
  const handle = createHandler(frameworkName, options, { trusted: true, mode: "dev" });
  return { id, handle, detach: client.useEngine(engine) };
}
