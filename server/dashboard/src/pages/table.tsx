/**
 * The table of pages: a new page is a new row. Listed ones stand in the navigation. Each is loaded when it is opened first.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { IconName } from "../components/icon.tsx";

export interface Badge {
  queryKey: readonly unknown[];
  load: () => Promise<unknown>;
  /** `""` when nothing waits. */
  text: (data: unknown) => string;
  meaning: string;
}

export interface PageEntry {
  /** A pattern of wouter. */
  path: string;
  label: string;
  icon: IconName;
  isListed: boolean;
  Page: LazyExoticComponent<ComponentType>;
  badge?: Badge;
}

const RunsPage = lazy(async () => ({ default: (await import("./runs-page.tsx")).RunsPage }));
const RunPage = lazy(async () => ({ default: (await import("./run-page.tsx")).RunPage }));

export const pages: readonly PageEntry[] = [
  { path: "/runs", label: "Runs", icon: "runs", isListed: true, Page: RunsPage },
  { path: "/runs/:id", label: "Run", icon: "runs", isListed: false, Page: RunPage },
];
