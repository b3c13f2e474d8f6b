/** Fields of forms: a label, a hint, and what is wrong beside the field it is about. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  /** The label is there for screen readers alone. */
  isLabelHidden?: boolean;
}

const look =
  "w-full rounded-sm border bg-surface px-2.5 text-control text-ink placeholder:text-ink-3 disabled:opacity-60";
const edge = (error: string | null | undefined): string => (error ? "border-failed" : "border-edge");

function Frame({
  id,
  label,
  hint,
  error,
  isLabelHidden,
  children,
}: Around & { id: string; children: ReactNode }): ReactNode {
  return (
    <div className="min-w-0">
      <label
        htmlFor={id}
        className={isLabelHidden === true ? "sr-only" : "mb-1 block text-meta font-semibold text-ink-2"}
      >
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-meta text-ink-3">
          {hint}
        </p>
      )}
      {error ? (
        <p id={`${id}-error`} role="alert" className="mt-1 text-meta font-medium break-words text-failed">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Around): string | undefined {
  const ids = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error ? [`${id}-error`] : [])];
  return ids.length === 0 ? undefined : ids.join(" ");
}

export function TextField({
  label,
  hint,
  error,
  isLabelHidden,
  ...rest
}: Around & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  const id = useId();
  const around = { label, hint, ...(error === undefined ? {} : { error }), isLabelHidden: isLabelHidden ?? false };
  return (
    <Frame id={id} {...around}>
      <input
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={describedBy(id, around)}
        autoComplete="off"
        spellCheck={false}
        {...rest}
        className={`${look} h-8 pointer-coarse:h-11 ${edge(error)} ${rest.className ?? ""}`}
      />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  isLabelHidden,
  ...rest
}: Around & TextareaHTMLAttributes<HTMLTextAreaElement>): ReactNode {
  const id = useId();
  const around = { label, hint, ...(error === undefined ? {} : { error }), isLabelHidden: isLabelHidden ?? false };
  return (
    <Frame id={id} {...around}>
      <textarea
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={describedBy(id, around)}
        spellCheck={false}
        {...rest}
        className={`${look} py-2 font-mono text-meta ${edge(error)} ${rest.className ?? ""}`}
      />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  isLabelHidden,
  children,
  ...rest
}: Around & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  const id = useId();
  const around = { label, hint, ...(error === undefined ? {} : { error }), isLabelHidden: isLabelHidden ?? false };
  return (
    <Frame id={id} {...around}>
      <select
        id={id}
        aria-describedby={describedBy(id, around)}
        {...rest}
        className={`${look} h-8 pointer-coarse:h-11 ${edge(error)} ${rest.className ?? ""}`}
      >
        {children}
      </select>
    </Frame>
  );
}
