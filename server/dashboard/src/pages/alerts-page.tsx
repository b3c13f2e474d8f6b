/** Alerts: what goes on, the rules that find it, the channels that are told, and what was. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AlertTable } from "../alerts/alert-table.tsx";
import { ChannelsCard } from "../alerts/channels-card.tsx";
import { RulesCard } from "../alerts/rules-card.tsx";
import { listActiveAlerts, listAlertHistory } from "../api/alerts.ts";
import { Button } from "../components/button.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";

function History(): ReactNode {
  const history = useInfiniteQuery({
    queryKey: ["alert-history"],
    queryFn: ({ pageParam }) => listAlertHistory(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.cursor,
  });
  return (
    <Card title="History">
      <QueryView what="The history" query={history}>
        {({ pages }) => {
          const alerts = pages.flatMap(({ data }) => data);
          if (alerts.length === 0) return <p className="p-4 text-ink-3">There were no alerts.</p>;
          return <AlertTable label="History" alerts={alerts} />;
        }}
      </QueryView>
      {history.hasNextPage && (
        <div className="border-t border-line p-2 text-center">
          <Button isBusy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Older ones
          </Button>
        </div>
      )}
    </Card>
  );
}

export function AlertsPage(): ReactNode {
  const active = useQuery({ queryKey: ["alerts"], queryFn: listActiveAlerts });
  return (
    <Page title="Alerts">
      <div className="flex flex-col gap-4 px-4 pb-6">
        <Card title="Now">
          <QueryView what="Alerts" query={active}>
            {(alerts) =>
              alerts.length === 0 ? (
                <p className="p-4 text-ink-3">Nothing is wrong, as far as the rules below can tell.</p>
              ) : (
                <AlertTable label="Now" alerts={alerts} />
              )
            }
          </QueryView>
        </Card>
        <RulesCard />
        <ChannelsCard />
        <History />
      </div>
    </Page>
  );
}
