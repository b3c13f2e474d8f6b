/** Three steps to the first run, for the framework that is chosen or was found. Turns into the run when it comes. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { listAddresses, listApps, listFunctions } from "../api/apps.ts";
import { rootUrl } from "../api/request.ts";
import { listRuns } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { CopyButton } from "../components/copy.tsx";
import { SelectField } from "../components/field.tsx";
import { Icon } from "../components/icon.tsx";
import { SendDialog } from "../events/send-dialog.tsx";
import { useChanges } from "../live/live.tsx";
import { AddApp } from "../pages/apps-page.tsx";
import { frameworks, helloFile } from "./frameworks.ts";

function Code({ text, what }: { text: string; what: string }): ReactNode {
  return (
    <div className="relative mt-2 rounded-sm bg-sunken">
      <span className="absolute top-0 right-0 rounded-sm bg-sunken">
        <CopyButton text={text} what={what} />
      </span>
      <section aria-label={what} tabIndex={0} className="overflow-x-auto p-3 pr-10">
        <pre className="font-mono text-meta">{text}</pre>
      </section>
    </div>
  );
}

function Step({
  number,
  title,
  isDone,
  children,
}: {
  number: number;
  title: string;
  isDone: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <li className="flex gap-4">
      <span
        className={`flex size-7 shrink-0 items-center justify-center rounded-full text-control font-semibold ${isDone ? "bg-completed-chip text-completed" : "bg-selected text-accent"}`}
      >
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div className="min-w-0 flex-1 pb-6">
        <h2 className="text-h2 font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}

/** Goes to the first run as soon as there is one. */
function useFirstRun(): void {
  const [, navigate] = useLocation();
  const query = useQuery({
    queryKey: ["first-run"],
    queryFn: () => listRuns({ status: [], functionId: [], appId: [] }, null, 1),
    refetchInterval: 5000,
  });
  useChanges(() => void query.refetch());
  const first = query.data?.data[0]?.id;
  useEffect(() => {
    if (first !== undefined) navigate(`/runs/${first}`);
  }, [first, navigate]);
}

function Waiting(): ReactNode {
  const addresses = useQuery({ queryKey: ["app-addresses"], queryFn: listAddresses, refetchInterval: 5000 });
  const failed = addresses.data?.find(({ state }) => state === "failed");
  return (
    <p role="status" className="mt-2 flex items-start gap-2 text-ink-2">
      <span className="mt-1.5 size-2 shrink-0 animate-pulse rounded-full bg-accent" aria-hidden="true" />
      {failed === undefined ? "Waiting for your app …" : `${failed.url}: ${failed.message}`}
    </p>
  );
}

function curlOf(name: string): string {
  const body = JSON.stringify({ name, data: { name: "Ada" } });
  return `curl -X POST ${new URL("e/test", rootUrl).href} -H 'content-type: application/json' \\\n  -d '${body}'`;
}

export function FirstVisit(): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const apps = useQuery({ queryKey: ["apps"], queryFn: listApps, refetchInterval: 5000 });
  const functions = useQuery({ queryKey: ["functions"], queryFn: listFunctions, refetchInterval: 5000 });
  useFirstRun();
  const found = apps.data?.[0];
  const isFound = found !== undefined;
  const name = chosen ?? frameworks.find(({ id }) => id === found?.latestSync.framework)?.id ?? "hono";
  const framework = frameworks.find(({ id }) => id === name) ?? frameworks[0];
  const event = functions.data
    ?.flatMap(({ triggers }) => triggers)
    .find((trigger) => trigger.event !== undefined)?.event;
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-8">
      <h1 className="text-h1 font-semibold">Three steps to the first run</h1>
      <p className="mt-1 mb-6 text-ink-2">This page turns into the run when it comes.</p>
      <ol>
        <Step number={1} title="Write a function" isDone={isFound}>
          <div className="mt-2 w-48">
            <SelectField label="Framework" value={name} onChange={(change) => setChosen(change.target.value)}>
              {frameworks.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </SelectField>
          </div>
          <Code text={`npm install stepwell${framework.packages}`} what="the install command" />
          <Code text={helloFile} what="inngest.ts" />
        </Step>
        <Step number={2} title="Serve it, and start your app" isDone={isFound}>
          <Code text={framework.code} what={framework.file} />
          {isFound ? (
            <p className="mt-2 text-completed">
              {found.name} is here, with {found.functionCount} {found.functionCount === 1 ? "function" : "functions"}.
            </p>
          ) : (
            <>
              <Waiting />
              <p className="mt-3 mb-1 text-ink-2">It is looked for on the usual ports. Elsewhere? Say where:</p>
              <AddApp />
            </>
          )}
        </Step>
        <Step number={3} title="Send it an event" isDone={false}>
          <Code text={curlOf(event ?? "demo/hello")} what="the curl command" />
          <Button kind="primary" icon="send" onClick={() => setSending(true)} disabled={!isFound} className="mt-3">
            Send it from here
          </Button>
        </Step>
      </ol>
      {isSending && (
        <SendDialog name={event ?? "demo/hello"} data={{ name: "Ada" }} onClose={() => setSending(false)} />
      )}
    </div>
  );
}
