/** Short messages over the page. They stay until they are closed, so that nobody misses one. */
import { createContext, type ReactElement, type ReactNode, useCallback, useContext, useState } from "react";

export type Toast = (kind: "info" | "success" | "error", text: string) => void;

const ToastContext = createContext<Toast>(() => undefined);

export const useToast = (): Toast => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }): ReactElement {
  const [toasts, setToasts] = useState<{ id: number; kind: string; text: string }[]>([]);
  const toast = useCallback<Toast>((kind, text) => {
    setToasts((before) => [...before.slice(-3), { id: Date.now() + Math.random(), kind, text }]);
  }, []);
  const close = (id: number): void => setToasts((before) => before.filter((one) => one.id !== id));
  return (
    <ToastContext.Provider value={toast}>
      {children}
      <div className="toasts" role="status">
        {toasts.map(({ id, kind, text }) => (
          <p key={id} className={kind}>
            {text}{" "}
            <button type="button" aria-label="Close" onClick={() => close(id)}>
              ×
            </button>
          </p>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
