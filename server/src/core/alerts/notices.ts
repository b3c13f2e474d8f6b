/**
 * What channels are told of an alert, and when: notices are added to it, tried, tried again, given up. All of it stands in the alert,
 * so that what one engine has begun another can end. Called by rounds and deliveries. Pure.
 */
import type { AlertEnd, AlertNotice, AlertRecord, NoticeKind } from "../../domain/alerts/alert.ts";
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import type { UlidFactory } from "../../domain/ids.ts";

/** Milliseconds from a failed try to the next. */
export const retryDelaysMs: readonly number[] = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000];
/** A try that has not said how it went after so long is lost: its engine is gone. */
export const tryLeaseMs = 60_000;
/** Notices of an alert that are kept; of one that is told again and again, the newest. */
const noticesMax = 100;

export interface NewNotices {
  kind: NoticeKind;
  channels: readonly Pick<AlertChannel, "id" | "name">[];
  now: number;
  newId: UlidFactory;
}

/** With when something is to be sent next. */
function withNotices(alert: AlertRecord, notices: readonly AlertNotice[]): AlertRecord {
  const times = notices.flatMap(({ state, nextAt }) => (state === "waiting" && nextAt !== null ? [nextAt] : []));
  return { ...alert, notices: notices.slice(-noticesMax), dueAt: times.length === 0 ? null : Math.min(...times) };
}

/** What waits for the same channel is not sent any more: this says it too. */
export function addNotices(alert: AlertRecord, { kind, channels, now, newId }: NewNotices): AlertRecord {
  const told = new Set(channels.map(({ id }) => id));
  const before = alert.notices.map(
    (notice): AlertNotice =>
      notice.state === "waiting" && told.has(notice.channelId)
        ? { ...notice, state: "superseded", nextAt: null }
        : notice,
  );
  const added = channels.map(
    (channel): AlertNotice => ({
      id: newId(now),
      kind,
      channelId: channel.id,
      channelName: channel.name,
      at: now,
      state: "waiting",
      tries: 0,
      nextAt: now,
      sentAt: null,
      error: null,
    }),
  );
  return withNotices(alert, [...before, ...added]);
}

/** Those that an end is told: all that were told of the alert, as far as they are there still. */
function toldChannels(alert: AlertRecord, channels: readonly AlertChannel[]): AlertChannel[] {
  const ids = new Set(alert.notices.map(({ channelId }) => channelId));
  return channels.filter(({ id }) => ids.has(id));
}

export function endAlert(
  alert: AlertRecord,
  how: { end: AlertEnd; channels: readonly AlertChannel[]; now: number; newId: UlidFactory },
): AlertRecord {
  const { end, channels, now, newId } = how;
  const ended: AlertRecord = { ...alert, endedAt: now, end };
  return addNotices(ended, { kind: "ended", channels: toldChannels(alert, channels), now, newId });
}

/** When somebody was told last; when it began, if nobody was. */
export function lastToldAt(alert: AlertRecord): number {
  return Math.max(alert.startedAt, ...alert.notices.map(({ at }) => at));
}

export function dueNotices({ notices }: AlertRecord, now: number): AlertNotice[] {
  return notices.filter(({ state, nextAt }) => state === "waiting" && nextAt !== null && nextAt <= now);
}

function changed(alert: AlertRecord, id: string, change: (notice: AlertNotice) => AlertNotice): AlertRecord {
  return withNotices(
    alert,
    alert.notices.map((notice) => (notice.id === id ? change(notice) : notice)),
  );
}

/** Whoever writes this may send them. */
export function beginTries(alert: AlertRecord, ids: readonly string[], now: number): AlertRecord {
  return withNotices(
    alert,
    alert.notices.map((notice) =>
      ids.includes(notice.id) ? { ...notice, tries: notice.tries + 1, nextAt: now + tryLeaseMs } : notice,
    ),
  );
}

export function noticeSent(alert: AlertRecord, id: string, now: number): AlertRecord {
  return changed(alert, id, (notice) => ({ ...notice, state: "sent", sentAt: now, nextAt: null, error: null }));
}

/** @param isFinal nothing that comes later would help */
export function noticeFailed(
  alert: AlertRecord,
  id: string,
  { error, now, isFinal }: { error: string; now: number; isFinal: boolean },
): AlertRecord {
  return changed(alert, id, (notice) => {
    // What came later says it too, or it went out after all.
    if (notice.state !== "waiting") return { ...notice, error };
    const delay = isFinal ? undefined : retryDelaysMs[notice.tries - 1];
    if (delay === undefined) return { ...notice, state: "failed", nextAt: null, error };
    return { ...notice, nextAt: now + delay, error };
  });
}
