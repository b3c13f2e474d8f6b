/** What can be done with a run: cancel it, run it again, copy the request that asks for it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { rootUrl } from "../api/request.ts";
import { cancelRun, type Run, rerun } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { CopyButton } from "../components/copy.tsx";
import { useToast } from "../components/toasts.tsx";
import { useShortcut } from "../shell/shortcuts.tsx";

const curlOf = (id: string, needsKey: boolean): string =>
  `curl '${new URL(`v2/runs/${id}`, rootUrl).href}'${needsKey ? " -H 'Authorization: Bearer '\"$INNGEST_SIGNING_KEY\"" : ""}`;

export function RunActions({ run, needsKey }: { run: Run; needsKey: boolean }): ReactNode {
  const [asks, setAsks] = useState<"cancel" | "rerun" | null>(null);
  const [, navigate] = useLocation();
  const toast = useToast();
  const client = useQueryClient();
  const isOpen = run.status === "QUEUED" || run.status === "RUNNING";
  const again = useMutation({
    mutationFn: () => rerun(run.id),
    onSuccess: ({ runId }) => {
      toast("Started again as a new run");
      navigate(`/runs/${runId}`);
    },
  });
  useShortcut("R", "Rerun", () => setAsks("rerun"));
  useShortcut("C", "Cancel the run", () => setAsks("cancel"), isOpen);
  return (
    <>
      <CopyButton text={curlOf(run.id, needsKey)} what="as curl" label="Copy as curl" />
      <Button icon="rerun" shortcut="R" onClick={() => setAsks("rerun")}>
        Rerun
      </Button>
      {isOpen && (
        <Button kind="danger" icon="cancel" shortcut="C" onClick={() => setAsks("cancel")}>
          Cancel
        </Button>
      )}
      {asks === "rerun" && (
        <Confirm
          title="Rerun?"
          action="Rerun"
          isDanger={false}
          run={() => again.mutateAsync()}
          onClose={() => setAsks(null)}
        >
          A new run starts from the beginning with the same event. This one stays as it is.
        </Confirm>
      )}
      {asks === "cancel" && (
        <Confirm
          title="Cancel this run?"
          action="Cancel the run"
          run={() => cancelRun(run.id)}
          onDone={() => {
            toast("Cancelled");
            void client.invalidateQueries({ queryKey: ["run", run.id] });
          }}
          onClose={() => setAsks(null)}
        >
          It ends at once, and what its steps did stays done. This cannot be undone.
        </Confirm>
      )}
    </>
  );
}
