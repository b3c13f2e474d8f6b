/** The head of the site's first page. Its text is docs/index.md, which GitHub shows without this. */

export const home = {
  layout: "home",
  hero: {
    name: "Stepwell",
    text: "Durable background jobs for TypeScript",
    tagline:
      "Write functions made of steps. The engine runs them, retries them and remembers each result. You host it.",
    actions: [
      { theme: "brand", text: "Quick start", link: "/quick-start" },
      { theme: "alt", text: "Concepts", link: "/concepts" },
      { theme: "alt", text: "Deploy", link: "/deploying" },
    ],
  },
  features: [
    {
      title: "Nothing is lost",
      details: "An event is on disk before it is acknowledged. A step whose result was stored never runs again.",
    },
    {
      title: "One process, or many",
      details: "One engine with its state in one SQLite file, or any number of engines on one Postgres.",
    },
    {
      title: "Inngest's protocol",
      details: "The SDK works with Inngest's servers, and the engine works with Inngest's SDKs.",
    },
  ],
};
