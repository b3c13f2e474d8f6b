/** Retries one dead letter with its event's data edited. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { getDeadLetter, retryDeadLetter } from "../api/operate.ts";
import { FormDialog } from "../components/dialog.tsx";
import { Failure } from "../components/failure.tsx";
import { JsonField, parseJson, useDraft } from "../components/json-field.tsx";
import { toJsonText } from "../components/json-view.tsx";
import { useToast } from "../components/toasts.tsx";

export function EditLetterDialog({ runId, onClose }: { runId: string; onClose: () => void }): ReactNode {
  const letter = useQuery({ queryKey: ["dead-letters", runId], queryFn: () => getDeadLetter(runId) });
  const [text, setText] = useDraft(letter.data && toJsonText(letter.data.event?.data ?? {}));
  const parsed = parseJson(text ?? "");
  const [, navigate] = useLocation();
  const toast = useToast();
  const retry = useMutation({
    mutationFn: () => retryDeadLetter(runId, parsed.ok ? parsed.value : undefined),
    onSuccess: ({ runId: started }) => {
      toast("Retried");
      onClose();
      navigate(`/runs/${started}`);
    },
  });
  return (
    <FormDialog
      title="Edit and retry"
      action="Retry"
      isBusy={retry.isPending}
      isDisabled={!parsed.ok}
      error={retry.error}
      onSubmit={() => retry.mutate()}
      onClose={onClose}
      isWide
    >
      {text === null && letter.isError ? (
        <Failure what="The dead letter" error={letter.error} retry={() => void letter.refetch()} />
      ) : (
        <JsonField label="Event data" value={text} onChange={setText} hint="A new run starts with this data." />
      )}
    </FormDialog>
  );
}
