/** Alert rules, channels and alerts: what is kept, what there can be only one of, and what is found. */
import { expect, test } from "vitest";
import type { AlertRecord } from "../../server/src/domain/alerts/alert.ts";
import type { AlertChannel } from "../../server/src/domain/alerts/channel.ts";
import type { AlertRule } from "../../server/src/domain/alerts/rule.ts";
import { type OpenStore, openForTest } from "./store-harness.ts";
import { t0 } from "./store-records.ts";

const makeRule = (id: string, more: Partial<AlertRule> = {}): AlertRule => ({
  id,
  name: `rule ${id}`,
  condition: { kind: "success-rate", functionId: "f", app: null, threshold: 70.5, windowMs: 3_600_000, minRuns: 5 },
  severity: "critical",
  channelIds: ["C1", "C2"],
  enabled: true,
  repeatMs: null,
  enabledAt: t0,
  createdAt: t0,
  createdBy: "ana",
  ...more,
});

const makeChannel = (id: string, more: Partial<AlertChannel> = {}): AlertChannel => ({
  id,
  name: `channel ${id}`,
  config: { kind: "webhook", url: "https://example.com/hook", secret: "whsec_c2VjcmV0" },
  createdAt: t0,
  createdBy: "ana",
  ...more,
});

const makeAlert = (id: string, more: Partial<AlertRecord> = {}): AlertRecord => ({
  id,
  ruleId: "R1",
  ruleName: "rule R1",
  kind: "success-rate",
  severity: "critical",
  subject: "",
  startedAt: t0,
  endedAt: null,
  end: null,
  value: 33.25,
  lastValue: null,
  threshold: 70,
  text: "33.3 % of 12 runs completed – „zwölf“ in 1 h.",
  notices: [
    {
      id: "N1",
      kind: "began",
      channelId: "C1",
      channelName: "ops",
      at: t0,
      state: "waiting",
      tries: 1,
      nextAt: t0 + 5,
      sentAt: null,
      error: "refused",
    },
  ],
  dueAt: t0 + 5,
  version: 1,
  ...more,
});

function testSettings(open: OpenStore): void {
  test("rules are kept whole, listed oldest first, changed and removed; no two have one name", async () => {
    const { alerts } = (await openForTest(open)).store;
    const [first, second] = [makeRule("R1"), makeRule("R2", { repeatMs: 60_000, channelIds: [], enabled: false })];
    expect([await alerts.addRule(second), await alerts.addRule(first)]).toEqual([true, true]);
    expect(await alerts.listRules()).toEqual([first, second]);
    expect(await alerts.addRule(makeRule("R3", { name: first.name }))).toBe(false);
    expect(await alerts.getRule("R3")).toBeNull();
    const changed = { ...first, name: "another", enabled: false };
    expect([await alerts.changeRule(changed), await alerts.changeRule(makeRule("R9"))]).toEqual([true, false]);
    expect(await alerts.getRule("R1")).toEqual(changed);
    expect([await alerts.removeRule("R1"), await alerts.removeRule("R1")]).toEqual([true, false]);
    expect(await alerts.listRules()).toEqual([second]);
  });

  test("channels are kept whole, listed oldest first, changed and removed; no two have one name", async () => {
    const { alerts } = (await openForTest(open)).store;
    const email: AlertChannel["config"] = {
      ...{ kind: "email", host: "smtp.example.com", port: 587, tls: "starttls", user: "u", password: "p" },
      ...{ from: "a@example.com", to: ["b@example.com", "c@example.com"] },
    };
    const [first, second] = [makeChannel("C1"), makeChannel("C2", { config: email })];
    expect([await alerts.addChannel(second), await alerts.addChannel(first)]).toEqual([true, true]);
    expect(await alerts.listChannels()).toEqual([first, second]);
    expect(await alerts.addChannel(makeChannel("C3", { name: first.name }))).toBe(false);
    const changed = { ...first, config: email };
    expect([await alerts.changeChannel(changed), await alerts.changeChannel(makeChannel("C9"))]).toEqual([true, false]);
    expect(await alerts.getChannel("C1")).toEqual(changed);
    expect([await alerts.removeChannel("C2"), await alerts.removeChannel("C2")]).toEqual([true, false]);
    expect(await alerts.listChannels()).toEqual([changed]);
    expect(await alerts.getChannel("C2")).toBeNull();
  });
}

function testRecords(open: OpenStore): void {
  test("one alert of a rule and a subject goes on at a time, and the next one may begin when it is over", async () => {
    const { alerts } = (await openForTest(open)).store;
    const first = makeAlert("A1");
    expect(await Promise.all([alerts.addAlert(first), alerts.addAlert(makeAlert("A2"))])).toEqual([true, false]);
    expect(await alerts.addAlert(makeAlert("A3", { subject: "shop" }))).toBe(true);
    expect(await alerts.addAlert(makeAlert("A4", { ruleId: "R2" }))).toBe(true);
    expect(await alerts.changeAlert({ ...first, endedAt: t0 + 9, end: "over" })).toBe(true);
    expect(await alerts.addAlert(makeAlert("A5"))).toBe(true);
    expect((await alerts.listAlerts({ limit: 10 })).map(({ id }) => id)).toEqual(["A5", "A4", "A3", "A1"]);
    expect((await alerts.listAlerts({ limit: 10, open: true })).map(({ id }) => id)).toEqual(["A5", "A4", "A3"]);
    expect((await alerts.listAlerts({ limit: 10, open: false })).map(({ id }) => id)).toEqual(["A1"]);
    expect((await alerts.listAlerts({ limit: 1, ruleId: "R1", cursor: "A5" })).map(({ id }) => id)).toEqual(["A3"]);
  });

  test("who changes an alert must have seen its last change, and of two one is let", async () => {
    const { alerts } = (await openForTest(open)).store;
    const alert = makeAlert("A1");
    await alerts.addAlert(alert);
    const changes = [1, 2].map((tries) => alerts.changeAlert({ ...alert, lastValue: tries }));
    expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1);
    const known = await alerts.getAlert("A1");
    expect(known).toMatchObject({ ...alert, version: 2, lastValue: expect.any(Number) });
    expect(await alerts.changeAlert(alert)).toBe(false);
    expect(await alerts.changeAlert({ ...alert, version: 2, dueAt: null })).toBe(true);
    expect(await alerts.getAlert("A9")).toBeNull();
  });

  test("what is due is found, longest due first; what is over goes by its age", async () => {
    const { alerts } = (await openForTest(open)).store;
    expect(await alerts.nextAlertAt()).toBeNull();
    const due = [20, 10, null, 30].map((at, index) =>
      makeAlert(`A${index}`, { subject: `${index}`, dueAt: at === null ? null : t0 + at }),
    );
    for (const alert of due) await alerts.addAlert(alert);
    expect((await alerts.listDueAlerts(t0 + 20)).map(({ id }) => id)).toEqual(["A1", "A0"]);
    expect(await alerts.listDueAlerts(t0 + 9)).toEqual([]);
    expect(await alerts.nextAlertAt()).toBe(t0 + 10);
    await alerts.changeAlert({ ...makeAlert("A0", { subject: "0" }), endedAt: t0 + 5 });
    await alerts.changeAlert({ ...makeAlert("A1", { subject: "1" }), endedAt: t0 + 6 });
    await alerts.sweep(t0 + 6);
    expect((await alerts.listAlerts({ limit: 10 })).map(({ id }) => id)).toEqual(["A3", "A2", "A1"]);
  });
}

export function testAlerts(open: OpenStore): void {
  testSettings(open);
  testRecords(open);
}
