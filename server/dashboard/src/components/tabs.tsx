/** Tabs: arrows move between them, as people expect who use a keyboard. */
import { type KeyboardEvent, type ReactNode, useId } from "react";

export interface Tab {
  id: string;
  label: string;
  content: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  onChoose: (id: string) => void;
}

export function Tabs({ label, tabs, chosen, onChoose }: TabsProps): ReactNode {
  const id = useId();
  const index = Math.max(
    tabs.findIndex((tab) => tab.id === chosen),
    0,
  );
  const current = tabs[index];
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(index + by + tabs.length) % tabs.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={label}
        className="flex gap-1 overflow-x-auto border-b border-line px-2"
        onKeyDown={onKey}
      >
        {tabs.map((tab) => {
          const isChosen = tab.id === current?.id;
          return (
            <button
              key={tab.id}
              id={`${id}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={isChosen}
              aria-controls={`${id}-panel`}
              tabIndex={isChosen ? 0 : -1}
              onClick={() => onChoose(tab.id)}
              className={`-mb-px h-9 border-b-2 px-2.5 text-control whitespace-nowrap pointer-coarse:h-11 ${isChosen ? "border-accent font-semibold text-ink" : "border-transparent text-ink-2 hover:text-ink"}`}
            >
              {tab.label}
            </button>
          );
        })}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current?.id}`} className="p-4">
        {current?.content}
      </div>
    </>
  );
}
