/** Dead letters: runs that failed for good, put together by what they failed with; retry, edit and retry, drop. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type DeadLetterGroup, listDeadLetterGroups } from "../api/operate.ts";
import { actOnRuns, type RunAction } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Empty } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { Time } from "../components/time.tsx";
import { useToast } from "../components/toasts.tsx";
import { formatCount, plural } from "../format/numbers.ts";
import { toMs } from "../format/time.ts";
import { EditLetterDialog } from "../operate/letter-dialogs.tsx";

type Question = { action: Extract<RunAction, "retry" | "drop">; groups: readonly DeadLetterGroup[] };

const chunk = 500;

/** @throws Error when not all of it could be done; the others are done */
async function act(action: RunAction, ids: readonly string[]): Promise<number> {
  let done = 0;
  let message: string | undefined;
  for (let from = 0; from < ids.length; from += chunk) {
    const result = await actOnRuns(action, ids.slice(from, from + chunk));
    done += result.done;
    message ??= result.results.find(({ isDone }) => !isDone)?.error?.message;
  }
  if (message !== undefined) throw new Error(`${done} of ${ids.length} were done. The first that was not: ${message}`);
  return done;
}

function Ask({ question, onClose }: { question: Question; onClose: () => void }): ReactNode {
  const toast = useToast();
  const client = useQueryClient();
  const { action, groups } = question;
  const ids = groups.flatMap(({ runIds }) => runIds);
  const letters = plural(ids.length, "dead letter");
  const isDrop = action === "drop";
  return (
    <Confirm
      title={isDrop ? `Drop ${letters}?` : `Retry ${letters}?`}
      action={isDrop ? `Drop ${letters}` : `Retry ${letters}`}
      isDanger={isDrop}
      run={async () => {
        try {
          const done = await act(action, ids);
          toast(`${plural(done, "dead letter")} ${isDrop ? "dropped" : "retried"}`);
        } finally {
          void client.invalidateQueries({ queryKey: ["dead-letter-groups"] });
        }
      }}
      onClose={onClose}
    >
      {isDrop
        ? "They leave this list for good. The failed runs themselves stay until they are old."
        : "Each starts again as a new run with the same event."}
    </Confirm>
  );
}

interface GroupCardProps {
  group: DeadLetterGroup;
  onAsk: (question: Question) => void;
  onEdit: (runId: string) => void;
}

function GroupCard({ group, onAsk, onEdit }: GroupCardProps): ReactNode {
  const [newest] = group.runIds;
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <span className="min-w-8 text-h2 font-semibold tabular-nums">{formatCount(group.count)}</span>
        <div className="min-w-0 flex-1 basis-64">
          <p className="break-words">
            <strong className="text-failed">{group.error.name}</strong> {group.error.message}
          </p>
          <p className="mt-0.5 flex flex-wrap gap-x-3 text-meta text-ink-3">
            <Link
              href={`/functions/${encodeURIComponent(group.function.id)}`}
              className="font-medium text-ink-2 hover:underline"
            >
              {group.function.name ?? group.function.id}
            </Link>
            {group.count > 1 && <Time at={toMs(group.firstAt)} prefix="first " />}
            <Time at={toMs(group.lastAt)} prefix="last " />
            {newest !== undefined && (
              <Link href={`/runs/${newest}`} className="text-accent underline">
                newest run
              </Link>
            )}
          </p>
        </div>
        <Sparkline
          counts={group.perHour}
          label={`${group.count} in all; by hour in the last day: ${group.perHour.join(", ")}`}
        />
        <span className="flex flex-wrap gap-2">
          <Button icon="rerun" onClick={() => onAsk({ action: "retry", groups: [group] })}>
            Retry
          </Button>
          {newest !== undefined && <Button onClick={() => onEdit(newest)}>Edit newest</Button>}
          <Button kind="danger" icon="trash" onClick={() => onAsk({ action: "drop", groups: [group] })}>
            Drop
          </Button>
        </span>
      </div>
    </li>
  );
}

export function DeadLettersPage(): ReactNode {
  const query = useQuery({ queryKey: ["dead-letter-groups"], queryFn: listDeadLetterGroups });
  const [question, setQuestion] = useState<Question | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const groups = query.data?.groups ?? [];
  return (
    <Page
      title="Dead letters"
      aside={
        query.data !== undefined && (
          <span className="text-ink-3">{`${formatCount(query.data.looked)}${query.data.isAll ? "" : "+"}`}</span>
        )
      }
      actions={
        groups.length > 1 && (
          <>
            <Button icon="rerun" onClick={() => setQuestion({ action: "retry", groups })}>
              Retry all
            </Button>
            <Button kind="danger" icon="trash" onClick={() => setQuestion({ action: "drop", groups })}>
              Drop all
            </Button>
          </>
        )
      }
    >
      <QueryView what="Dead letters" query={query}>
        {() =>
          groups.length === 0 ? (
            <Empty title="No run has failed for good">
              A run that fails after its last retry is kept here until someone retries or drops it.
            </Empty>
          ) : (
            <div className="px-4 pb-6">
              <Card>
                <ul aria-label="Dead letters by error">
                  {groups.map((group) => (
                    <GroupCard
                      key={`${group.function.id} ${group.error.name} ${group.runIds.at(-1)}`}
                      group={group}
                      onAsk={setQuestion}
                      onEdit={setEdited}
                    />
                  ))}
                </ul>
              </Card>
            </div>
          )
        }
      </QueryView>
      {question !== null && <Ask question={question} onClose={() => setQuestion(null)} />}
      {edited !== null && <EditLetterDialog runId={edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}
