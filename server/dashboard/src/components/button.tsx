/** Buttons and links that look like them. `shortcut` is shown on it; what the key does is bound by the shell's shortcuts. */
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonKind = "plain" | "primary" | "danger" | "quiet";

const kinds: Readonly<Record<ButtonKind, string>> = {
  plain: "border border-line bg-surface text-ink hover:bg-sunken",
  primary: "border border-accent bg-accent text-on-accent hover:opacity-90",
  danger: "border border-failed/40 bg-surface text-failed hover:bg-failed-chip",
  quiet: "border border-transparent text-ink-2 hover:bg-sunken hover:text-ink",
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  icon?: IconName;
  shortcut?: string;
  /** Shown without a word: `children` becomes its label. */
  isIconOnly?: boolean;
  isBusy?: boolean;
}

export function Key({ children }: { children: ReactNode }): ReactNode {
  return (
    <kbd className="hidden rounded-sm border border-current/30 px-1 font-mono text-[11px] leading-4 opacity-75 md:inline">
      {children}
    </kbd>
  );
}

export function Button({
  kind = "plain",
  icon,
  shortcut,
  isIconOnly = false,
  isBusy = false,
  children,
  className = "",
  ...rest
}: ButtonProps): ReactNode {
  const label = isIconOnly ? String(children) : undefined;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-busy={isBusy}
      {...rest}
      disabled={rest.disabled === true || isBusy}
      className={`inline-flex h-8 items-center justify-center gap-1.5 rounded-sm text-control font-medium whitespace-nowrap transition-colors duration-100 disabled:opacity-55 pointer-coarse:h-11 ${isIconOnly ? "w-8 pointer-coarse:w-11" : "px-3"} ${kinds[kind]} ${className}`}
    >
      {icon !== undefined && <Icon name={icon} />}
      {!isIconOnly && children}
      {shortcut !== undefined && <Key>{shortcut}</Key>}
    </button>
  );
}
