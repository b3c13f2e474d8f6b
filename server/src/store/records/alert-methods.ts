/**
 * What the port of alerts does with its tables, the same in both stores. Called by the open-store.ts of each, with the way to its rows.
 * Must hold no SQL but conditions.
 */
import type { AlertFilter, AlertStore } from "../../ports/alert-store.ts";
import { alertTable, channelTable, ruleTable, toAlert, toAlertRow, toChannel, toNamedRow, toRule } from "./alerts.ts";
import type { PlainRows, PlainTable, PlainValue } from "./plain-rows.ts";

/** Alerts with something to send that are looked at in one go. */
const dueMax = 100;

export function alertMethodsOver({ insert, change, remove, select }: PlainRows): AlertStore {
  const one = async <Row extends object>(table: PlainTable<Row>, id: string) =>
    (await select(table, { where: "id = ?", values: [id] }))[0] ?? null;
  const rest = <Row extends { id: string }>({ id: _id, ...fields }: Row): Omit<Row, "id"> => fields;
  return {
    addRule: (rule) => insert(ruleTable, toNamedRow(rule)),
    changeRule: (rule) => change(ruleTable, rule.id, rest(toNamedRow(rule))),
    removeRule: async (id) => (await remove(ruleTable, "id = ?", id)) > 0,
    getRule: async (id) => mapped(await one(ruleTable, id), toRule),
    listRules: async () => (await select(ruleTable, { order: "id" })).map(toRule),
    addChannel: (channel) => insert(channelTable, toNamedRow(channel)),
    changeChannel: (channel) => change(channelTable, channel.id, rest(toNamedRow(channel))),
    removeChannel: async (id) => (await remove(channelTable, "id = ?", id)) > 0,
    getChannel: async (id) => mapped(await one(channelTable, id), toChannel),
    listChannels: async () => (await select(channelTable, { order: "id" })).map(toChannel),
    addAlert: (alert) => insert(alertTable, toAlertRow(alert)),
    changeAlert(alert) {
      const fields = rest(toAlertRow({ ...alert, version: alert.version + 1 }));
      return change(alertTable, alert.id, fields, { where: "version = ?", values: [alert.version] });
    },
    getAlert: async (id) => mapped(await one(alertTable, id), toAlert),
    async listAlerts(filter) {
      return (await select(alertTable, { ...conditionsOf(filter), order: "id DESC", limit: filter.limit })).map(
        toAlert,
      );
    },
    async listDueAlerts(until) {
      const query = { where: "due_at <= ?", values: [until], order: "due_at, id", limit: dueMax };
      return (await select(alertTable, query)).map(toAlert);
    },
    async nextAlertAt() {
      const [first] = await select(alertTable, { where: "due_at IS NOT NULL", order: "due_at", limit: 1 });
      return first?.dueAt ?? null;
    },
    async sweep(before) {
      await remove(alertTable, "ended_at < ?", before);
    },
  };
}

function mapped<Row, Record>(row: Row | null, map: (row: Row) => Record): Record | null {
  return row === null ? null : map(row);
}

function conditionsOf({ ruleId, open, cursor }: AlertFilter): { where?: string; values?: PlainValue[] } {
  const all: [string, PlainValue[]][] = [
    ...(ruleId === undefined ? [] : [["rule_id = ?", [ruleId]] satisfies [string, PlainValue[]]]),
    ...(cursor === undefined ? [] : [["id < ?", [cursor]] satisfies [string, PlainValue[]]]),
    ...(open === undefined ? [] : [[`ended_at IS ${open ? "" : "NOT "}NULL`, []] satisfies [string, PlainValue[]]]),
  ];
  if (all.length === 0) return {};
  return { where: all.map(([condition]) => condition).join(" AND "), values: all.flatMap(([, values]) => values) };
}
