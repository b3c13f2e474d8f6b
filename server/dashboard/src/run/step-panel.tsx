/** One step of a run, loaded when it is looked at: its tries with their errors, output, input, and what it is about. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { getStep, type StepDetail } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { Failure, Loading } from "../components/failure.tsx";
import { JsonView } from "../components/json-view.tsx";
import { Facts } from "../components/page.tsx";
import { StatusChip, toStatus } from "../components/status.tsx";
import { type Tab, Tabs } from "../components/tabs.tsx";
import { Time, Took } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { ErrorView } from "./error-view.tsx";

function Tries({ step }: { step: StepDetail }): ReactNode {
  return (
    <ol className="flex flex-col gap-4">
      {step.failedAttempts.toReversed().map(({ attempt, startedAt, endedAt, retryAt, error }) => (
        <li key={attempt}>
          <p className="mb-1 flex flex-wrap gap-x-3 text-meta text-ink-3">
            <strong className="text-ink">Try {attempt + 1}</strong>
            <Time at={toMs(startedAt)} />
            <Took from={toMs(startedAt)} to={toMs(endedAt)} />
            {retryAt !== null && <Time at={toMs(retryAt)} prefix="next try " />}
          </p>
          <ErrorView error={error} />
        </li>
      ))}
    </ol>
  );
}

const inputOf = (step: StepDetail): unknown => step.detail?.input;

/** What a wait or an invocation is about, as facts. */
function About({ step }: { step: StepDetail }): ReactNode {
  const { input: _input, runId, ...rest } = step.detail ?? {};
  const facts = Object.entries(rest).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const run =
    typeof runId === "string"
      ? [
          [
            "run",
            <Link key="run" href={`/runs/${runId}`} className="font-mono text-meta text-accent underline">
              {runId}
            </Link>,
          ] as const,
        ]
      : [];
  return (
    <Facts
      facts={[
        ["kind", step.op],
        ...facts,
        ...run,
        [
          "id",
          <code key="id" className="font-mono text-meta break-all">
            {step.id}
          </code>,
        ],
      ]}
    />
  );
}

function tabsOf(step: StepDetail): Tab[] {
  const tabs: Tab[] = [];
  if (step.error !== undefined || step.failedAttempts.length > 0)
    tabs.push({
      id: "error",
      label: step.failedAttempts.length > 1 ? `Errors ${step.failedAttempts.length}` : "Error",
      content: step.failedAttempts.length > 0 ? <Tries step={step} /> : <ErrorView error={step.error} />,
    });
  if (step.output !== undefined)
    tabs.push({ id: "output", label: "Output", content: <JsonView value={step.output} name="output" /> });
  if (inputOf(step) !== undefined)
    tabs.push({ id: "input", label: "Input", content: <JsonView value={inputOf(step)} name="input" /> });
  tabs.push({ id: "about", label: "About", content: <About step={step} /> });
  if (step.metadata.length > 0)
    tabs.push({ id: "metadata", label: "Metadata", content: <JsonView value={step.metadata} name="metadata" /> });
  return tabs;
}

interface StepPanelProps {
  runId: string;
  stepId: string;
  onRerun: (step: StepDetail) => void;
  onClose: () => void;
}

export function StepPanel({ runId, stepId, onRerun, onClose }: StepPanelProps): ReactNode {
  const query = useQuery({ queryKey: ["run", runId, "step", stepId], queryFn: () => getStep(runId, stepId) });
  const [tab, setTab] = useState("");
  const step = query.data;
  if (step === undefined)
    return query.isError ? (
      <Failure what="The step" error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the step" />
    );
  const tabs = tabsOf(step);
  return (
    <div>
      <header className="flex items-center gap-2 py-2 pr-2 pl-4">
        <h2 className="min-w-0 truncate text-h2 font-semibold" title={step.name}>
          {step.name}
        </h2>
        <StatusChip status={toStatus(step.status)} />
        <span className="ml-auto flex shrink-0">
          <Button icon="rerun" onClick={() => onRerun(step)}>
            Rerun from here
          </Button>
          <Button kind="quiet" icon="close" isIconOnly onClick={onClose}>
            Close the step
          </Button>
        </span>
      </header>
      <Tabs label={`Step ${step.name}`} tabs={tabs} chosen={tab === "" ? (tabs[0]?.id ?? "") : tab} onChoose={setTab} />
    </div>
  );
}
