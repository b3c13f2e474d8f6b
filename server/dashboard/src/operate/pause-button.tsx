/** Pauses and resumes one thing. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type Pause, resume } from "../api/engine.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { useToast } from "../components/toasts.tsx";
import { PauseDialog } from "./pause-dialog.tsx";

interface PauseButtonProps {
  scope: Pause["scope"];
  target: string | null;
  /** The pause of this very thing; undefined while there is none. */
  pause: Pause | undefined;
}

export function PauseButton({ scope, target, pause }: PauseButtonProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const toast = useToast();
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: () => resume(scope, target),
    onSuccess: () => {
      toast("Resumed");
      void client.invalidateQueries({ queryKey: ["pauses"] });
      void client.invalidateQueries({ queryKey: ["functions"] });
    },
  });
  return (
    <>
      <FailureLine error={work.error} />
      {pause === undefined ? (
        <Button kind={scope === "all" ? "danger" : "plain"} icon="pause" onClick={() => setAsking(true)}>
          {scope === "all" ? "Pause everything" : "Pause"}
        </Button>
      ) : (
        <Button icon="play" isBusy={work.isPending} onClick={() => work.mutate()}>
          Resume
        </Button>
      )}
      {isAsking && <PauseDialog scope={scope} target={target} onClose={() => setAsking(false)} />}
    </>
  );
}
