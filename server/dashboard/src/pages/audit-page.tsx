/** The audit log: who did what, newest first. The filter is in the address. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSearchParams } from "wouter";
import { type AuditEntry, type AuditFilter, listAudit } from "../api/access.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";

const columns: readonly Column<AuditEntry>[] = [
  { name: "When", render: ({ at }) => <Time at={toMs(at)} /> },
  {
    name: "Who",
    render: ({ who, kind, address }) => (
      <>
        <span className="font-medium break-words">{who}</span>
        <span className="block text-meta text-ink-3">
          {kind === "api-key" ? "key" : kind === "user" ? "user" : ""} {address}
        </span>
      </>
    ),
  },
  {
    name: "What",
    render: ({ action, target, outcome }) => (
      <>
        <code className="font-mono text-meta">{action}</code>
        {outcome === "refused" && <span className="ml-2 text-meta font-semibold text-failed">refused</span>}
        <span className="block wrap-anywhere text-ink-2">{target}</span>
      </>
    ),
  },
  {
    name: "More",
    isWideOnly: true,
    render: ({ detail, requestId }) => (
      <span className="block max-w-md text-meta wrap-anywhere text-ink-3">
        {detail === null
          ? null
          : Object.entries(detail).map(([name, value]) => (
              <span key={name} className="block">
                {name}: {typeof value === "string" ? value : JSON.stringify(value)}
              </span>
            ))}
        <span className="block font-mono">request {requestId}</span>
      </span>
    ),
  },
];

/** The filter stands in the address; an empty value is none. */
function useSetFilter(): (name: string, value: string) => void {
  const [, setParams] = useSearchParams();
  return (name, value) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
}

function Filters({ who, action, outcome }: AuditFilter): ReactNode {
  const set = useSetFilter();
  return (
    <div className="grid grid-cols-2 gap-2 px-4 pb-2 sm:flex">
      <TextField
        label="Who"
        isLabelHidden
        placeholder="Who"
        value={who ?? ""}
        onChange={(change) => set("who", change.target.value)}
      />
      <TextField
        label="Action"
        isLabelHidden
        placeholder="Action, such as pause"
        value={action ?? ""}
        onChange={(change) => set("action", change.target.value)}
      />
      <SelectField
        label="Outcome"
        isLabelHidden
        value={outcome ?? ""}
        onChange={(change) => set("outcome", change.target.value)}
      >
        <option value="">done and refused</option>
        <option value="done">done</option>
        <option value="refused">refused</option>
      </SelectField>
    </div>
  );
}

function useFilter(): AuditFilter {
  const [params] = useSearchParams();
  const only = params.get("outcome");
  return {
    who: params.get("who") ?? undefined,
    action: params.get("action") ?? undefined,
    outcome: only === "done" || only === "refused" ? only : undefined,
  };
}

export function AuditPage(): ReactNode {
  const filter = useFilter();
  const query = useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => listAudit(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.cursor,
    refetchInterval: 30_000,
  });
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page title="Audit" bar={<Filters {...filter} />}>
      <div className="flex flex-col gap-4 px-4 pb-6">
        <Card>
          <QueryView what="The audit log" query={query}>
            {({ pages }) => {
              const entries = pages.flatMap(({ data }) => data);
              return entries.length === 0 ? (
                <p className="p-4 text-ink-3">
                  {isFiltered
                    ? "Nothing that fits. The filters want the whole name."
                    : "Nothing yet. What people change here, with the command line or with the API is written down."}
                </p>
              ) : (
                <Table label="Audit log" rows={entries} columns={columns} keyOf={({ id }) => id} />
              );
            }}
          </QueryView>
        </Card>
        <FailureLine error={query.data === undefined ? null : query.error} />
        {query.hasNextPage && (
          <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older
          </Button>
        )}
      </div>
    </Page>
  );
}
