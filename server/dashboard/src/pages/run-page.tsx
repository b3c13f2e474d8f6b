/** Run: one run with its steps over time, why it waits, what went in and came out, and what can be done with it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useParams, useSearchParams } from "wouter";
import { getSession } from "../api/engine.ts";
import { ApiError } from "../api/request.ts";
import { getRun, getTrace, getWaits, type Run, type StepDetail } from "../api/runs.ts";
import { Empty, Failure, Loading } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { refineStatus, StatusChip } from "../components/status.tsx";
import { RerunDialog } from "../run/rerun-dialog.tsx";
import { RunActions } from "../run/run-actions.tsx";
import { RunFacts } from "../run/run-facts.tsx";
import { RunPanel } from "../run/run-panel.tsx";
import { StepPanel } from "../run/step-panel.tsx";
import { Waterfall } from "../run/waterfall.tsx";
import { WhyCard } from "../run/why-card.tsx";
import { neighbour } from "../runs/walk.ts";
import { useShortcut } from "../shell/shortcuts.tsx";

function useRunQueries(id: string) {
  const run = useQuery({ queryKey: ["run", id], queryFn: () => getRun(id) });
  const isOpen = run.data !== undefined && run.data.endedAt === null;
  const trace = useQuery({ queryKey: ["run", id, "trace"], queryFn: () => getTrace(id) });
  // The queue moves without this run changing: what it waits for is asked again while it is open.
  const waits = useQuery({
    queryKey: ["run", id, "why"],
    queryFn: () => getWaits(id),
    enabled: isOpen,
    refetchInterval: isOpen ? 10_000 : false,
  });
  return { run, trace, waits };
}

function Content({ run }: { run: Run }): ReactNode {
  const { trace, waits } = useRunQueries(run.id);
  const [params, setParams] = useSearchParams();
  const [rerunStep, setRerunStep] = useState<StepDetail | null>(null);
  const session = useQuery({ queryKey: ["session"], queryFn: getSession, staleTime: Number.POSITIVE_INFINITY });
  const [, navigate] = useLocation();
  const step = params.get("step");
  const choose = (id: string | null): void => setParams(id === null ? {} : { step: id }, { replace: true });
  const walk = (by: 1 | -1): void => {
    const next = neighbour(run.id, by);
    if (next !== null) navigate(`/runs/${next}`);
  };
  useShortcut("j", "Next run of the list", () => walk(1));
  useShortcut("k", "Run before in the list", () => walk(-1));
  useShortcut("Escape", "Close the step, or back to the runs", () =>
    step === null ? navigate("/runs") : choose(null),
  );
  const open = run.endedAt === null ? (waits.data ?? []) : [];
  return (
    <Page
      title={run.function.name ?? run.function.id}
      back={{ href: "/runs", label: "Runs" }}
      aside={<StatusChip status={refineStatus(run.status, waits.data)} />}
      actions={<RunActions run={run} needsKey={session.data?.required ?? false} />}
      bar={<RunFacts run={run} trace={trace.data} />}
    >
      <div className="grid items-start gap-4 p-4 xl:grid-cols-[minmax(0,1fr)_minmax(380px,36%)]">
        <div className="flex min-w-0 flex-col gap-4">
          <WhyCard waits={open} />
          <Card title="Steps">
            {trace.data === undefined ? (
              trace.isError ? (
                <Failure what="The steps" error={trace.error} retry={() => void trace.refetch()} />
              ) : (
                <Loading what="the steps" />
              )
            ) : (
              <Waterfall trace={trace.data} chosen={step} onChoose={choose} />
            )}
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {step !== null && (
            <Card>
              <StepPanel key={step} runId={run.id} stepId={step} onRerun={setRerunStep} onClose={() => choose(null)} />
            </Card>
          )}
          <Card>
            <RunPanel run={run} trace={trace.data} />
          </Card>
        </div>
      </div>
      {rerunStep !== null && <RerunDialog runId={run.id} step={rerunStep} onClose={() => setRerunStep(null)} />}
    </Page>
  );
}

export function RunPage(): ReactNode {
  const { id = "" } = useParams();
  const { run } = useRunQueries(id);
  if (run.data !== undefined) return <Content key={id} run={run.data} />;
  if (run.error instanceof ApiError && (run.error.status === 404 || run.error.status === 400))
    return (
      <Empty title="There is no such run">
        <p>
          {run.error.message} Runs that ended long ago are deleted.{" "}
          <Link href="/runs" className="font-medium text-accent underline">
            To the runs
          </Link>
        </p>
      </Empty>
    );
  if (run.isError) return <Failure what="The run" error={run.error} retry={() => void run.refetch()} />;
  return <Loading what="the run" />;
}
