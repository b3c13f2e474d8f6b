/** What stands over every page: search, whether updates come, how times are shown, light or dark, the keys. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { closeSession, type Session } from "../api/engine.ts";
import { Button, Key } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { useNow } from "../components/time.tsx";
import { formatShort, localZone, type TimeMode } from "../format/time.ts";
import { useLive } from "../live/live.tsx";
import { type Theme, useTheme, useTimeMode } from "./preferences.ts";
import { useShortcut, useShortcuts } from "./shortcuts.tsx";
import { useSearchGo } from "./use-search-go.ts";

function Search(): ReactNode {
  const ref = useRef<HTMLInputElement>(null);
  const go = useSearchGo();
  useShortcut("/", "Search runs", () => ref.current?.focus());
  return (
    <search className="min-w-0 flex-1 md:max-w-md">
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          void go(ref.current?.value ?? "");
          ref.current?.blur();
        }}
      >
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-ink-3">
          <Icon name="search" />
        </span>
        <input
          ref={ref}
          type="search"
          aria-label="Search runs: an id, words, or a condition in CEL"
          placeholder="Id, words, or CEL: event.data.plan == 'free'"
          spellCheck={false}
          autoComplete="off"
          className="h-8 w-full rounded-sm border border-edge bg-surface pr-8 pl-8 text-control pointer-coarse:h-11"
          onKeyDown={(event) => {
            if (event.key === "Escape") ref.current?.blur();
          }}
        />
        <span className="pointer-events-none absolute inset-y-0 right-2 flex items-center text-ink-3">
          <Key>/</Key>
        </span>
      </form>
    </search>
  );
}

function LiveSwitch(): ReactNode {
  const { state, isHeld, setHeld, lostAt } = useLive();
  const now = useNow();
  if (state === "lost")
    return (
      <span role="status" className="inline-flex items-center gap-1.5 text-meta font-semibold text-failed">
        <Icon name="warn" />
        <span>Lost{lostAt === null ? "" : ` ${formatShort(Math.max(0, now - lostAt))} ago`}</span>
      </span>
    );
  const word = isHeld ? "Held" : state === "open" ? "Live" : "Connecting";
  return (
    <button
      type="button"
      aria-pressed={!isHeld}
      onClick={() => setHeld(!isHeld)}
      title={isHeld ? "Updates are held. Click to let them in." : "Changes are shown as they come. Click to hold them."}
      className="inline-flex h-8 items-center gap-1.5 rounded-sm px-2 text-meta font-semibold text-ink-2 hover:bg-sunken pointer-coarse:h-11"
    >
      <span
        className={`size-2 rounded-full ${isHeld ? "bg-paused" : state === "open" ? "bg-completed" : "bg-edge"}`}
        aria-hidden="true"
      />
      {word}
    </button>
  );
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const themeIcon = { system: "system", light: "sun", dark: "moon" } as const;

function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useTheme();
  return (
    <Button kind="quiet" icon={themeIcon[theme]} isIconOnly onClick={() => setTheme(nextTheme[theme])}>
      {`Colours: ${theme}. Change to ${nextTheme[theme]}`}
    </Button>
  );
}

function TimeMenu(): ReactNode {
  const [mode, setMode] = useTimeMode();
  return (
    <select
      aria-label="How times are shown"
      value={mode}
      onChange={(event) => setMode(event.target.value as TimeMode)}
      className="hidden h-8 rounded-sm border border-transparent bg-transparent px-1 text-meta font-medium text-ink-2 hover:bg-sunken sm:block"
    >
      <option value="relative">3m ago</option>
      <option value="local">{localZone}</option>
      <option value="utc">UTC</option>
    </select>
  );
}

function SignOut({ who }: { who: Session["who"] }): ReactNode {
  const client = useQueryClient();
  const leave = useMutation({ mutationFn: closeSession, onSuccess: () => client.resetQueries() });
  return (
    <>
      {who !== null && (
        <span
          className="hidden max-w-40 truncate px-1 text-meta text-ink-3 lg:block"
          title={`${who.name}, ${who.role}`}
        >
          {who.name}
        </span>
      )}
      <Button kind="quiet" isBusy={leave.isPending} onClick={() => leave.mutate()}>
        Sign out
      </Button>
    </>
  );
}

export function TopBar({ session, onMenu }: { session: Session; onMenu: () => void }): ReactNode {
  const { showHelp } = useShortcuts();
  useShortcut("?", "This list of keys", showHelp);
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 md:gap-2 md:px-4 pointer-coarse:h-14">
      <Button kind="quiet" icon="menu" isIconOnly onClick={onMenu} className="md:hidden">
        Open the list of pages
      </Button>
      <Search />
      <div className="ml-auto flex items-center">
        <LiveSwitch />
        <TimeMenu />
        <ThemeSwitch />
        <span className="hidden md:block">
          <Button kind="quiet" icon="keyboard" isIconOnly onClick={showHelp}>
            Keys (?)
          </Button>
        </span>
        {session.required && <SignOut who={session.who} />}
      </div>
    </header>
  );
}
