/** What can be done with the picked runs. What did not work is said, and those runs stay picked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actOnRuns, type Run, type RunAction } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { FormDialog } from "../components/dialog.tsx";
import { useToast } from "../components/toasts.tsx";
import { plural } from "../format/numbers.ts";
import type { Selection } from "./use-selection.ts";

interface Offer {
  action: RunAction;
  word: string;
  done: string;
  /** Whether it makes sense for a run in this state. */
  fits: (run: Run) => boolean;
  explain: string;
}

const isOpen = ({ status }: Run): boolean => status === "QUEUED" || status === "RUNNING";

const offers: readonly Offer[] = [
  {
    action: "cancel",
    word: "Cancel",
    done: "cancelled",
    fits: isOpen,
    explain: "They end at once, and what their steps did stays done. This cannot be undone.",
  },
  {
    action: "rerun",
    word: "Rerun",
    done: "started again",
    fits: () => true,
    explain: "Each is started again from the beginning, as a new run with the same event.",
  },
  {
    action: "retry",
    word: "Retry",
    done: "retried",
    fits: ({ status }) => status === "FAILED",
    explain: "Each is started again as a new run, and its dead letter is dealt with.",
  },
];

interface SelectionBarProps {
  runs: readonly Run[];
  selection: Selection;
  hasMore: boolean;
}

export function SelectionBar({ runs, selection, hasMore }: SelectionBarProps): ReactNode {
  const [offer, setOffer] = useState<Offer | null>(null);
  const { picked } = selection;
  if (picked.size === 0) return null;
  const pickedRuns = runs.filter(({ id }) => picked.has(id));
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-2 shadow-[0_-4px_12px_rgb(0_0_0/6%)]">
      <strong role="status">{plural(picked.size, "run")} picked</strong>
      {picked.size < runs.length && (
        <Button kind="quiet" onClick={() => selection.set(runs.map(({ id }) => id))}>
          Pick all {runs.length} loaded{hasMore ? " so far" : ""}
        </Button>
      )}
      <div className="ml-auto flex flex-wrap gap-2">
        {offers.map((one) => {
          const count = pickedRuns.filter(one.fits).length;
          return (
            <Button
              key={one.action}
              icon={one.action === "cancel" ? "cancel" : "rerun"}
              disabled={count === 0}
              onClick={() => setOffer(one)}
            >
              {one.word} {count > 0 ? count : ""}
            </Button>
          );
        })}
        <Button kind="quiet" icon="close" onClick={selection.clear}>
          Clear
        </Button>
      </div>
      {offer !== null && (
        <ActDialog
          offer={offer}
          ids={pickedRuns.filter(offer.fits).map(({ id }) => id)}
          selection={selection}
          onClose={() => setOffer(null)}
        />
      )}
    </div>
  );
}

function ActDialog({
  offer,
  ids,
  selection,
  onClose,
}: {
  offer: Offer;
  ids: readonly string[];
  selection: Selection;
  onClose: () => void;
}): ReactNode {
  const toast = useToast();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: () => actOnRuns(offer.action, ids),
    onSuccess: ({ done, results }) => {
      void client.invalidateQueries({ queryKey: ["run-states"] });
      const failed = results.filter(({ isDone }) => !isDone);
      selection.set(failed.map(({ runId }) => runId));
      if (done > 0) toast(`${plural(done, "run")} ${offer.done}`);
      if (failed.length === 0) onClose();
    },
  });
  const failed = act.data?.results.filter(({ isDone }) => !isDone) ?? [];
  const first = failed[0]?.error?.message;
  const error =
    first === undefined ? act.error : new Error(`${plural(failed.length, "run")} could not be ${offer.done}: ${first}`);
  return (
    <FormDialog
      title={`${offer.word} ${plural(ids.length, "run")}?`}
      action={`${offer.word} ${plural(ids.length, "run")}`}
      isDanger={offer.action === "cancel"}
      isBusy={act.isPending}
      error={error}
      onSubmit={() => act.mutate()}
      onClose={onClose}
    >
      <p className="text-control text-ink-2">{offer.explain}</p>
    </FormDialog>
  );
}
