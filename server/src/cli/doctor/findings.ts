/** Makes findings. Called by the checks. */
import type { Finding } from "./doctor-context.ts";

export const ok = (check: string, message: string): Finding => ({ check, level: "ok", message, fix: null });
export const warning = (check: string, message: string, fix: string): Finding => ({
  check,
  level: "warning",
  message,
  fix,
});
export const problem = (check: string, message: string, fix: string): Finding => ({
  check,
  level: "problem",
  message,
  fix,
});

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/i;

/** Whether a url leads to this machine itself. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && loopback.test(new URL(url).hostname);

/** Scheme, host and port, with one name for this machine; null for what is no url. */
export function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const host = loopback.test(hostname) ? "localhost" : hostname;
  return `${protocol}//${host}:${port || (protocol === "https:" ? "443" : "80")}`;
}
