/** A button that opens a list to tick: for filters of which several may be chosen. Closes by Escape and a click elsewhere. */
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { Icon } from "./icon.tsx";

export interface Choice {
  value: string;
  label: string;
  drawing?: ReactNode;
}

interface FilterMenuProps {
  label: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function summary(label: string, choices: readonly Choice[], chosen: readonly string[]): string {
  if (chosen.length === 0) return label;
  const first = choices.find(({ value }) => value === chosen[0])?.label ?? chosen[0];
  return chosen.length === 1 ? `${label}: ${first}` : `${label}: ${chosen.length}`;
}

function useOutsideClose(isOpen: boolean, close: () => void) {
  const ref = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const onDown = (event: Event): void => {
      if (!(event.target instanceof Node) || ref.current?.contains(event.target) !== true) close();
    };
    document.addEventListener("pointerdown", onDown);
    return () => document.removeEventListener("pointerdown", onDown);
  }, [isOpen, close]);
  return ref;
}

/** The list itself: what may be chosen, found by a part of its name when there are many. */
function ChoiceList({ label, choices, chosen, onChange, id }: FilterMenuProps & { id: string }): ReactNode {
  const [text, setText] = useState("");
  const shown = choices.filter((choice) => choice.label.toLowerCase().includes(text.toLowerCase()));
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((item) => item !== value) : [...chosen, value]);
  return (
    <div
      id={id}
      className="absolute top-full left-0 z-30 mt-1 max-h-80 w-64 overflow-auto rounded-md border border-line bg-surface p-1 shadow-lg"
    >
      {choices.length > 8 && (
        <input
          aria-label={`Find ${label.toLowerCase()}`}
          placeholder="Find …"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="mb-1 h-8 w-full rounded-sm border border-edge bg-surface px-2"
        />
      )}
      {shown.map(({ value, label: name, drawing }) => (
        <label key={value} className="flex h-8 items-center gap-2 rounded-sm px-2 hover:bg-sunken pointer-coarse:h-11">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            className="accent-accent"
          />
          {drawing}
          <span className="min-w-0 truncate" title={name}>
            {name}
          </span>
        </label>
      ))}
      {shown.length === 0 && <p className="px-2 py-1.5 text-ink-3">None of that name.</p>}
      {chosen.length > 0 && (
        <button
          type="button"
          onClick={() => onChange([])}
          className="mt-1 w-full rounded-sm px-2 py-1.5 text-left font-medium text-accent hover:bg-sunken"
        >
          Clear
        </button>
      )}
    </div>
  );
}

export function FilterMenu(props: FilterMenuProps): ReactNode {
  const { label, choices, chosen } = props;
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  const ref = useOutsideClose(isOpen, close);
  return (
    <fieldset
      ref={ref}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
      }}
    >
      <legend className="sr-only">Filter by {label.toLowerCase()}</legend>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className={`inline-flex h-8 max-w-60 items-center gap-1.5 rounded-sm border px-2.5 text-control pointer-coarse:h-11 ${chosen.length > 0 ? "border-accent bg-selected font-medium text-ink" : "border-edge bg-surface text-ink-2"}`}
      >
        <span className="truncate">{summary(label, choices, chosen)}</span>
        <Icon name="down" size={12} />
      </button>
      {isOpen && <ChoiceList {...props} id={id} />}
    </fieldset>
  );
}
