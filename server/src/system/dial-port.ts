/** Asks the machine whether something listens on a port. Passed to core/apps/discover-apps by main. */
import { connect } from "node:net";

/** Resolves with whether `host:port` accepts a connection within `timeoutMs`. Never rejects. */
export function dialPort(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
