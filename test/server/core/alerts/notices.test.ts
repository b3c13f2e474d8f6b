/** When a notice is tried again, and when it is given up. */
import { describe, expect, it } from "vitest";
import {
  addNotices,
  beginTries,
  dueNotices,
  noticeFailed,
  noticeSent,
  retryDelaysMs,
  tryLeaseMs,
} from "../../../../server/src/core/alerts/notices.ts";
import type { AlertRecord } from "../../../../server/src/domain/alerts/alert.ts";

const bare: AlertRecord = {
  ...{ id: "A", ruleId: "R", ruleName: "R", kind: "disk", severity: "info", subject: "", startedAt: 0, endedAt: null },
  ...{ end: null, value: 91, lastValue: 91, threshold: 90, text: "", notices: [], dueAt: null, version: 1 },
};
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `N${ids}`;
};
const began = (channels = ["ops"]): AlertRecord =>
  addNotices(bare, { kind: "began", channels: channels.map((id) => ({ id, name: id })), now: 0, newId });
const idOf = (alert: AlertRecord, index = 0): string => alert.notices[index]?.id ?? "";

describe("a notice", () => {
  it("is tried again after growing waits, and given up after the last", () => {
    let alert = began();
    let now = 0;
    const waits: (number | null)[] = [];
    while (alert.dueAt !== null) {
      now = alert.dueAt;
      expect(dueNotices(alert, now)).toHaveLength(1);
      alert = beginTries(alert, [idOf(alert)], now);
      expect(alert.dueAt).toBe(now + tryLeaseMs);
      alert = noticeFailed(alert, idOf(alert), { error: "down", now, isFinal: false });
      waits.push(alert.dueAt === null ? null : alert.dueAt - now);
    }
    expect(waits).toEqual([...retryDelaysMs, null]);
    expect(alert.notices).toMatchObject([{ state: "failed", error: "down", nextAt: null }]);
  });

  it("is not tried again when nothing would help", () => {
    const alert = noticeFailed(began(), idOf(began()), { error: "removed", now: 1, isFinal: true });
    const removed = noticeFailed(alert, idOf(alert), { error: "removed", now: 1, isFinal: true });
    expect(removed).toMatchObject({ dueAt: null, notices: [{ state: "failed" }] });
  });

  it("of each channel goes its own way", () => {
    const alert = began(["ops", "dev"]);
    const tried = beginTries(alert, [idOf(alert), idOf(alert, 1)], 0);
    const one = noticeFailed(noticeSent(tried, idOf(alert), 5), idOf(alert, 1), {
      error: "down",
      now: 5,
      isFinal: false,
    });
    expect(one.notices).toMatchObject([
      { channelId: "ops", state: "sent", sentAt: 5 },
      { channelId: "dev", state: "waiting", error: "down" },
    ]);
    expect(one.dueAt).toBe(5 + (retryDelaysMs[0] ?? 0));
  });
});
