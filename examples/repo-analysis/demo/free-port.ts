/** Finds a free port. Called by `demo/stage.ts`. */

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** @returns a port of 127.0.0.1 that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
