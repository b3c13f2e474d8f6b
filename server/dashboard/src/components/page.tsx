/** A page's frame: its title with what can be done there, and what scrolls. Sets the tab's title. */
import { type ReactNode, type Ref, useEffect } from "react";
import { Link } from "wouter";
import { Icon } from "./icon.tsx";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Stepwell`;
  }, [title]);
}

interface PageProps {
  title: string;
  /** The list that it is one of. */
  back?: { href: string; label: string };
  /** Beside the title. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Between the title and what scrolls. */
  bar?: ReactNode;
  children: ReactNode;
  scrollRef?: Ref<HTMLElement>;
}

export function Page({ title, back, aside, actions, bar, children, scrollRef }: PageProps): ReactNode {
  useTitle(title);
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-2">
        {back !== undefined && (
          <Link
            href={back.href}
            className="flex items-center gap-1 text-ink-3 hover:text-ink"
            aria-label={`Back to the ${back.label.toLowerCase()}`}
          >
            {back.label} <Icon name="chevron" size={12} />
          </Link>
        )}
        <h1 className="min-w-0 truncate text-h1 font-semibold">{title}</h1>
        {aside}
        {actions !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {bar}
      <section
        ref={scrollRef}
        aria-label={title}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
      >
        {children}
      </section>
    </>
  );
}

export function Card({
  title,
  actions,
  children,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className="min-w-0 rounded-md border border-line bg-surface">
      {title !== undefined && (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1">
          <h2 className="text-control font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names and values, aligned. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="grid grid-cols-[minmax(88px,auto)_1fr] gap-x-4 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
