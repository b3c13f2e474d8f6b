/** Asks before something that cannot be undone, and says how much it is about. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FormDialog } from "./dialog.tsx";

export interface ConfirmProps {
  title: string;
  action: string;
  children: ReactNode;
  isDanger?: boolean;
  run: () => Promise<unknown>;
  onDone?: () => void;
  onClose: () => void;
}

export function Confirm({ title, action, children, isDanger = true, run, onDone, onClose }: ConfirmProps): ReactNode {
  const work = useMutation({
    mutationFn: run,
    onSuccess: () => {
      onDone?.();
      onClose();
    },
  });
  return (
    <FormDialog
      title={title}
      action={action}
      isDanger={isDanger}
      isBusy={work.isPending}
      error={work.error}
      onSubmit={() => work.mutate()}
      onClose={onClose}
    >
      <div className="text-control text-ink-2">{children}</div>
    </FormDialog>
  );
}
