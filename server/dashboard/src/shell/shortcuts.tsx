/**
 * Keys of the page: whoever offers something binds a key to it while it is shown; `?` lists what is bound. Keys do nothing
 * while someone types, and while a dialog is open.
 */
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { Dialog } from "../components/dialog.tsx";

interface Binding {
  key: string;
  label: string;
  run: () => void;
}

interface Shortcuts {
  bind(binding: Binding): () => void;
  showHelp(): void;
}

const ShortcutContext = createContext<Shortcuts | null>(null);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && target.type === "checkbox");

/** Enter on a button or a link is theirs. */
const hasOwnUse = (event: KeyboardEvent): boolean =>
  event.key === "Enter" &&
  event.target instanceof Element &&
  event.target.closest("a, button, summary, input") !== null;

function Help({ bindings, onClose }: { bindings: readonly Binding[]; onClose: () => void }): ReactNode {
  const seen = new Set<string>();
  const rows = bindings.filter(({ key }) => seen.size !== seen.add(key).size);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2 overflow-auto p-4">
        {rows.map(({ key, label }) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-block min-w-7 rounded-sm border border-line bg-sunken px-1.5 py-0.5 text-center font-mono text-meta">
                {key}
              </kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

export function ShortcutProvider({ children }: { children: ReactNode }): ReactNode {
  const bindings = useRef<Binding[]>([]);
  const [help, setHelp] = useState<Binding[] | null>(null);
  const shortcuts = useMemo<Shortcuts>(
    () => ({
      bind(binding) {
        bindings.current = [binding, ...bindings.current];
        return () => {
          bindings.current = bindings.current.filter((bound) => bound !== binding);
        };
      },
      showHelp: () => setHelp([...bindings.current]),
    }),
    [],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || hasOwnUse(event) || document.querySelector("dialog[open]") !== null) return;
      const found = bindings.current.find(({ key }) => key === event.key);
      if (found === undefined) return;
      event.preventDefault();
      found.run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <ShortcutContext value={shortcuts}>
      {children}
      {help !== null && <Help bindings={help} onClose={() => setHelp(null)} />}
    </ShortcutContext>
  );
}

export function useShortcuts(): Shortcuts {
  const shortcuts = use(ShortcutContext);
  if (shortcuts === null) throw new Error("ShortcutProvider is missing.");
  return shortcuts;
}

/** Binds a key while the component is shown and `isOn`. What was bound last wins. */
export function useShortcut(key: string, label: string, run: () => void, isOn = true): void {
  const { bind } = useShortcuts();
  const current = useRef(run);
  current.current = run;
  useEffect(() => (isOn ? bind({ key, label, run: () => current.current() }) : undefined), [bind, key, label, isOn]);
}
