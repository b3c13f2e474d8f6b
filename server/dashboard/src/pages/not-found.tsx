/** For addresses that lead to no page. */
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Empty } from "../components/failure.tsx";
import { useTitle } from "../components/page.tsx";

export function NotFoundPage(): ReactNode {
  const [location] = useLocation();
  useTitle("Not found");
  return (
    <Empty title="There is no such page">
      <p>
        Nothing is at <code className="font-mono">{location}</code>.{" "}
        <Link href="/" className="font-medium text-accent underline">
          Go to the overview
        </Link>
      </p>
    </Empty>
  );
}
