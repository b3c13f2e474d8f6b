/** Short news of what was done, at the lower edge; read out by screen readers. Errors stay beside what they are about. */
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { Button } from "./button.tsx";

interface Toast {
  id: number;
  content: ReactNode;
}

const ToastContext = createContext<(content: ReactNode) => void>(() => undefined);

export const useToast = (): ((content: ReactNode) => void) => use(ToastContext);

const shownMs = 6000;
let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (content: ReactNode) => {
      lastId += 1;
      const id = lastId;
      setToasts((all) => [...all.slice(-2), { id, content }]);
      window.setTimeout(() => remove(id), shownMs);
    },
    [remove],
  );
  return (
    <ToastContext value={show}>
      {children}
      <output className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4">
        {toasts.map(({ id, content }) => (
          <div
            key={id}
            className="pointer-events-auto flex items-center gap-2 rounded-md border border-line bg-surface py-1 pr-1 pl-4 text-control shadow-lg"
          >
            <span>{content}</span>
            <Button kind="quiet" icon="close" isIconOnly onClick={() => remove(id)}>
              Dismiss
            </Button>
          </div>
        ))}
      </output>
    </ToastContext>
  );
}
