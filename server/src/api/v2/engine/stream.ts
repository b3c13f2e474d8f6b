/**
 * `GET /v2/stream`: what changes, as server-sent events, for pages that stay open. It names runs, functions and kinds of
 * things, never what they hold. A reader that is too slow is cut off, and goes on where it was when it comes again.
 */
import { type Api, requestHeader } from "../../api-parts.ts";
import type { V2Parts } from "../v2-parts.ts";

/** Frames that may wait for a slow reader. */
const waitingMax = 512;
/** Proxies close what says nothing for longer. */
const heartbeatMs = 15_000;

function openStream({ feed }: V2Parts, lastId: string | null): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true;
        const hear = (frame: string): void => {
          if (!isOpen) return;
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(frame));
          else end();
        };
        const beat = setInterval(() => hear(": still here\n\n"), heartbeatMs);
        beat.unref();
        let leave = (): void => undefined;
        const end = (): void => {
          if (!isOpen) return;
          stop();
          controller.close();
        };
        stop = () => {
          isOpen = false;
          clearInterval(beat);
          leave();
        };
        leave = feed.listen(lastId, { hear, end });
      },
      cancel: () => stop(),
    },
    { highWaterMark: waitingMax },
  );
}

export function addStreamRoute(app: Api, parts: V2Parts): void {
  app.get("/stream", (c) => {
    const lastId = requestHeader(c, "last-event-id") ?? c.req.query("after") ?? null;
    return parts.respond.stream(openStream(parts, lastId));
  });
}
