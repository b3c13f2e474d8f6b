/** The frame of every page: navigation, top bar, and the page that the address names. */
import { type ReactNode, Suspense, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import type { Session } from "../api/engine.ts";
import { Dialog } from "../components/dialog.tsx";
import { Loading } from "../components/failure.tsx";
import { NotFoundPage } from "../pages/not-found.tsx";
import { pages } from "../pages/table.tsx";
import { Banners } from "./banner.tsx";
import { Navigation } from "./navigation.tsx";
import { TopBar } from "./top-bar.tsx";

function EngineLine({ session }: { session: Session }): ReactNode {
  return (
    <p className="mt-auto flex items-center gap-2 px-4 py-3 text-meta text-ink-3">
      {session.kind === "dev" && (
        <span className="rounded-sm bg-selected px-1.5 font-semibold text-accent" title="It asks for no key.">
          dev
        </span>
      )}
      <span>stepwell {session.version}</span>
    </p>
  );
}

export function Shell({ session }: { session: Session }): ReactNode {
  const [location] = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [shown, setShown] = useState(location);
  // The browser's own way back leads to another page too, and the menu is not part of it.
  if (shown !== location) {
    setShown(location);
    setMenuOpen(false);
  }
  return (
    <div className="flex h-full">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        Skip to the content
      </a>
      <aside className="hidden w-52 shrink-0 flex-col border-r border-line bg-surface md:flex">
        <Navigation />
        <EngineLine session={session} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar session={session} onMenu={() => setMenuOpen(true)} />
        <Banners session={session} />
        <main id="content" className="relative flex min-h-0 flex-1 flex-col overflow-hidden">
          <Suspense fallback={<Loading what="the page" />}>
            <Switch>
              {pages.map(({ path, Page }) => (
                <Route key={path} path={path}>
                  <Page />
                </Route>
              ))}
              <Route>
                <NotFoundPage />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
      {isMenuOpen && (
        <Dialog title="Pages" onClose={() => setMenuOpen(false)}>
          <Navigation onGo={() => setMenuOpen(false)} />
          <EngineLine session={session} />
        </Dialog>
      )}
    </div>
  );
}
