/** Pauses a function, an app or everything: who, why, and what becomes of what is under way and of what comes. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type Pause, pause } from "../api/engine.ts";
import { FormDialog } from "../components/dialog.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { useToast } from "../components/toasts.tsx";
import { useIsKnown } from "./use-is-known.ts";

interface PauseDialogProps {
  scope: Pause["scope"];
  /** Its id; null for everything. */
  target: string | null;
  onClose: () => void;
}

/** Everything stops: that is asked for by writing the word. */
const word = "all";

interface RulesProps {
  running: "finish" | "cancel";
  onRunning: (rule: "finish" | "cancel") => void;
  arriving: "hold" | "skip";
  onArriving: (rule: "hold" | "skip") => void;
}

function Rules({ running, onRunning, arriving, onArriving }: RulesProps): ReactNode {
  return (
    <>
      <SelectField
        label="Runs that are under way"
        value={running}
        onChange={(event) => onRunning(event.target.value === "cancel" ? "cancel" : "finish")}
      >
        <option value="finish">stop before their next call, and go on afterwards</option>
        <option value="cancel">are cancelled</option>
      </SelectField>
      <SelectField
        label="Events that come meanwhile"
        value={arriving}
        onChange={(event) => onArriving(event.target.value === "skip" ? "skip" : "hold")}
      >
        <option value="hold">start their runs afterwards</option>
        <option value="skip">start nothing: their runs are recorded as skipped</option>
      </SelectField>
    </>
  );
}

export function PauseDialog({ scope, target, onClose }: PauseDialogProps): ReactNode {
  const [author, setAuthor] = useState("");
  const [reason, setReason] = useState("");
  const [arriving, setArriving] = useState<"hold" | "skip">("hold");
  const [running, setRunning] = useState<"finish" | "cancel">("finish");
  const [typed, setTyped] = useState("");
  const toast = useToast();
  const client = useQueryClient();
  const isKnown = useIsKnown();
  const isAll = scope === "all";
  const work = useMutation({
    mutationFn: () =>
      pause({
        scope,
        target: target ?? undefined,
        author: isKnown ? undefined : author.trim(),
        reason: reason.trim(),
        arriving,
        running,
      }),
    onSuccess: () => {
      toast("Paused");
      void client.invalidateQueries({ queryKey: ["pauses"] });
      void client.invalidateQueries({ queryKey: ["functions"] });
      onClose();
    },
  });
  const isReady = (isKnown || author.trim() !== "") && reason.trim() !== "" && (!isAll || typed === word);
  return (
    <FormDialog
      title={isAll ? "Pause everything" : `Pause ${target}`}
      action={isAll ? "Pause everything" : "Pause"}
      isDanger
      isBusy={work.isPending}
      isDisabled={!isReady}
      error={work.error}
      onSubmit={() => work.mutate()}
      onClose={onClose}
    >
      {!isKnown && <TextField label="Your name" value={author} onChange={(event) => setAuthor(event.target.value)} />}
      <TextField
        label="Reason"
        placeholder="The partner's API is down"
        hint="Everyone who looks at what is held sees it."
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Rules running={running} onRunning={setRunning} arriving={arriving} onArriving={setArriving} />
      {isAll && (
        <TextField
          label={`Write “${word}” to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </FormDialog>
  );
}
