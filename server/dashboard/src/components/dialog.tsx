/** A dialog over the page: the browser's own, which keeps the focus and closes with Escape. On phones it is a sheet. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button.tsx";
import { FailureLine } from "./failure.tsx";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  isWide?: boolean;
}

export function Dialog({ title, onClose, children, isWide = false }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={onClose}
      className={`flex max-h-[85dvh] w-[calc(100vw-24px)] flex-col rounded-md border border-line bg-surface shadow-xl ${isWide ? "max-w-3xl" : "max-w-lg"}`}
    >
      <header className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-4">
        <h2 id={id} className="text-h2 font-semibold">
          {title}
        </h2>
        <Button kind="quiet" icon="close" isIconOnly onClick={onClose}>
          Close
        </Button>
      </header>
      {children}
    </dialog>
  );
}

interface FormDialogProps extends DialogProps {
  /** What the button says; it is what happens. */
  action: string;
  isDanger?: boolean;
  isBusy: boolean;
  isDisabled?: boolean;
  /** What went wrong and belongs to no field. What was typed stays. */
  error?: unknown;
  onSubmit: () => void;
}

export function FormDialog({
  action,
  isDanger = false,
  isBusy,
  isDisabled = false,
  error,
  onSubmit,
  children,
  ...dialog
}: FormDialogProps): ReactNode {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isBusy && !isDisabled) onSubmit();
  };
  return (
    <Dialog {...dialog}>
      <form onSubmit={submit} noValidate className="flex min-h-0 flex-col">
        <div className="flex min-h-0 flex-col gap-4 overflow-auto p-4">{children}</div>
        <footer className="flex flex-wrap items-center justify-end gap-3 border-t border-line px-4 py-3">
          <div className="min-w-0 flex-1">
            <FailureLine error={error} />
          </div>
          <Button onClick={dialog.onClose}>Close</Button>
          <Button type="submit" kind={isDanger ? "danger" : "primary"} isBusy={isBusy} disabled={isDisabled}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
