/** Small servers for the stand-ins. Called by the files beside it and by `start.ts`. */
import { serve } from "@hono/node-server";

export type Fetch = (request: Request) => Response | Promise<Response>;

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Serves on this machine. `port` 0: any free one. */
export function listen(fetch: Fetch, port = 0): Promise<Listening> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, (address) => {
      const close = async (): Promise<void> => {
        if ("closeAllConnections" in server) server.closeAllConnections();
        await new Promise<void>((done) => void server.close(() => done()));
      };
      resolve({ url: `http://127.0.0.1:${address.port}`, close });
    });
  });
}
