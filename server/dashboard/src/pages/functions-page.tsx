/** Functions: what the apps serve, what starts each, and starting it by hand. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type FunctionInfo, listFunctions } from "../api/apps.ts";
import { Button } from "../components/button.tsx";
import { Empty } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { StatusText } from "../components/status.tsx";
import { type Column, Table } from "../components/table.tsx";
import { InvokeDialog } from "../functions/invoke-dialog.tsx";
import { limitName, limitText } from "../functions/limit-text.ts";
import { Triggers } from "../functions/triggers.tsx";

const columnsWith = (invoke: (fn: FunctionInfo) => void): readonly Column<FunctionInfo>[] => [
  {
    name: "Function",
    render: ({ id, name, isPaused, limits }) => (
      <span className="flex flex-wrap items-center gap-x-3">
        <Link href={`/functions/${encodeURIComponent(id)}`} className="font-medium hover:underline">
          {name}
        </Link>
        {isPaused && <StatusText status="paused" />}
        <span className="block w-full font-mono text-meta text-ink-3">{id}</span>
        {limits
          .filter(({ set }) => set !== null)
          .map((limit) => (
            <span key={`${limit.control} ${limit.entry}`} title={limit.set?.reason} className="text-meta text-paused">
              {limitName(limit)} {limitText(limit.now)}, set by {limit.set?.author} (code: {limitText(limit.code)})
            </span>
          ))}
      </span>
    ),
  },
  { name: "Triggers", render: ({ triggers }) => <Triggers triggers={triggers} /> },
  { name: "App", isWideOnly: true, render: ({ app }) => app.id ?? "–" },
  {
    name: "",
    isRight: true,
    render: (fn) => (
      <Button icon="play" onClick={() => invoke(fn)} aria-label={`Invoke ${fn.name}`}>
        Invoke
      </Button>
    ),
  },
];

export function FunctionsPage(): ReactNode {
  const query = useQuery({ queryKey: ["functions"], queryFn: listFunctions });
  const [invoked, setInvoked] = useState<FunctionInfo | null>(null);
  return (
    <Page title="Functions">
      <QueryView what="Functions" query={query}>
        {(functions) =>
          functions.length === 0 ? (
            <Empty title="No function is known yet">
              The engine learns them from your app.{" "}
              <Link href="/apps" className="font-medium text-accent underline">
                Add the app
              </Link>
            </Empty>
          ) : (
            <div className="px-4 pb-6">
              <Card>
                <Table label="Functions" rows={functions} columns={columnsWith(setInvoked)} keyOf={({ id }) => id} />
              </Card>
            </div>
          )
        }
      </QueryView>
      {invoked !== null && <InvokeDialog fn={invoked} onClose={() => setInvoked(null)} />}
    </Page>
  );
}
