/** Runs a run again from one of its steps, with the step's input or its output edited. Steps before it keep their results. */
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { ApiError } from "../api/request.ts";
import { type FromStep, rerun, type StepDetail } from "../api/runs.ts";
import { FormDialog } from "../components/dialog.tsx";
import { JsonField, parseJson } from "../components/json-field.tsx";
import { toJsonText } from "../components/json-view.tsx";
import { useToast } from "../components/toasts.tsx";

type Mode = "again" | "input" | "output";

const modes: readonly (readonly [Mode, string, string])[] = [
  ["again", "Run it again as it was", "The step runs anew, with the input that it had."],
  ["input", "Run it with this input", "A list of arguments, as they are given to the step's function."],
  ["output", "Do not run it, take this as its output", "The run goes on after it."],
];

function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }): ReactNode {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">What to do with the step</legend>
      {modes.map(([value, label, hint]) => (
        <label key={value} className="flex items-start gap-2">
          <input
            type="radio"
            name="mode"
            checked={mode === value}
            onChange={() => onChange(value)}
            className="mt-1 accent-accent"
          />
          <span>
            <span className="font-medium">{label}</span>
            <span className="block text-meta text-ink-3">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function RerunDialog({
  runId,
  step,
  onClose,
}: {
  runId: string;
  step: StepDetail;
  onClose: () => void;
}): ReactNode {
  const [mode, setMode] = useState<Mode>("again");
  const [input, setInput] = useState(() => toJsonText(step.detail?.input ?? []));
  const [output, setOutput] = useState(() => toJsonText(step.output ?? null));
  const [, navigate] = useLocation();
  const toast = useToast();
  const text = mode === "input" ? input : output;
  const parsed = parseJson(text);
  const notList =
    mode === "input" && parsed.ok && !Array.isArray(parsed.value) ? "The input is a list: [first, second]." : null;
  const isWrong = mode !== "again" && (!parsed.ok || notList !== null);
  const work = useMutation({
    mutationFn: () => {
      const from: FromStep = { stepId: step.id };
      if (mode === "input" && parsed.ok) from.input = parsed.value as unknown[];
      if (mode === "output" && parsed.ok) from.output = parsed.value;
      return rerun(runId, from);
    },
    onSuccess: (started) => {
      toast("Started again, from this step");
      onClose();
      navigate(`/runs/${started.runId}`);
    },
  });
  const said = work.error instanceof ApiError && work.error.status === 400 ? work.error.message : null;
  return (
    <FormDialog
      title={`Rerun from “${step.name}”`}
      action="Rerun"
      isBusy={work.isPending}
      isDisabled={isWrong}
      error={said === null || mode === "again" ? work.error : null}
      onSubmit={() => work.mutate()}
      onClose={onClose}
      isWide
    >
      <p className="text-ink-2">
        A new run starts with the same event. Steps before this one keep their results and do not run again.
      </p>
      <ModeChoice mode={mode} onChange={setMode} />
      {mode === "input" && <JsonField label="Input" value={input} onChange={setInput} error={notList ?? said} />}
      {mode === "output" && <JsonField label="Output" value={output} onChange={setOutput} error={said} />}
    </FormDialog>
  );
}
