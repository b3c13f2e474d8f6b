/** Events as functions receive them, as JSON text. */
import type { EventRecord } from "./event.ts";

/** The parts of an event that hold values of its sender. */
export type EventTexts = Pick<EventRecord, "data" | "meta" | "user">;

/** An event as functions receive it, as JSON text. */
export function eventText(event: EventRecord, { data, meta, user }: EventTexts = event): string {
  const version = event.v === null ? "" : `,"v":${JSON.stringify(event.v)}`;
  const beside = meta === null ? "" : `"meta":${meta},`;
  return `{"data":${data},"id":${JSON.stringify(event.id)},${beside}"name":${JSON.stringify(event.name)},"ts":${event.ts},"user":${user ?? "{}"}${version}}`;
}
