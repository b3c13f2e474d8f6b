/** Puts the page together: queries, live updates, keys, and who may see it. */
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { Router } from "wouter";
import { getSession } from "./api/engine.ts";
import { ApiError, rootUrl, whenUnauthorized } from "./api/request.ts";
import { Failure, Loading } from "./components/failure.tsx";
import { TimeContext } from "./components/time.tsx";
import { ToastProvider } from "./components/toasts.tsx";
import { LiveProvider } from "./live/live.tsx";
import { Login } from "./shell/login.tsx";
import { useTimeMode } from "./shell/preferences.ts";
import { Shell } from "./shell/shell.tsx";
import { ShortcutProvider } from "./shell/shortcuts.tsx";

/** What the engine refuses it refuses again; what did not answer may do so the next time. */
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

function Content(): ReactNode {
  const session = useQuery({ queryKey: ["session"], queryFn: getSession, staleTime: Number.POSITIVE_INFINITY });
  useEffect(() => whenUnauthorized(() => void client.invalidateQueries({ queryKey: ["session"] })), []);
  if (session.data === undefined)
    return session.isError ? (
      <Failure what="Stepwell" error={session.error} retry={() => void session.refetch()} />
    ) : (
      <Loading what="Stepwell" />
    );
  if (!session.data.isOpen) return <Login hasUsers={session.data.hasUsers} provider={session.data.signInWith} />;
  return (
    <LiveProvider>
      <Shell session={session.data} />
    </LiveProvider>
  );
}

export function App(): ReactNode {
  const [mode, setMode] = useTimeMode();
  const time = useMemo(() => ({ mode, setMode }), [mode, setMode]);
  return (
    <QueryClientProvider client={client}>
      <Router base={rootUrl.pathname.replace(/\/$/, "")}>
        <TimeContext value={time}>
          <ToastProvider>
            <ShortcutProvider>
              <Content />
            </ShortcutProvider>
          </ToastProvider>
        </TimeContext>
      </Router>
    </QueryClientProvider>
  );
}
