/**
 * Counts what came before its time, by the journal. Pure.
 *
 * A sleep or a wait lasts from when the function asked for it first: whoever passes it sooner was woken early. So was a retry that
 * begins less than the interval after the attempt before it failed, and a run that is called before its event's time.
 */
import type { Mark } from "../journal.ts";
import type { SentEvent } from "../senders.ts";

export function countEarly(marks: readonly Mark[], events: readonly SentEvent[], retryMs: number): string[] {
  const early: string[] = [];
  const bounds = new Map<string, number>();
  const failedAt = new Map<string, number>();
  const startAt = new Map(events.map(({ n, ts }) => [n, ts]));
  const check = (mark: Mark, what: string, notBefore: number | undefined): void => {
    if (notBefore !== undefined && mark.at < notBefore)
      early.push(`${mark.kind} ${mark.run}: ${what} came ${notBefore - mark.at} ms early`);
  };
  for (const mark of marks) {
    const key = `${mark.run} ${mark.step ?? ""}`;
    if (mark.what === "asks" && !bounds.has(key)) {
      const until = mark.until ?? (mark.lastsMs === undefined ? undefined : mark.at + mark.lastsMs);
      if (until !== undefined) bounds.set(key, until);
    }
    if (mark.what === "passed") check(mark, `the end of ${mark.step}`, bounds.get(key));
    if (mark.what === "failed") {
      const attempt = `${key} ${mark.attempt}`;
      if (!failedAt.has(attempt)) failedAt.set(attempt, mark.at);
    }
    if (mark.what === "begin" && (mark.attempt ?? 0) > 0) {
      const before = failedAt.get(`${key} ${(mark.attempt ?? 0) - 1}`);
      check(mark, `attempt ${mark.attempt} of ${mark.step}`, before === undefined ? undefined : before + retryMs);
    }
    if (mark.what === "called") check(mark, "its start", startAt.get(mark.n));
  }
  return early;
}
