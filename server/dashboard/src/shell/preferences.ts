/** What people chose for this browser: light or dark, and how times are shown. Nothing secret is kept. */
import { useCallback, useSyncExternalStore } from "react";
import type { TimeMode } from "../format/time.ts";

export type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];
const modes: readonly TimeMode[] = ["relative", "local", "utc"];
const listeners = new Set<() => void>();

/** Browsers may refuse to keep anything. */
function read<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  try {
    const value = window.localStorage.getItem(`stepwell.${name}`);
    return allowed.find((known) => known === value) ?? fallback;
  } catch {
    return fallback;
  }
}

const state: { theme: Theme; time: TimeMode } = {
  theme: read("theme", themes, "system"),
  time: read("time", modes, "relative"),
};

function write(name: "theme" | "time", value: string): void {
  try {
    window.localStorage.setItem(`stepwell.${name}`, value);
  } catch {
    // It then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(): void {
  const isDark = state.theme === "dark" || (state.theme === "system" && systemIsDark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
systemIsDark.addEventListener("change", applyTheme);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, () => state.theme);
  const set = useCallback((next: Theme) => {
    state.theme = next;
    applyTheme();
    write("theme", next);
  }, []);
  return [theme, set];
}

export function useTimeMode(): [TimeMode, (mode: TimeMode) => void] {
  const mode = useSyncExternalStore(subscribe, () => state.time);
  const set = useCallback((next: TimeMode) => {
    state.time = next;
    write("time", next);
  }, []);
  return [mode, set];
}
