/** The order of the site's pages. Read by the site's config, and by the test that finds pages which are not in it. */
import { sitePages, toSitePath } from "./site-pages.ts";

/** A group of pages, by their path on the site without `.md`. */
export interface SidebarGroup {
  readonly text: string;
  readonly items: readonly SidebarItem[];
}

export interface SidebarItem {
  readonly text: string;
  readonly link: string;
}

/** Each example has a page, its README, so no list of them is needed. */
const examples: SidebarItem[] = sitePages()
  .flatMap((file) => toSitePath(file)?.match(/^examples\/(.+)\.md$/)?.[1] ?? [])
  .map((name) => ({ text: name, link: `/examples/${name}` }));

export const sidebar: readonly SidebarGroup[] = [
  {
    text: "Start",
    items: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Concepts", link: "/concepts" },
      { text: "Comparison", link: "/comparison" },
    ],
  },
  {
    text: "Guides",
    items: [
      { text: "Long AI jobs", link: "/guides/long-ai-jobs" },
      { text: "Fan-out", link: "/guides/fan-out" },
      { text: "Rate limits of others", link: "/guides/rate-limits-of-others" },
      { text: "Kill switch and dead letters", link: "/guides/kill-switch" },
      { text: "Daily mails", link: "/guides/daily-mails" },
      { text: "Human approval", link: "/guides/human-approval" },
    ],
  },
  {
    text: "Build",
    items: [
      { text: "The SDK", link: "/sdk" },
      { text: "Frameworks", link: "/frameworks" },
      { text: "Flow control", link: "/flow-control" },
      { text: "Testing", link: "/testing" },
      { text: "Embedded", link: "/embedded" },
    ],
  },
  {
    text: "Operate",
    items: [
      { text: "Deploying", link: "/deploying" },
      { text: "Troubleshooting", link: "/troubleshooting" },
      { text: "Operations", link: "/operations" },
      { text: "Dashboard", link: "/dashboard" },
      { text: "Metrics", link: "/metrics" },
      { text: "Alerts", link: "/alerts" },
      { text: "Webhooks", link: "/webhooks" },
      { text: "Coding agents", link: "/mcp" },
      { text: "Security", link: "/security" },
      { text: "Postgres", link: "/postgres" },
    ],
  },
  {
    text: "Move to Stepwell",
    items: [
      { text: "From Inngest", link: "/migrating" },
      { text: "From BullMQ", link: "/guides/from-bullmq" },
      { text: "From cron", link: "/guides/from-cron" },
    ],
  },
  {
    text: "Reference",
    items: [
      { text: "Command line", link: "/cli" },
      { text: "HTTP API", link: "/api" },
      { text: "Client of the HTTP API", link: "/client" },
      { text: "Errors", link: "/errors" },
    ],
  },
  {
    text: "From the docstrings",
    items: [
      { text: "stepwell", link: "/reference/stepwell/" },
      { text: "stepwell/testing", link: "/reference/stepwell/testing" },
      { text: "stepwell-server", link: "/reference/stepwell-server" },
      { text: "stepwell-server/client", link: "/reference/stepwell-server/client" },
      { text: "stepwell-server/testing", link: "/reference/stepwell-server/testing" },
    ],
  },
  { text: "Examples", items: examples },
  {
    text: "The project",
    items: [
      { text: "Architecture", link: "/architecture" },
      { text: "Contributing", link: "/contributing" },
    ],
  },
];
