/** News about somebody's interests, from Brave's search. Called by the step `fetch-news`. */
import { accessTo, patience } from "../settings.ts";
import { ask } from "./ask.ts";

export interface Article {
  title: string;
  url: string;
  description: string;
}

const perPage = 10;
const pagesMost = 2;

interface SearchAnswer {
  results?: Article[];
}

/** Up to two pages for each interest, one after the other: Brave's free plan takes one request a second. */
export async function fetchNews(policyInterests: readonly string[]): Promise<Article[]> {
  const { url, key, keyName } = accessTo("brave");
  const found = new Map<string, Article>();
  for (const interest of policyInterests) {
    for (let page = 0; page < pagesMost; page++) {
      const query = new URLSearchParams({ q: `${interest} Congress`, count: String(perPage), offset: String(page) });
      const response = await ask(
        `${url}/res/v1/news/search?${query}`,
        { headers: { "x-subscription-token": key, accept: "application/json" } },
        { service: "Brave Search", keyName, patienceMs: patience("short") },
      );
      const { results = [] } = (await response.json()) as SearchAnswer;
      for (const article of results)
        found.set(article.url, { title: article.title, url: article.url, description: article.description });
      if (results.length < perPage) break;
    }
  }
  return [...found.values()];
}
