/** The list of pages: beside the page on a desktop, a sheet on a phone. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { getSession } from "../api/engine.ts";
import { Icon } from "../components/icon.tsx";
import { type Badge, pages } from "../pages/table.tsx";
import { Mark } from "./mark.tsx";

function Count({ badge }: { badge: Badge }): ReactNode {
  const text = badge.useText();
  if (text === "") return null;
  return (
    <span
      className="ml-auto rounded-full bg-failed-chip px-1.5 text-meta font-semibold text-failed"
      title={badge.meaning}
    >
      {text}
    </span>
  );
}

const isCurrent = (path: string, location: string): boolean =>
  path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);

export function Navigation({ onGo }: { onGo?: () => void }): ReactNode {
  const [location] = useLocation();
  const session = useQuery({ queryKey: ["session"], queryFn: getSession, staleTime: Number.POSITIVE_INFINITY });
  const isAdmin = session.data?.who?.role === "admin";
  return (
    <nav aria-label="Pages" className="flex flex-col gap-0.5 p-2">
      <Link href="/" onClick={onGo} className="mb-2 flex h-9 items-center gap-2 rounded-sm px-2 text-h2 font-semibold">
        <Mark />
        Stepwell
      </Link>
      {pages
        .filter(({ isListed, isForAdmins = false }) => isListed && (isAdmin || !isForAdmins))
        .map(({ path, label, icon, badge }) => (
          <Link
            key={path}
            href={path}
            onClick={onGo}
            aria-current={isCurrent(path, location) ? "page" : undefined}
            className={`flex h-8 items-center gap-2.5 rounded-sm px-2 text-control pointer-coarse:h-11 ${isCurrent(path, location) ? "bg-selected font-semibold text-ink" : "text-ink-2 hover:bg-sunken hover:text-ink"}`}
          >
            <Icon name={icon} />
            {label}
            {badge !== undefined && <Count badge={badge} />}
          </Link>
        ))}
      <a
        href="docs"
        className="mt-2 flex h-8 items-center rounded-sm px-2 text-meta text-ink-3 hover:bg-sunken hover:text-ink pointer-coarse:h-11"
      >
        HTTP API
      </a>
    </nav>
  );
}
