/**
 * The table of pages: a new page is a new row. Listed ones stand in the navigation. Each is loaded when it is opened first.
 */
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { listActiveAlerts } from "../api/alerts.ts";
import { listAddresses } from "../api/apps.ts";
import { countDeadLetters } from "../api/operate.ts";
import type { IconName } from "../components/icon.tsx";

export interface Badge {
  /** A hook: how many things wait for someone; `""` for none, and while that is unknown. */
  useText: () => string;
  meaning: string;
}

export interface PageEntry {
  /** A pattern of wouter. */
  path: string;
  label: string;
  icon: IconName;
  isListed: boolean;
  Page: LazyExoticComponent<ComponentType>;
  badge?: Badge;
  /** Left out of the navigation of those whom the engine would refuse. */
  isForAdmins?: boolean;
}

const refetchInterval = 60_000;

const OverviewPage = lazy(async () => ({ default: (await import("./overview-page.tsx")).OverviewPage }));
const RunsPage = lazy(async () => ({ default: (await import("./runs-page.tsx")).RunsPage }));
const RunPage = lazy(async () => ({ default: (await import("./run-page.tsx")).RunPage }));
const EventsPage = lazy(async () => ({ default: (await import("./events-page.tsx")).EventsPage }));
const EventPage = lazy(async () => ({ default: (await import("./event-page.tsx")).EventPage }));
const FunctionsPage = lazy(async () => ({ default: (await import("./functions-page.tsx")).FunctionsPage }));
const FunctionPage = lazy(async () => ({ default: (await import("./function-page.tsx")).FunctionPage }));
const AppsPage = lazy(async () => ({ default: (await import("./apps-page.tsx")).AppsPage }));
const QueuePage = lazy(async () => ({ default: (await import("./queue-page.tsx")).QueuePage }));
const DeadLettersPage = lazy(async () => ({ default: (await import("./dead-letters-page.tsx")).DeadLettersPage }));
const SchedulesPage = lazy(async () => ({ default: (await import("./schedules-page.tsx")).SchedulesPage }));
const WebhooksPage = lazy(async () => ({ default: (await import("./webhooks-page.tsx")).WebhooksPage }));
const WebhookPage = lazy(async () => ({ default: (await import("./webhook-page.tsx")).WebhookPage }));
const SettingsPage = lazy(async () => ({ default: (await import("./settings-page.tsx")).SettingsPage }));

const AlertsPage = lazy(async () => ({ default: (await import("./alerts-page.tsx")).AlertsPage }));
const KeysPage = lazy(async () => ({ default: (await import("./keys-page.tsx")).KeysPage }));
const AuditPage = lazy(async () => ({ default: (await import("./audit-page.tsx")).AuditPage }));

const deadLetters: Badge = {
  useText() {
    const query = { queryKey: ["dead-letters", "count"], queryFn: countDeadLetters, refetchInterval };
    const { count, isAll } = useQuery(query).data ?? { count: 0, isAll: true };
    return count === 0 ? "" : `${count}${isAll ? "" : "+"}`;
  },
  meaning: "dead letters wait for someone",
};

const unreachable: Badge = {
  useText() {
    const { data } = useQuery({ queryKey: ["app-addresses"], queryFn: listAddresses, refetchInterval });
    const count = data?.filter(({ state }) => state === "failed").length ?? 0;
    return count === 0 ? "" : String(count);
  },
  meaning: "apps could not be synced",
};

const activeAlerts: Badge = {
  useText() {
    const { data } = useQuery({ queryKey: ["alerts"], queryFn: listActiveAlerts, refetchInterval });
    return data === undefined || data.length === 0 ? "" : String(data.length);
  },
  meaning: "alerts go on",
};

export const pages: readonly PageEntry[] = [
  { path: "/", label: "Overview", icon: "overview", isListed: true, Page: OverviewPage },
  { path: "/runs", label: "Runs", icon: "runs", isListed: true, Page: RunsPage },
  { path: "/runs/:id", label: "Run", icon: "runs", isListed: false, Page: RunPage },
  { path: "/events", label: "Events", icon: "events", isListed: true, Page: EventsPage },
  { path: "/events/:id", label: "Event", icon: "events", isListed: false, Page: EventPage },
  { path: "/functions", label: "Functions", icon: "functions", isListed: true, Page: FunctionsPage },
  { path: "/functions/:id", label: "Function", icon: "functions", isListed: false, Page: FunctionPage },
  { path: "/apps", label: "Apps", icon: "apps", isListed: true, Page: AppsPage, badge: unreachable },
  { path: "/queue", label: "Queue", icon: "queue", isListed: true, Page: QueuePage },
  {
    path: "/dead-letters",
    label: "Dead letters",
    icon: "letters",
    isListed: true,
    Page: DeadLettersPage,
    badge: deadLetters,
  },
  { path: "/schedules", label: "Schedules", icon: "schedules", isListed: true, Page: SchedulesPage },
  { path: "/webhooks", label: "Webhooks", icon: "webhooks", isListed: true, Page: WebhooksPage },
  { path: "/webhooks/:id", label: "Webhook", icon: "webhooks", isListed: false, Page: WebhookPage },
  { path: "/alerts", label: "Alerts", icon: "alerts", isListed: true, Page: AlertsPage, badge: activeAlerts },
  { path: "/keys", label: "Keys", icon: "keys", isListed: true, Page: KeysPage, isForAdmins: true },
  { path: "/audit", label: "Audit", icon: "audit", isListed: true, Page: AuditPage, isForAdmins: true },
  { path: "/settings", label: "Settings", icon: "settings", isListed: true, Page: SettingsPage },
];
