/** Apps: whether each can be reached, why not and what to do; add one by its URL, sync it now, remove it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type App, type AppAddress, addApp, listAddresses, listApps, removeApp } from "../api/apps.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { FailureLine, messageOf } from "../components/failure.tsx";
import { TextField } from "../components/field.tsx";
import { Icon } from "../components/icon.tsx";
import { Card, Facts, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { Time } from "../components/time.tsx";
import { useToast } from "../components/toasts.tsx";
import { plural } from "../format/numbers.ts";
import { toMs } from "../format/time.ts";

/** What helps, by the code of what went wrong. */
const advice: Readonly<Record<string, string>> = {
  unreachable: "Start the app, and check its address and port. From a container, the host is host.docker.internal.",
  url_not_found: "The app answers, but not at this path. The usual one is /api/inngest.",
  not_sdk: "Something else answers there. Check the port, and the path at which the functions are served.",
  unauthorized: "The app refused the engine's signature. Give both the same signing key.",
  forbidden: "The app refused the engine. Look at what stands before it, such as a login or a firewall.",
  registered_elsewhere: "The app speaks to another engine. Set its INNGEST_BASE_URL to this engine's address.",
  invalid_function: "The app was reached, but what it serves cannot be taken: mend the function that is named.",
};

function State({ address }: { address: AppAddress }): ReactNode {
  if (address.state === "reached")
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-completed">
        <Icon name="check" /> Reached
      </span>
    );
  if (address.state === "unknown") return <span className="text-ink-3">Not asked yet</span>;
  return (
    <span className="inline-flex items-center gap-1.5 font-medium text-failed">
      <Icon name="warn" /> Not synced
    </span>
  );
}

function SyncButton({ url }: { url: string }): ReactNode {
  const toast = useToast();
  const client = useQueryClient();
  const sync = useMutation({
    mutationFn: () => addApp(url),
    onSuccess: ({ data }) =>
      toast(data.modified ? "Synced: what it serves has changed" : "Synced: nothing has changed"),
    onSettled: () => {
      for (const name of ["apps", "app-addresses", "functions"]) void client.invalidateQueries({ queryKey: [name] });
    },
  });
  return (
    <>
      <FailureLine error={sync.error} />
      <Button icon="rerun" isBusy={sync.isPending} onClick={() => sync.mutate()}>
        Sync now
      </Button>
    </>
  );
}

function AppFacts({ app, address }: { app: App | null; address: AppAddress }): ReactNode {
  return (
    <Facts
      facts={[
        [
          "address",
          <code key="url" className="font-mono text-meta break-all">
            {address.url}
          </code>,
        ],
        ...(app === null
          ? []
          : [
              [
                "serves",
                <Link key="fn" href="/functions" className="text-accent underline">
                  {plural(app.functionCount, "function")}
                </Link>,
              ] as const,
              [
                "SDK",
                `${app.latestSync.sdkLanguage} ${app.latestSync.sdkVersion} · ${app.latestSync.framework}`,
              ] as const,
              ["last change", <Time key="at" at={toMs(app.latestSync.syncedAt)} />] as const,
            ]),
      ]}
    />
  );
}

function AppCard({ app, address }: { app: App | null; address: AppAddress }): ReactNode {
  const [isRemoving, setRemoving] = useState(false);
  const client = useQueryClient();
  const name = app?.name ?? address.url;
  return (
    <Card title={name} actions={<State address={address} />}>
      <div className="flex flex-col gap-3 p-4">
        {address.state === "failed" && (
          <div className="rounded-sm bg-failed-chip px-3 py-2">
            <p className="break-words text-failed">{address.message}</p>
            {address.code !== null && advice[address.code] !== undefined && (
              <p className="mt-1">{advice[address.code]}</p>
            )}
          </div>
        )}
        <AppFacts app={app} address={address} />
        {app?.latestSync.warnings.map((warning) => (
          <p key={warning} className="flex gap-1.5 text-retrying">
            <Icon name="warn" /> <span className="min-w-0 break-words">{warning}</span>
          </p>
        ))}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <SyncButton url={address.url} />
          <Button kind="danger" icon="trash" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        </div>
      </div>
      {isRemoving && (
        <Confirm
          title={`Remove ${name}?`}
          action="Remove"
          run={() => removeApp(address.url)}
          onDone={() => {
            for (const key of ["apps", "app-addresses", "functions"])
              void client.invalidateQueries({ queryKey: [key] });
          }}
          onClose={() => setRemoving(false)}
        >
          Its functions start nothing any more, and runs that are open wait until an app serves them again. Its runs
          stay to be read. It comes back when it registers again.
        </Confirm>
      )}
    </Card>
  );
}

export function AddApp(): ReactNode {
  const [url, setUrl] = useState("");
  const client = useQueryClient();
  const toast = useToast();
  const add = useMutation({
    mutationFn: () => addApp(url.trim()),
    onSuccess: () => {
      toast("Synced");
      setUrl("");
    },
    onSettled: () => {
      for (const name of ["apps", "app-addresses", "functions"]) void client.invalidateQueries({ queryKey: [name] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (url.trim() !== "") add.mutate();
  };
  return (
    <form onSubmit={submit} className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label="Address of an app"
          isLabelHidden
          placeholder="http://localhost:3000/api/inngest"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          error={add.isError ? messageOf(add.error) : null}
        />
      </div>
      <Button type="submit" kind="primary" icon="plus" isBusy={add.isPending} disabled={url.trim() === ""}>
        Add
      </Button>
    </form>
  );
}

export function AppsPage(): ReactNode {
  const apps = useQuery({ queryKey: ["apps"], queryFn: listApps });
  const addresses = useQuery({ queryKey: ["app-addresses"], queryFn: listAddresses, refetchInterval: 15_000 });
  return (
    <Page title="Apps">
      <div className="flex max-w-6xl flex-col gap-4 px-4 pb-6">
        <div className="max-w-xl">
          <AddApp />
        </div>
        <QueryView what="The apps" query={addresses}>
          {(all) => (
            <div className="grid gap-4 lg:grid-cols-2">
              {all.map((address) => (
                <AppCard
                  key={address.url}
                  address={address}
                  app={apps.data?.find(({ name }) => name === address.app) ?? null}
                />
              ))}
              {all.length === 0 && (
                <p className="text-ink-2">
                  No app is known yet. Name its address above, start it while the engine runs, or set its
                  INNGEST_BASE_URL to this engine.
                </p>
              )}
            </div>
          )}
        </QueryView>
      </div>
    </Page>
  );
}
