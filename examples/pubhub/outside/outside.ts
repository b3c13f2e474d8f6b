/** The whole world outside of PubHub, and the settings by which the app finds it. Called by `start.ts` and tests. */
import { type OutsideAi, startAi } from "./ai.ts";
import { type OutsideClerk, startClerk } from "./clerk.ts";
import { type OutsideReddit, startReddit } from "./reddit.ts";
import { type OutsideSmtp, startSmtp } from "./smtp.ts";

export interface Outside {
  reddit: OutsideReddit;
  ai: OutsideAi;
  clerk: OutsideClerk;
  smtp: OutsideSmtp;
  /** Variables for the app. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function startOutside(): Promise<Outside> {
  const [reddit, ai, clerk, smtp] = [await startReddit(), await startAi(), await startClerk(), await startSmtp()];
  return {
    reddit,
    ai,
    clerk,
    smtp,
    env: {
      REDDIT_URL: reddit.url,
      REDDIT_OAUTH_URL: reddit.url,
      REDDIT_CLIENT_ID: "reddit-client",
      REDDIT_CLIENT_SECRET: "reddit-secret",
      AZURE_OPENAI_ENDPOINT: ai.url,
      AZURE_OPENAI_API_KEY: "azure-key",
      OPEN_ROUTER_URL: ai.url,
      OPEN_ROUTER_API_KEY: "openrouter-key",
      CLERK_API_URL: clerk.url,
      CLERK_SECRET_KEY: "clerk-secret",
      CLERK_SIGN_IN_URL: `${clerk.url}/sign-in`,
      SMTP_URL: smtp.url,
    },
    async close() {
      reddit.release();
      for (const one of [reddit, ai, clerk, smtp]) await one.close();
    },
  };
}
